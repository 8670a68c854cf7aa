"""The room's verb: who may come in, without a hub running."""

import re

import pytest
from click.testing import CliRunner

from openpractice.cli import VERBS, main
from openpractice.hub.accounts import Accounts

pytestmark = pytest.mark.usefixtures("quick_passphrases")


@pytest.fixture
def accounts(tmp_path):
    (tmp_path / "hub").mkdir()
    made = Accounts(tmp_path / "hub" / "accounts.db")
    made.join("Ana García", made.code("participant").code, "three small words")
    return made


def run(tmp_path, *options):
    return CliRunner().invoke(main, ["people", "--data", str(tmp_path), *options])


def test_people_and_codes_are_listed(accounts, tmp_path):
    said = run(tmp_path).output
    assert re.search(r"ana-garcia\s+participant\s+Ana García", said)
    assert accounts.code("reviewer").code in said
    accounts.close_code("reviewer")
    assert re.search(r"reviewers\s+closed", run(tmp_path).output)


def test_a_folder_without_a_hub_says_whose_words_are_in_it(tmp_path):
    assert run(tmp_path).exit_code == 1
    (tmp_path / "people" / "ana").mkdir(parents=True)
    done = run(tmp_path)
    assert done.exit_code == 0 and done.output.endswith("kept in it of: ana\n")
    assert run(tmp_path, "--reset", "ana").exit_code == 1


def test_each_change_says_what_it_did(accounts, tmp_path):
    code = re.search(r"\w{4}-\w{4}-\w{4}", run(tmp_path, "--reset", "ana-garcia").output)[0]
    assert accounts.renew("Ana García", code, "four quite new words").id == "ana-garcia"
    assert "cannot sign in" in run(tmp_path, "--remove", "ana-garcia").output
    assert accounts.person("ana-garcia").left_at
    assert "can sign in again" in run(tmp_path, "--take-back", "ana-garcia").output
    assert "closed" in run(tmp_path, "--close-code", "participant").output
    assert "open" in run(tmp_path, "--open-code", "participant").output
    assert accounts.code("participant").code not in (said := run(tmp_path, "--new-code", "participant").output)
    assert accounts.code("participant").code in said
    assert {one.who for one in accounts.changes()} == {"command-line", "ana-garcia"}


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        (["--reset", "nobody"], 1, "Nobody of that name"),
        (["--remove", "nobody"], 1, "Nobody of that name"),
        (["--new-code", "owner"], 2, "Invalid value"),
        (["--remove", "ana-garcia", "--reset", "ana-garcia"], 2, "One change at a time"),
    ],
)
def test_what_cannot_be_is_said(accounts, tmp_path, options, status, said):
    done = run(tmp_path, *options)
    assert done.exit_code == status and said in done.output and "Traceback" not in done.output
    assert accounts.changes() == []


def test_a_folder_without_a_hub_is_left_as_it_is(tmp_path):
    done = run(tmp_path)
    assert done.exit_code == 1 and "has no hub yet" in done.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_a_command(verb):
    assert main.get_command(None, verb).name == verb
