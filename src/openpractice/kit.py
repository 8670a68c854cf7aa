"""Where the kit lies: the folder with `lessons`, `notebooks` and `grading`."""

import os
from pathlib import Path

from openpractice.ids import is_id

#: The checkout that this file is part of, when the package runs from one.
CHECKOUT = Path(__file__).resolve().parents[2]

#: What browsers load, as `script/front` built it; the same in a checkout and in an installed package.
STATIC = Path(__file__).parent / "static"


def named_kit() -> Path | None:
    """The kit's folder as OPENPRACTICE_KIT names it."""
    named = os.environ.get("OPENPRACTICE_KIT")
    return Path(named) if named else None


def kit_folder(part: str) -> Path:
    """The kit's folder of that name, there or not.

    A kit that is named is the only one. Without a name it is the working folder, when
    that has the part, or else the checkout.
    """
    named = named_kit()
    here = [named] if named else [Path.cwd(), CHECKOUT]
    return next((place / part for place in here if (place / part).is_dir()), here[-1] / part)


def built_notebooks() -> dict[str, Path]:
    """The built lessons at hand, by id; OPENPRACTICE_NOTEBOOKS names another folder of them."""
    folder = Path(os.environ.get("OPENPRACTICE_NOTEBOOKS") or kit_folder("notebooks"))
    paths = sorted(folder.glob("*/*.ipynb"))
    return {path.stem: path for path in paths if path.stem == path.parent.name and is_id(path.stem)}
