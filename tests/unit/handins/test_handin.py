"""What leaves when somebody hands in, what stays, and when nothing is sent."""

import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from handing_in import LESSON, ODD, SPECS, everything, folders, lesson, revs, room, say, send, sent
from lesson_cells import answer_cell, notebook, prompt_cell, spec, write
from openpractice.handins import exchange, handin, headway, mayread
from openpractice.handins.handin import NotHandedIn
from openpractice.handins.specs import answer_id, read_specs
from openpractice.journal.appendfile import NotSaved
from openpractice.kinds import registry
from openpractice.model import ANSWER_STUB


def type_in_cell(room, prompt_id, text):
    cells = [answer_cell(prompt_id, text) if answer_id(cell) == prompt_id else cell for cell in room.cells]
    write(room.copy, notebook(*cells))


def leaving(room):
    return mayread.responses(mayread.readable(room.journal, lesson(room)), lesson(room), "ana")["responses"]


# What may leave


@pytest.mark.parametrize(
    ("more", "shared", "may"),
    [
        ({"visibility": "F"}, False, True),
        ({"visibility": "P"}, False, False),
        ({"visibility": "P"}, True, False),
        ({"visibility": "P", "graded": 1}, False, False),
        ({"visibility": "P", "may_share": 1}, False, False),
        ({"visibility": "P", "may_share": 1}, True, True),
        ({"visibility": "A"}, True, False),
        ({"visibility": "A", "may_share": 1}, True, False),
        ({"visibility": "C"}, False, False),
        ({"visibility": "C"}, True, True),
        ({"visibility": "C", "graded": 1}, False, True),
    ],
)
def test_who_may_read_what(more, shared, may):
    assert mayread.may_read(spec(**more), SimpleNamespace(shared={"rev": 1} if shared else None)) is may


def test_private_counted_unshared_and_earlier_words_are_nowhere_in_what_is_sent(room):
    everything(room)
    receipt = send(room)
    assert {each["id"] for each in receipt["responses"]} == {
        "p-graded",
        "p-plain",
        "p-group-graded",
        "p-branch",
        "p-yes",
    }
    (folder,) = folders(room)
    for path in (room.places.inbound / folder).iterdir():
        content = path.read_bytes()
        for kept in (b"deleted words", b"latest of p-private", b"latest of p-counted", b"latest of p-group "):
            assert kept not in content


def test_sharing_lets_an_answer_leave_and_taking_it_back_keeps_it(room):
    everything(room)
    for prompt_id in ("p-group", "p-private-ours"):
        room.journal.share(prompt_id, 2)
    assert {"p-group", "p-private-ours"} <= set(leaving(room))
    room.journal.unshare("p-group")
    room.journal.unshare("p-private-ours")
    left = leaving(room)
    assert not {"p-group", "p-private-ours"} & set(left)


def test_the_file_says_whose_answers_and_the_sha_of_each(room):
    everything(room)
    receipt = send(room)
    found = sent(room)
    release = (room.places.outbound / LESSON / f"{LESSON}.ipynb").read_bytes()
    expected = {
        "format": "openpractice-responses",
        "version": 1,
        "course": "open-practice",
        "lesson": LESSON,
        "participant": "ana",
        "name": "Ana",
        "release": exchange.sha256_of(release),
    }
    assert expected.items() <= found.items()
    assert (found["handin"], found["handed_in_at"]) == (receipt["handin"], receipt["at"])
    graded = found["responses"]["p-graded"]
    assert graded["text"] == graded["value"]["text"] == f"latest of p-graded {ODD}"
    assert graded["rev"] == 2
    assert graded["sha256"] == registry.sha256(graded["value"]) == room.journal.state("p-graded").sha256
    line = next(each for each in receipt["responses"] if each["id"] == "p-graded")
    assert line == {"id": "p-graded", "rev": 2, "sha256": graded["sha256"], "words": line["words"]}
    (folder,) = folders(room)
    assert receipt["sha256"] == exchange.sha256_of((room.places.inbound / folder / "responses.json").read_bytes())
    assert room.journal.handed(LESSON) == receipt
    assert room.journal.state("p-graded").handed["handin"] == receipt["handin"]


def test_a_chosen_option_counts_no_words(room):
    say(room, "p-branch", {"choice": "yes", "comment": "two words"})
    assert [each["words"] for each in send(room)["responses"]] == [2]


# Looking over


