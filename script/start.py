"""Where both scripts go once Python is found: the environment first, then the program.

Standard library only, since nothing is installed yet when it runs.
"""

import importlib.util
import os
import sys
from pathlib import Path

import environment
from environment import Stop

REPO = Path(__file__).resolve().parent.parent


def workshop(argv: list[str]) -> None:
    """Start a workshop in the kit's own environment. Does not return."""
    asked = workshop_module()
    options = asked.parse(argv)
    locks = ["alone"] if options.alone else ["hub"]
    if not environment.is_ready(REPO, ".venv", locks) and (free := asked.free_instead(options.host, options.port)):
        # Before minutes of installing: afterwards the start says it, and knows whether it is this workshop.
        raise Stop(
            f"Port {options.port} is taken, perhaps by another workshop. Name another, for example: --port {free}"
        )
    python = environment.ensure(REPO, ".venv", locks)
    os.environ["OPENPRACTICE_KIT"] = str(REPO)
    run(python, ["-m", "openpractice.launch", *argv])


def workshop_module():
    """What reads the options. It is taken from the sources, so that --help and a slip of the
    fingers are answered at once, before anything is installed.
    """
    path = REPO / "src" / "openpractice" / "launch" / "startoptions.py"
    spec = importlib.util.spec_from_file_location("workshop_options", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(python: Path, args: list[str]) -> None:
    sys.stdout.flush()
    os.environ["PYTHONNOUSERSITE"] = "1"
    if os.name == "posix":
        os.execv(python, [str(python), *args])
    import subprocess

    raise SystemExit(subprocess.call([str(python), *args]))


def main(argv: list[str]) -> int:
    try:
        if argv[0] == "test":
            import testing

            return testing.main(REPO, argv[1:])
        workshop(argv[1:])
    except Stop as stop:
        print(f"\n{stop}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
