"""The authors' pages: the reference equals the tables, and every code and verb is there."""

import re

from authoring import REPO
from openpractice.authoring.options import BLOCKS, OPTIONS
from openpractice.authoring.optiontext import near
from openpractice.authoring.reference import reference_text
from openpractice.authoring.rules import RULES
from openpractice.kinds.registry import KINDS

REFERENCE = REPO / "docs" / "lesson-format.md"


def test_who_sees_what_is_one_table_for_participants_and_in_the_readme():
    tables = [
        re.findall(r"(?m)^\| (?:Only you|You and|Shared|Counted).*$", (REPO / name).read_text("utf-8"))
        for name in ("README.md", "docs/participant.md")
    ]
    assert len(tables[0]) == 4 and tables[0] == tables[1]


def test_hints_name_pages_and_commands_that_are_there():
    for path in (REPO / "src").rglob("*.py"):
        for page in re.findall(r"docs/([\w-]+\.md)", path.read_text("utf-8")):
            assert (REPO / "docs" / page).is_file(), f"{path}: {page}"
    assert near("zzz", ("id", "kind")) == "docs/lesson-format.md lists them all"


def test_the_reference_page_is_what_the_tables_say():
    assert REFERENCE.read_text("utf-8") == reference_text()


def test_every_block_kind_option_and_rule_is_on_it():
    page = REFERENCE.read_text("utf-8")
    for name in (*BLOCKS, *RULES):
        assert f"| `{name}` |" in page
    for kind in KINDS:
        assert f"### {kind}\n" in page
    for option in OPTIONS:
        assert f"`:{option.name}:`" in page


def test_the_authors_page_names_the_verbs_and_leads_to_the_reference():
    page = (REPO / "docs" / "author.md").read_text("utf-8")
    for verb in ("check", "build", "new", "preview", "build --check", "build --guides", "build --freeze"):
        assert f"openpractice {verb}" in page
    assert "lesson-format.md" in page