def test_the_preview_shows_gaps_words_and_both_versions(room):
    say(room, "p-graded", "one two three")
    say(room, "p-plain", "here")
    say(room, "p-plain", "there", 0)
    type_in_cell(room, "p-graded", "typed below")
    seen = handin.preview(room.journal, lesson(room), room.places)
    rows = {row["id"]: row for row in seen["responses"]}
    assert list(rows) == ["p-graded", "p-plain", "p-group-graded", "p-branch", "p-yes"]
    assert (rows["p-graded"]["words"], rows["p-graded"]["typed_in_cell"]) == (3, "typed below")
    assert [head["text"] for head in rows["p-plain"]["heads"]] == ["here", "there"]
    private = ["p-private", "p-private-ours", "p-counted", "p-group"]
    assert seen["missing"] == [*private, "p-group-graded", "p-branch"]
    assert (seen["waiting"], seen["spare"]) == (["p-yes"], [])
    assert headway.count(lesson(room), room.journal.states()) == (2, 2 + len(seen["missing"]), 0)
    assert seen["state"]["state"] == "open"


def test_a_branch_that_was_not_taken_is_not_missed_and_its_graded_twin_is(room):
    specs = [*SPECS, spec("p-only-yes", branch={"of": "p-branch", "when": ["yes"]})]
    write(room.copy, notebook(*map(prompt_cell, specs)))
    say(room, "p-branch", {"choice": "not"})
    missing = handin.preview(room.journal, lesson(room))["missing"]
    assert "p-yes" in missing
    assert "p-only-yes" not in missing


def test_what_needs_no_answer_or_waits_for_rows_is_said_apart_and_too_many_choices_are_no_whole_answer(room):
    choices = [{"id": each, "label": each} for each in "abc"]
    specs = [
        spec("p-pick", kind="multi_choice", choices=choices, pick=[1, 2]),
        spec("p-table", kind="evidence_table", columns=choices),
        spec("p-scale", kind="slider", rows_from="p-table", extension=1),
        spec("p-spare", extension=1),
    ]
    write(room.copy, notebook(*map(prompt_cell, specs)))
    say(room, "p-pick", {"choices": ["a", "b", "c"]})
    seen = handin.preview(room.journal, lesson(room))
    assert (seen["missing"], seen["waiting"], seen["spare"]) == (["p-pick", "p-table"], ["p-scale"], ["p-spare"])
    assert [row["begun"] for row in seen["responses"]] == [True, False, False, False]
    say(room, "p-pick", {"choices": ["a"]}, 1)
    say(room, "p-table", {"rows": [{"a": "seen"}]})
    say(room, "p-spare", "all the same")
    stands = headway.headway_of(lesson(room), room.journal.states())
    assert stands == (["p-pick", "p-table", "p-spare"], [], [], ["p-scale"], [])


def test_what_is_begun_is_said_of_every_kind_by_one_rule(room):
    things = [{"id": each, "label": each} for each in "abc"]
    specs = [
        spec("p-one", kind="single_choice", choices=things, comment="Why"),
        spec("p-matrix", kind="likert_matrix", rows=things, points=things),
        spec("p-table", kind="evidence_table", columns=things, row_count=[2, 4]),
        spec("p-scale", kind="slider", rows_from="p-table"),
    ]
    write(room.copy, notebook(*map(prompt_cell, specs)))
    say(room, "p-one", {"comment": "None of these."})
    say(room, "p-matrix", {"rows": {"a": "b"}})
    say(room, "p-table", {"rows": [{}, {"a": "seen"}]})
    say(room, "p-scale", {"rows": {"2": 7}})
    seen = handin.preview(room.journal, lesson(room))
    assert (seen["missing"], seen["begun"]) == (["p-one", "p-matrix", "p-table"],) * 2
    assert [row["begun"] for row in seen["responses"]] == [True, True, True, False]
    # The table's second row asks for a second number.
    say(room, "p-table", {"rows": [{}, {"a": "seen"}, {"b": "heard"}]}, 1)
    assert headway.count(lesson(room), room.journal.states()) == (1, 4, 3)
    say(room, "p-scale", {"rows": {"2": 7, "3": 1}}, 1)
    assert headway.headway_of(lesson(room), room.journal.states()).answered == ["p-table", "p-scale"]


def test_the_wording_that_was_answered_gives_the_title(room):
    say(room, "p-yes", {"text": "x", "wording": "p-not"})
    rows = {row["id"]: row for row in handin.preview(room.journal, lesson(room))["responses"]}
    assert rows["p-yes"]["title"] == "If not"
    assert "p-not" not in rows


