"""The authors' pages: the reference equals the tables, and every code and verb is there."""

import json
import re

import pytest
from click.testing import CliRunner

from authoring import REPO
from openpractice.authoring.format.options import BLOCKS, OPTIONS
from openpractice.authoring.format.optiontext import near
from openpractice.authoring.reference import reference_text
from openpractice.authoring.rules import RULES
from openpractice.cli import main
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


def test_who_has_no_folder_of_docs_is_shown_the_reference_page_all_the_same(tmp_path, monkeypatch):
    assert "openpractice check --reference" in near("zzz", ("id", "kind")) and "docs/" not in near(
        "zzz", ("id", "kind")
    )
    assert not any("docs/" in rule.hint for rule in RULES.values())
    monkeypatch.chdir(tmp_path)  # where there is no course either
    shown = CliRunner().invoke(main, ["check", "--reference"])
    assert (shown.exit_code, shown.output) == (0, reference_text())


def test_an_id_that_is_none_is_told_those_of_the_course_and_not_the_reference_page():
    assert near("zzz", ["purpose-trace", "purpose-ask"], "{}") == "there are: purpose-trace, purpose-ask"
    assert near("zzz", [f"p-{n}" for n in range(9)], "{}").endswith("p-7 …")
    assert near("zzz", [], "{}") == "there is none yet"


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


def said_on_screen() -> list[re.Pattern]:
    """Every English sentence of pages and prompts, with its places open; what is almost all place is left out."""
    tables = [REPO / "src/openpractice/text/en.json", REPO / "front/prompts/catalog/en.json"]
    texts = [text for table in tables for text in json.loads(table.read_text("utf-8")).values()]
    whole = [text for text in texts if len(re.findall("[A-Za-z]", re.sub(r"\{[^}]*\}", "", text))) > 3]
    return [re.compile(re.sub(r"\\\{\w+(?::[^}]*)?\\\}", ".+", re.escape(text))) for text in whole]


def not_on_screen(page: str) -> list[str]:
    """What a page puts in quotation marks and no screen says."""
    known = said_on_screen()
    quoted = [part for text in re.findall(r'"([A-Z][^"]+)"', page) for part in re.split(r"(?<=\.) ", text)]
    return [text for text in quoted if not any(one.fullmatch(text) or one.fullmatch(text + ".") for one in known)]


@pytest.mark.parametrize("name", ["participant", "facilitator", "reviewer"])
def test_what_a_page_quotes_is_what_a_screen_says(name):
    examples = {"CSV UTF-8", "Silva, Ana"}
    assert set(not_on_screen((REPO / "docs" / f"{name}.md").read_text("utf-8"))) - examples == set()


def test_a_button_that_is_not_there_is_found():
    assert not_on_screen('Press "Look over and hand in", then "Save everything now".') == ["Save everything now"]
