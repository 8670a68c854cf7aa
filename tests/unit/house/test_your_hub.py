"""docs/your-hub.md: its tables are the code's, and no setting is missing from them."""

import re

from openpractice.cli.operator_tables import entry, filled
from openpractice.launch.settings import SETTINGS
from repo import REPO

PAGE = (REPO / "docs" / "your-hub.md").read_text("utf-8")
FRAGMENT = (REPO / "hub" / "service.py").read_text("utf-8")


def test_the_tables_are_as_the_code_has_them():
    again = "python -m openpractice.cli.operator_tables docs/your-hub.md hub/service.py"
    assert filled(PAGE, FRAGMENT) == PAGE, again


def test_every_variable_that_the_code_reads_is_in_the_table_and_no_other():
    read = set()
    for folder in ("src", "hub", "script"):
        for path in (REPO / folder).rglob("*"):
            if path.suffix in (".py", ".sh") and path.name != "settings.py":
                read |= set(re.findall(r"OPENPRACTICE_[A-Z]+(?:_[A-Z]+)*", path.read_text("utf-8")))
    assert {one.name for one in SETTINGS} == read
    assert len({one.name for one in SETTINGS}) == len(SETTINGS)


def test_a_setting_of_the_entry_without_a_word_of_its_own_shares_the_one_above():
    table = entry('open_practice = {\n    # Who leads.\n    "leads": [],\n    "reads": ["x"],\n}\n')
    assert "| `leads` | `[]` | you | Who leads. |" in table and '| `reads` | `["x"]` | you | Who leads. |' in table
