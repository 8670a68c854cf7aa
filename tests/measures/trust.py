"""docs/trust.md: what the kit promises, and the test that shows it. The tests themselves write the page.

A test that ends well calls `shown`. With OPENPRACTICE_WRITE_TRUST set (`script/test --full` does) its
figure and the day are written into the page; in every other run the page must have its row.
"""

import fcntl
import os
from datetime import UTC, datetime
from pathlib import Path

from repo import REPO

PAGE = REPO / "docs" / "trust.md"
HEAD = "| promise | how it is tested | figure | date |"
LINE = "|---|---|---|---|"


def shown(promise: str, how: str, figure: str) -> None:
    """That this promise was kept just now, in a test of this kind, with this figure."""
    if os.environ.get("OPENPRACTICE_WRITE_TRUST"):
        write(PAGE, promise, how, figure, f"{datetime.now(UTC):%Y-%m-%d}")
    assert row_of(PAGE.read_text("utf-8"), promise)[:2] == [promise, how], (
        "run this test with OPENPRACTICE_WRITE_TRUST=1"
    )


def rows(text: str) -> list[list[str]]:
    """The rows of the page's table."""
    _, _, table = text.partition(f"{HEAD}\n{LINE}\n")
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line.startswith("|")
    ]


def row_of(text: str, promise: str) -> list[str]:
    return next((row for row in rows(text) if row[0] == promise), [])


def write(page: Path, promise: str, how: str, figure: str, day: str) -> None:
    """Put one row in the page; the others stay as they are."""
    assert "|" not in promise + how + figure
    with open(page, "r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # tests run side by side
        text = file.read()
        before, mark, _ = text.partition(f"{HEAD}\n{LINE}\n")
        table = {row[0]: row for row in rows(text)} | {promise: [promise, how, figure, day]}
        file.seek(0)
        file.write(before + mark + "".join(f"| {' | '.join(table[key])} |\n" for key in sorted(table)))
        file.truncate()
