"""Handing in sends what facilitators may read, whole, and nothing else."""

import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
from test_specs import answer_cell, notebook, prompt_cell, spec, write

from openpractice.handins import exchange, handin
from openpractice.handins.handin import NotHandedIn
from openpractice.handins.places import places
from openpractice.handins.specs import read_specs
from openpractice.journal.appendfile import NotSaved
from openpractice.journal.journal import Journal
from openpractice.kinds import registry
from openpractice.model import ANSWER_STUB

LESSON = "1-purpose"
CHOICES = [{"id": "yes", "label": "Yes"}, {"id": "not", "label": "Not yet"}]
SPECS = [
    spec("p-graded", graded=1),
    spec("p-plain"),
    spec("p-private", visibility="P"),
    spec("p-private-ours", visibility="P", may_share=1),
    spec("p-counted", visibility="A"),
    spec("p-group", visibility="C"),
    spec("p-group-graded", visibility="C", graded=1),
    spec("p-branch", kind="single_choice", choices=CHOICES),
    spec("p-yes", graded=1, title="If yes", branch={"of": "p-branch", "when": ["yes"]}),
    spec("p-not", graded=1, title="If not", branch={"of": "p-branch", "when": ["not"]}, answer_with="p-yes"),
]
ODD = "العربية 你好 🙂 “quotes” <b>bold</b> $x$ a|b \\ \u202e"


@pytest.fixture
def room(tmp_path):
    """One person's places with a released lesson, their copy of it and their journal."""
    here = places(
        {
            "OPENPRACTICE_HOME": str(tmp_path / "home"),
            "OPENPRACTICE_EXCHANGE": str(tmp_path / "x"),
            "OPENPRACTICE_PERSON": "ana",
        }
    )
    cells = []
    for each in SPECS:
        cells += [prompt_cell(each)] + [answer_cell(each["id"])] * bool(each.get("graded"))
    write(here.outbound / LESSON / f"{LESSON}.ipynb", notebook(*cells))
    copy = write(tmp_path / "mine" / f"{LESSON}.ipynb", notebook(*cells))
    return SimpleNamespace(places=here, journal=Journal(here.journal), copy=copy, cells=cells)


def say(room, prompt_id, text, base=0, key=None):
    value = text if isinstance(text, dict) else {"text": text}
    return room.journal.put(LESSON, prompt_id, value, base, key or f"{prompt_id}-{base}-{text}")


def lesson(room):
    return read_specs(room.copy)


def type_in_cell(room, prompt_id, text):
    cells = [answer_cell(prompt_id, text) if exchange.answer_id(cell) == prompt_id else cell for cell in room.cells]
    write(room.copy, notebook(*cells))


def revs(room):
    return {row["id"]: row["rev"] for row in handin.preview(room.journal, lesson(room), room.places)["responses"]}


def send(room, **more):
    return handin.hand_in(room.journal, lesson(room), room.places, more.get("revs", revs(room)), name="Ana")


def folders(room):
    return sorted(os.listdir(room.places.inbound)) if room.places.inbound.is_dir() else []


def sent(room):
    (folder,) = folders(room)
    return json.loads((room.places.inbound / folder / "responses.json").read_text("utf-8"))


def say_status(room, **status):
    write(room.places.feedback / f"{LESSON}.status.json", status)


def everything(room):
    for each in SPECS:
        if each["id"] not in ("p-branch", "p-not"):
            say(room, each["id"], f"deleted words of {each['id']}")
            say(room, each["id"], f"latest of {each['id']} {ODD}", 1)
    say(room, "p-branch", {"choice": "yes"})


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
    assert handin.may_read(spec(**more), SimpleNamespace(shared={"rev": 1} if shared else None)) is may


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
    assert {"p-group", "p-private-ours"} <= set(handin.build_responses(room.journal, lesson(room), "ana")["responses"])
    room.journal.unshare("p-group")
    room.journal.unshare("p-private-ours")
    left = handin.build_responses(room.journal, lesson(room), "ana")["responses"]
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
    assert seen["missing"] == ["p-group-graded", "p-branch", "p-yes"]
    assert seen["state"]["state"] == "open"


