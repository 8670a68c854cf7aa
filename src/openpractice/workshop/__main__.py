"""`python -m openpractice.workshop`: what script/workshop runs in the kit's environment."""

import os
import sys
from pathlib import Path

from openpractice.workshop import alone, options
from openpractice.workshop.folder import CannotStart


def main(argv: list[str]) -> int:
    chosen = options.parse(argv)
    kit = Path(os.environ.get("OPENPRACTICE_KIT") or Path.cwd())
    data = Path(chosen.data).expanduser() if chosen.data else kit / "data"
    try:
        return alone.run(kit, data.absolute(), chosen.port, browser=not chosen.no_browser)
    except CannotStart as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
