"""`python -m openpractice.launch`: what script/workshop runs in the kit's environment."""

import importlib
import os
import sys
from pathlib import Path

from openpractice.launch import sampledata, startoptions
from openpractice.launch.datafolder import CannotStart


def main(argv: list[str]) -> int:
    chosen = startoptions.parse(argv)
    kit = Path(os.environ.get("OPENPRACTICE_KIT") or Path.cwd())
    data = Path(chosen.data).expanduser() if chosen.data else kit / (sampledata.FOLDER if chosen.sample else "data")
    try:
        if chosen.alone:
            from openpractice.launch import alone

            return alone.run(kit, data.absolute(), chosen)
        # By name: the hub stands above this package, and one person alone needs none of it.
        room = importlib.import_module("openpractice.launch.workshophub")
        return room.run(kit, data.absolute(), chosen)
    except CannotStart as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
