"""What the kit costs an image and a start: `python tests/benchmarks/bench_install.py`.

Fresh environments from the wheel and from the package index, each measured the same way: packages, size on
the disk, and the processor's time that importing takes (the median of five starts of Python, after one that is
not counted; what else the machine does changes it little). Beside ours stands what a person's image needs for the same lessons with stock tools.
"""

import resource
import statistics
import tempfile
from pathlib import Path

import paths

from fresh_venvs import environment, megabytes, packages_of, run, wheel

STARTS = 5


def spent() -> float:
    """Seconds of processor that programs started from here have taken."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def seconds(python: Path, code: str) -> float:
    def once():
        begun = spent()
        run(python, "-c", code, cwd="/")
        return spent() - begun

    once()
    return statistics.median(once() for _ in range(STARTS))


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="op-install-") as scratch:
        place = Path(scratch)
        built = str(wheel(place))
        rows = [
            ("people's own Jupyter: openpractice", [built], "import openpractice"),
            ("the same, with a prompt shown", [], "import openpractice; openpractice.prompt"),
            ("stock: ipywidgets", ["ipywidgets"], "import ipywidgets"),
            ("stock: nbgrader", ["nbgrader"], "import nbgrader"),
            (
                "the service: openpractice[service,postgres]",
                [f"{built}[service,postgres]"],
                "import openpractice.service.serve",
            ),
            ("everything: openpractice[hub]", [f"{built}[hub]"], "import openpractice"),
        ]
        print(f"{'':46}{'packages':>9}{'MB':>8}{'import, s':>12}")
        for number, (name, packages, code) in enumerate(rows):
            if packages:
                python = environment(place / f"venv-{number}", *packages)
            bare = seconds(python, "pass")
            print(
                f"{name:46}{len(packages_of(python)):>9}{megabytes(python):>8.0f}{seconds(python, code) - bare:>12.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