def test_a_branch_that_was_not_taken_is_not_missed_and_its_graded_twin_is(room):
    specs = [*SPECS, spec("p-only-yes", branch={"of": "p-branch", "when": ["yes"]})]
    write(room.copy, notebook(*map(prompt_cell, specs)))
    say(room, "p-branch", {"choice": "not"})
    missing = handin.preview(room.journal, lesson(room))["missing"]
    assert "p-yes" in missing
    assert "p-only-yes" not in missing


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
from openpractice.handins import exchange
from openpractice.journal.appendfile import NotSaved
from openpractice.handins.places import places
resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))
try:
    exchange.place_handin(places(), "1-purpose", b"x" * 50_000, b"{}")
except NotSaved as refused:
    print(refused.code)
"""
    env = {**os.environ, "OPENPRACTICE_EXCHANGE": str(room.places.exchange), "OPENPRACTICE_PERSON": "ana"}
    child = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert child.stdout == "no-space\n", child.stderr
    assert folders(room) == []


# Again, and back


def test_handing_in_again_replaces_and_is_newer(room, monkeypatch):
    say(room, "p-graded", "one")
    send(room)
    (old,) = folders(room)
    say(room, "p-graded", "two", 1)
    monkeypatch.setattr(exchange.time, "time_ns", lambda: 10**18)  # a clock that went back to 2001
    send(room)
    (new,) = folders(room)
    assert exchange.split_name(new)[2] > exchange.split_name(old)[2]
    assert sent(room)["responses"]["p-graded"]["text"] == "two"
    assert len(room.journal.receipts(LESSON)) == 2


@pytest.mark.parametrize("words", [{"collected_at": "2026-11-23T15:00:00.000Z"}, {"state": "collected"}])
def test_what_was_collected_stays_and_can_be_followed_but_not_taken_back(room, words):
    say(room, "p-graded", "one")
    first = send(room)
    say_status(room, handin=first["handin"], **words)
    assert handin.standing(room.journal, LESSON, room.places)["state"] == "collected"
    with pytest.raises(NotHandedIn) as refused:
        handin.withdraw(room.journal, LESSON, room.places)
    assert refused.value.reason == "collected"
    assert len(folders(room)) == 1
    say(room, "p-graded", "two", 1)
    send(room)
    assert len(folders(room)) == 2
    handin.withdraw(room.journal, LESSON, room.places)
    assert len(folders(room)) == 1, "only the one that nobody has collected is taken back"


def test_what_was_read_is_changed_only_where_handing_in_again_is_allowed(room):
    say(room, "p-graded", "one")
    first = send(room)
    say_status(room, handin=first["handin"], read_at="2026-11-23T15:00:00.000Z")
    say(room, "p-graded", "two", 1)
    write(room.places.outbound / LESSON / "release.json", {"resubmission": 0})
    assert handin.standing(room.journal, LESSON, room.places)["can_change"] is False
    with pytest.raises(NotHandedIn) as refused:
        send(room)
    assert refused.value.reason == "read"
    write(room.places.outbound / LESSON / "release.json", {"resubmission": 1})
    assert send(room)


def test_withdrawing_takes_everything_back_until_it_is_collected(room):
    with pytest.raises(NotHandedIn) as refused:
        handin.withdraw(room.journal, LESSON, room.places)
    assert refused.value.reason == "not-in"
    say(room, "p-graded", "one")
    send(room)
    handin.withdraw(room.journal, LESSON, room.places)
    assert folders(room) == []
    assert handin.standing(room.journal, LESSON, room.places)["state"] == "open"
    assert room.journal.state("p-graded").value == {"text": "one"}


def test_only_our_own_hand_ins_of_this_lesson_are_ever_removed(room, tmp_path):
    inbound = room.places.inbound
    inbound.mkdir(parents=True)
    elsewhere = tmp_path / "elsewhere"
    write(elsewhere / "responses.json", {})
    others = [
        "ana+2-learning+2026-11-23 14:05:09.123456 UTC+abc",
        "ben+1-purpose+2026-11-23 14:05:09.123456 UTC+abc",
        "ana+1-purpose+notes",
        "notes",
    ]
    for name in others:
        (inbound / name).mkdir()
    (inbound / "ana+1-purpose+2020-01-01 00:00:00.000000 UTC+link").symlink_to(elsewhere)
    say(room, "p-graded", "one")
    send(room)
    assert set(others) <= set(folders(room))
    assert (elsewhere / "responses.json").exists()


def test_two_hand_ins_at_once_never_remove_each_other(room):
    say(room, "p-graded", "one")
    send(room)
    (older,) = folders(room)
    later = "ana+1-purpose+2999-01-01 00:00:00.000000 UTC+later"
    (room.places.inbound / later).mkdir()
    exchange.remove_older(room.places, LESSON, older)
    assert folders(room) == [older, later]


def test_what_a_dying_process_left_is_cleared_after_an_hour(room):
    inbound = room.places.inbound
    (inbound / ("." + "a" * 32)).mkdir(parents=True)
    (inbound / ("." + "b" * 32)).mkdir()
    (inbound / ".mine").mkdir()
    os.utime(inbound / ("." + "a" * 32), (0, 0))
    os.utime(inbound / ".mine", (0, 0))
    say(room, "p-graded", "one")
    send(room)
    assert folders(room)[:2] == [".bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", ".mine"]
    assert len(folders(room)) == 3


def test_an_odd_status_or_release_is_no_news(room):
    say(room, "p-graded", "one")
    send(room)
    for odd in ("[]", "{", '"x"', "[" * 100_000):
        write(room.places.feedback / f"{LESSON}.status.json", odd)
        write(room.places.outbound / LESSON / "release.json", odd)
        assert handin.standing(room.journal, LESSON, room.places)["state"] == "handed"


# The exchange's own form


def test_the_folder_has_the_form_that_nbgrader_reads(room):
    say(room, "p-graded", "one")
    send(room)
    (folder,) = folders(room)
    assert sorted(each.name for each in (room.places.inbound / folder).iterdir()) == [
        "1-purpose.ipynb",
        "responses.json",
        "submission_secret.txt",
        "timestamp.txt",
    ]
    person, lesson_id, stamp = exchange.split_name(folder)
    assert (person, lesson_id) == ("ana", LESSON)
    assert (room.places.inbound / folder / "timestamp.txt").read_text() == stamp


def test_nbgrader_submit_and_collect_agree_on_the_name(room, tmp_path):
    """Stock collect reads the fields of our folder; ours reads those of stock submit's."""
    from nbgrader.auth import Authenticator
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.exchange.default.collect import ExchangeCollect
    from nbgrader.exchange.default.submit import ExchangeSubmit
    from nbgrader.utils import parse_utc

    say(room, "p-graded", "one")
    send(room)
    (folder,) = folders(room)
    read = ExchangeCollect._path_to_record(None, str(room.places.inbound / folder))
    assert read["username"] == "ana"
    assert read["timestamp"] == parse_utc(exchange.split_name(folder)[2])
    course = CourseDirectory(course_id="open-practice", student_id="ana", assignment_id=LESSON)
    stock = ExchangeSubmit(coursedir=course, authenticator=Authenticator(), root=str(tmp_path / "x"))
    stock.set_timestamp()
    stock.init_dest()
    assert exchange.split_name(stock.assignment_filename) == ("ana", LESSON, stock.timestamp)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "ana",
        "ana+1-purpose",
        "ana+1-purpose+yesterday+x",
        "../x+1-purpose+2026-11-23 14:05:09.123456 UTC+x",
        "a+b+1-purpose+2026-11-23 14:05:09.123456 UTC+x",
        "ana+1-purpose+2026-11-23 14:05:09.123456 UTC+x/y",
    ],
)
def test_another_name_is_not_a_hand_in(name):
    assert exchange.split_name(name) is None


# Without a hub


def test_a_hand_in_file_holds_the_same_answers(room):
    everything(room)
    name, data, receipt = handin.hand_in_file(room.journal, lesson(room), revs(room), "ana", "Ana")
    assert name == "ana-1-purpose.json"
    assert json.loads(data)["responses"].keys() == {each["id"] for each in receipt["responses"]}
    assert receipt["sha256"] == exchange.sha256_of(data)
    assert b"p-private" not in data
    assert room.journal.handed(LESSON)["file"] == 1
    assert handin.standing(room.journal, LESSON)["can_withdraw"] is False
    with pytest.raises(NotHandedIn):
        handin.hand_in_file(room.journal, lesson(room), {}, "ana")