# The plain answer cell


def test_text_typed_in_the_cell_counts_where_the_box_is_empty(room):
    type_in_cell(room, "p-graded", f"typed {ODD}")
    send(room)
    response = sent(room)["responses"]["p-graded"]
    assert response["value"] == {"text": f"typed {ODD}"}
    assert (response["source"], response["rev"]) == ("cell", 0)


def test_text_in_the_box_counts_before_the_cell_and_the_copy_carries_both(room):
    say(room, "p-graded", "from the box")
    type_in_cell(room, "p-graded", "from the cell")
    send(room)
    assert "source" not in sent(room)["responses"]["p-graded"]
    (folder,) = folders(room)
    copy = read_specs(room.places.inbound / folder / f"{LESSON}.ipynb")
    assert copy.typed == {"p-graded": "from the cell"}


def test_the_copy_is_the_release_without_outputs_or_anybodys_cells(room):
    say(room, "p-graded", "x")
    mine = json.loads(room.copy.read_text())
    mine["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "secret"}]
    mine["cells"].append({"cell_type": "code", "metadata": {}, "source": "import secret", "outputs": []})
    write(room.copy, mine)
    send(room)
    (folder,) = folders(room)
    copy = (room.places.inbound / folder / f"{LESSON}.ipynb").read_text()
    assert "secret" not in copy
    assert ANSWER_STUB in copy


# Refusing


def test_nothing_to_hand_in_is_said(room):
    say(room, "p-private", "mine")
    with pytest.raises(NotHandedIn) as refused:
        send(room)
    assert refused.value.reason == "nothing"
    assert folders(room) == []


def test_a_version_that_was_not_looked_over_is_not_sent(room):
    say(room, "p-graded", "one")
    looked = revs(room)
    say(room, "p-graded", "two", 1)
    for given in (looked, {}, {"p-graded": "2"}, {"p-graded": True}, {"p-graded": 2.0}):
        with pytest.raises(NotHandedIn) as refused:
            send(room, revs=given)
        assert refused.value.reason == "stale"
    assert folders(room) == []
    assert room.journal.handed(LESSON) is None


def test_two_versions_have_to_be_chosen_between_first(room):
    say(room, "p-graded", "one")
    say(room, "p-graded", "two", 0)
    with pytest.raises(NotHandedIn) as refused:
        send(room)
    assert refused.value.reason == "settle"
    assert folders(room) == []
    room.journal.choose("p-graded", 1, "c")
    assert send(room)["responses"][0]["rev"] == 3


def test_a_private_answer_with_two_versions_holds_nobody_up(room):
    say(room, "p-private", "one")
    say(room, "p-private", "two", 0)
    say(room, "p-graded", "x")
    assert send(room)


def test_without_an_exchange_or_a_release_there_is_no_way(room):
    say(room, "p-graded", "x")
    for here in (room.places._replace(exchange=None), room.places._replace(person=None)):
        with pytest.raises(NotHandedIn) as refused:
            handin.hand_in(room.journal, lesson(room), here, revs(room))
        assert refused.value.reason == "no-place"
    (room.places.outbound / LESSON / f"{LESSON}.ipynb").unlink()
    with pytest.raises(NotHandedIn) as refused:
        send(room)
    assert refused.value.code == "refusal-not-released"


def test_when_the_journal_cannot_note_it_nothing_stays_handed_in(room, monkeypatch):
    say(room, "p-graded", "x")
    first = send(room)
    before = folders(room)

    def full(*_):
        raise NotSaved("no-space")

    monkeypatch.setattr(room.journal, "mark_handed", full)
    with pytest.raises(NotSaved):
        send(room)
    assert folders(room) == before
    assert room.journal.handed(LESSON) == first


def test_a_full_disk_leaves_nothing_half_handed_in(room):
    code = """
import resource, sys
from openpractice.handins.ownhandins import OwnHandIns
from openpractice.journal.appendfile import NotSaved
from openpractice.handins.places import places
resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))
try:
    OwnHandIns(places(), "1-purpose").place(b"x" * 50_000, b"{}")
except NotSaved as refused:
    print(refused.code)
"""
    env = {**os.environ, "OPENPRACTICE_EXCHANGE": str(room.places.exchange), "OPENPRACTICE_PERSON": "ana"}
    child = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert child.stdout == "no-space\n", child.stderr
    assert folders(room) == []
