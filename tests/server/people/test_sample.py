"""The invented cohort in a gradebook and in a workshop: put in, read in part, labelled, never over real people."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager

import pytest

from handins import course_folder, rows
from openpractice.gradebook import gradebook, marks
from openpractice.gradebook.coursefolder import GradingError
from openpractice.handins.specs import read_specs
from openpractice.kit import course_parts
from openpractice.launch.datafolder import CannotStart
from openpractice.launch.sampledata import put_in as put_in_once
from openpractice.room import critiques, roomview
from openpractice.room.roomstore import RoomStore
from openpractice.room.roomview import RoomLesson
from openpractice.room.tallies import counts
from openpractice.roster import roster
from openpractice.sample import readers as readers_of
from openpractice.sample.cohort import kit_people, put_in, who_is_real
from openpractice.service.handlers import invented
from sample_cohort import ASKED, GOOD, NOTEBOOKS, PEOPLE, REPO, SPECS, cohort
from servers import serving


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A workshop with the cohort in two lessons, and what was said."""
    folder = course_folder(tmp_path_factory.mktemp("filled"))
    return folder, put_in(folder, NOTEBOOKS, upto="1-purpose")


def test_the_cohort_reaches_the_gradebook_through_release_and_collect(filled, cohort):
    folder, said = filled
    assert any(str(sentence).startswith("Collected Session 1 from") for sentence in said)
    for prompt in ("opening-growth-yes", "purpose-trace"):
        held = dict(rows(folder, "SELECT participant, value FROM op_response WHERE prompt = ? AND latest", (prompt,)))
        assert {person: json.loads(value) for person, value in held.items() if value != "{}"} == {
            person.id: person.answers[prompt] for person in cohort if prompt in person.expected
        }
    with gradebook.opened(folder) as engine, engine.connect() as db:
        held = roster.everybody(db)
    assert set(held) == set(PEOPLE)
    assert all(each.school.endswith("(invented)") and each.name.endswith("(invented)") for each in held.values())


def test_only_what_facilitators_may_read_leaves_the_journals(filled, cohort):
    folder, _ = filled
    sent = {prompt for (prompt,) in rows(folder, "SELECT DISTINCT prompt FROM op_response")}
    assert "purpose-trace" in sent and "purpose-rigor" in sent
    assert not sent & {prompt for prompt in ASKED if SPECS[prompt]["visibility"] in "PA"}
    private = next(person.answers["opening-private"]["text"] for person in cohort if person.voice == "strong")
    collected = (path.read_text(errors="replace") for path in folder.root.rglob("*") if path.is_file())
    assert not any(private in text for text in collected)


def test_putting_them_in_again_changes_nothing(filled):
    folder, _ = filled
    files = sorted(path for path in folder.data.rglob("*") if path.is_file() and path.suffix in (".jsonl", ".json"))
    before = [path.read_bytes() for path in files]
    said = put_in(folder, NOTEBOOKS, upto="1-purpose")
    assert said == ("The sample cohort is there already. Nothing was changed.",)
    assert [path.read_bytes() for path in files] == before


def test_nobody_real_is_written_over(filled, tmp_path, cohort):
    shutil.copytree(filled[0].data, tmp_path / "data")
    folder, person = course_folder(tmp_path / "data"), cohort[0]
    with gradebook.opened(folder) as engine, engine.begin() as db:
        roster.merge(db, [roster.ListedPerson(person.id, "Somebody Real", school="A real school")])
    place = folder.data / "people" / person.id / "journal" / "open-practice.jsonl"
    place.write_bytes(b"")
    said = put_in(folder, NOTEBOOKS, lessons=["0-opening"])
    assert said[-1].endswith(f"somebody real has this name: {person.id}.")
    assert place.read_bytes() == b""


def test_a_lesson_that_is_not_there_and_a_bad_file_are_refused(tmp_path):
    folder = course_folder(tmp_path / "data")
    with pytest.raises(GradingError, match="no built lesson 9-nothing"):
        put_in(folder, NOTEBOOKS, upto="9-nothing")
    (tmp_path / "ana.yml").write_text(GOOD.replace("R: 1", "R: 9"))
    with pytest.raises(GradingError, match="ana.yml:10: bad-levels"):
        put_in(folder, NOTEBOOKS, people=tmp_path)
    assert not folder.root.exists()


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    """A data folder as `script/workshop --sample` fills it, by its own program, and what that said."""
    data = tmp_path_factory.mktemp("sample") / "data"
    data.mkdir()
    return data, sample(data)


def sample(data, *options):
    env = {key: value for key, value in os.environ.items() if not key.startswith("OPENPRACTICE_")}
    env |= {"OPENPRACTICE_DATA": str(data), "OPENPRACTICE_KIT": str(REPO)}
    command = [sys.executable, "-m", "openpractice.sample", *options]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=300)


def marks_in(data):
    return rows(course_folder(data), "SELECT lesson, prompt, participant, reviewer, levels FROM op_mark")


def test_a_changed_course_is_said_in_a_few_lines(tmp_path):
    notebooks = tmp_path / "notebooks"
    for path in (REPO / "notebooks").glob("*/*.ipynb"):
        changed = path.read_text("utf-8")
        for prompt in ("purpose-", "learning-", "example-", "expertise-"):
            changed = changed.replace(f'\\"id\\": \\"{prompt}', f'\\"id\\": \\"new-{prompt}')
        target = notebooks / path.parent.name / path.name
        target.parent.mkdir(parents=True)
        target.write_text(changed, "utf-8")
    with pytest.raises(GradingError) as refused:
        put_in(course_folder(tmp_path), notebooks, people=kit_people())
    said = f"{refused.value}\n{refused.value.hint}"
    assert said.count("\n") < 12 and "do not fit this course" in said and re.search(r"and [\d,]+ more", said)


def test_the_sample_is_read_in_part_by_invented_reviewers(workshop, cohort):
    data, done = workshop
    assert done.returncode == 0, done.stderr
    expected = {(person.id, prompt): each["levels"] for person in cohort for prompt, each in person.expected.items()}
    levels, readers = {}, Counter()
    for lesson, prompt, person, reader, given in marks_in(data):
        levels.setdefault((person, prompt), {})[reader] = json.loads(given)
        readers[lesson, reader] += 1
    firsts = {key: given[readers_of.FIRST] for key, given in levels.items()}
    assert firsts == {key: expected[key] for key in firsts}
    of_prompt = Counter(prompt for _, prompt in levels)
    assert of_prompt["opening-growth-yes"] == of_prompt["purpose-trace"] == len(cohort) - 1
    assert 5 <= of_prompt["learning-structure"] <= 18 and not of_prompt["closing-plan"]
    apart = [
        key for key, given in levels.items() if len(given) > 1 and given[readers_of.SECOND] != given[readers_of.FIRST]
    ]
    assert apart and readers["0-opening", "=agreed"] and not readers["1-purpose", "=agreed"]
    gone = {lesson for (lesson,) in rows(course_folder(data), "SELECT DISTINCT lesson FROM op_returned")}
    assert gone == {"0-opening"} and list((data / "feedback-files").glob("*-0-opening.html"))


def test_no_private_or_counted_word_of_anybody_is_reachable_by_collecting(workshop, cohort):
    data, _ = workshop
    private = {
        text.strip()
        for person in cohort
        for prompt, value in person.answers.items()
        if SPECS[prompt]["visibility"] in "PA" and prompt not in person.shares
        for text in (value.get("text", ""), value.get("comment", ""))
        if len(text) > 25
    }
    assert len(private) > 100
    held = [
        path.read_text(errors="replace")
        for top in ("exchange", "files", "feedback-files")
        for path in (data / top).rglob("*")
        if path.is_file()
    ]
    readable = "\n".join(held) + "\n".join(
        text.encode().decode("unicode_escape", "replace") for text in held if "\\u" in text
    )
    shared = next(person.answers["purpose-rigor"]["text"] for person in cohort if person.id == "hester-quayle")
    assert shared[:40] in readable
    assert [text for text in private if text[:40] in readable] == []


def test_everybody_in_the_sample_is_labelled(workshop):
    data, _ = workshop
    named = rows(course_folder(data), "SELECT name, school, role FROM op_person")
    assert Counter(role for _, _, role in named) == {"participant": len(PEOPLE), "reviewer": 2}
    assert all(name.endswith("(invented)") and school.endswith("(invented)") for name, school, _ in named)
    stock = rows(course_folder(data), "SELECT first_name, last_name FROM student")
    assert stock and all("(invented)" in f"{first} {last}" for first, last in stock)


def test_they_have_shared_answered_and_critiqued_in_the_room(workshop, cohort):
    with room_of(workshop[0]) as room:
        seen = seen_in(room)
        assert counts.taking_part(room, "main") == len(cohort)
        assert len(seen["purpose-rigor"]["wall"]) > 10
        assert all("(invented)" in card["name"] for card in seen["purpose-rigor"]["wall"])
        assert seen["learning-door"]["results"][0]["answers"] >= 5
        spec = lesson_in_room("2-learning").specs["learning-give"]
        progress = critiques.progress(room, "main", spec["id"])
        assert sum(one["given"] for one in progress.values()) > 10
        by_id = {person.id: person for person in cohort}
        for person in cohort:
            for one in critiques.received_by(room, "main", spec["id"], person.id):
                giver = by_id[one["reviewer"]]
                assert person.id not in (giver.id, giver.appraiser) and giver.id != person.appraiser


@contextmanager
def room_of(data):
    store = RoomStore(data / "room")
    with store.reading() as db:
        yield db
    store.close()


def seen_in(room):
    """What all see in the room of its first sessions, by question."""
    seen = {}
    for name in ("0-opening", "1-purpose", "2-learning"):
        seen |= roomview.common(room, "main", lesson_in_room(name))["questions"]
    return seen


def lesson_in_room(name):
    page = read_specs(course_parts().notebooks / name / f"{name}.ipynb")
    specs = {key: spec for key, spec in page.specs.items() if roomview.belongs(spec) and not spec.get("answer_with")}
    return RoomLesson(name, page.title, 105, specs)


@pytest.mark.slow
def test_filling_again_changes_nothing_and_is_seen_at_once(workshop):
    data, _ = workshop
    before = marks_in(data)
    assert sample(data).returncode == 0
    assert marks_in(data) == before
    assert invented.count(data) == len(PEOPLE)
    assert invented.whole(data) == invented.print_of(kit_people())
    put_in_once(kit_people(), data, {}, False)  # a program that is started without any settings would fail


def test_what_a_reviewer_marked_stays_and_the_room_is_as_it_was(workshop, tmp_path):
    shutil.copytree(workshop[0], tmp_path / "data")
    folder = course_folder(tmp_path / "data")
    key = marks.Key("2-learning", "learning-structure", "leland-pruitt")
    with gradebook.opened(folder) as engine, engine.begin() as db:
        for reader in marks.read(db, key):
            marks.undo(db, key, reader, reader)
        marks.save(db, key, marks.Mark("rita", levels={"R": 3, "P": 3}), "rita")
    assert sample(tmp_path / "data").returncode == 0
    with gradebook.opened(folder) as engine, engine.connect() as db:
        assert set(marks.read(db, key)) == {"rita"}
    with room_of(workshop[0]) as before, room_of(tmp_path / "data") as after:
        assert seen_in(after) == seen_in(before)


@pytest.mark.slow
def test_real_people_are_joined_only_by_request(workshop, tmp_path):
    shutil.copytree(workshop[0], tmp_path / "data")
    (tmp_path / "data" / "people" / "ana").mkdir()
    assert sample(tmp_path / "data").returncode == 0, "somebody came into the sample, which is one all the same"
    (tmp_path / "data" / invented.NOTE).unlink()
    assert "holds real people (ana)" in sample(tmp_path / "data").stderr
    assert invented.count(tmp_path / "data") == 0
    assert sample(tmp_path / "data", "--among-real-people").returncode == 0
    assert invented.count(tmp_path / "data") == len(PEOPLE)


@pytest.mark.parametrize("place", ["people/ana", "exchange/open-practice/inbound/ana", "roster"])
def test_a_folder_of_real_people_is_left_alone_unless_asked(tmp_path, released_once, place):
    shutil.copytree(released_once.data, tmp_path / "data")
    folder = course_folder(tmp_path / "data")
    if place == "roster":
        with gradebook.opened(folder) as engine, engine.begin() as db:
            roster.merge(db, [roster.ListedPerson("ana", "ana", school="A real school")])
    else:
        (folder.data / place).mkdir(parents=True)
    done = sample(folder.data)
    assert done.returncode == 1
    assert "holds real people (ana)" in done.stderr and "--among-real-people" in done.stderr
    assert invented.count(folder.data) == 0 and who_is_real(folder) == ["ana"]
    with pytest.raises(CannotStart, match="holds real people"):
        put_in_once(
            kit_people(),
            folder.data,
            {**os.environ, "OPENPRACTICE_DATA": str(folder.data), "OPENPRACTICE_KIT": str(REPO)},
            False,
        )


def test_a_note_that_cannot_be_read_still_says_that_somebody_is_invented(tmp_path):
    assert (invented.count(None), invented.count(tmp_path), invented.whole(tmp_path)) == (0, 0, "")
    invented.write(tmp_path, 24)
    assert (invented.count(tmp_path), invented.whole(tmp_path)) == (24, "")
    assert invented.ids(None) == invented.ids(tmp_path) == frozenset()
    (tmp_path / invented.NOTE).write_text('{"people": 24, "print": ""}')  # as it was before it said who
    assert (invented.count(tmp_path), invented.ids(tmp_path)) == (24, frozenset())
    (tmp_path / invented.NOTE).write_text("[]")
    assert (invented.count(tmp_path), invented.whole(tmp_path), invented.ids(tmp_path)) == (1, "", frozenset())
    (tmp_path / invented.NOTE).write_text('{"people": 24, "print": "", "ids": 3}')
    assert (invented.count(tmp_path), invented.ids(tmp_path)) == (1, frozenset())


def test_people_opens_on_a_session_that_the_sample_is_in_and_says_of_none_that_they_opened_what_they_did_not(workshop):
    with serving(workshop[0], "facilitator") as server:
        page = server.ask("GET", "facilitator/people").text
        assert 'id="session">Session 6' in page and "Opened, nothing answered yet" not in page


def test_whoever_looks_around_as_somebody_invented_is_shown_as_such_and_nobody_else(workshop):
    with serving(workshop[0]) as server:
        for said, shown in (
            ("leland pruitt", "Leland Pruitt (invented)"),
            ("Leland Pruitt (invented)", "Leland Pruitt (invented)"),
            ("Real Guest", "Real Guest"),
        ):
            assert server.ask("POST", "api/person", {"name": said}).status == 200
            page = server.ask("GET", "words").text
            assert re.search(r'class="name">([^<]*)<', page)[1].lower() == shown.lower()


def test_every_page_of_a_facilitator_says_who_is_invented(workshop):
    with serving(workshop[0], "facilitator") as server:
        for page in ("facilitator/", "facilitator/people?session=1-purpose", "review/"):
            assert "24 of the people here are invented" in server.ask("GET", page).text, page
        people = server.ask("GET", "facilitator/people?session=1-purpose").text
        assert "Leland Pruitt (invented)" in people and "Not known here" not in people
        file = re.search(r'facilitator/feedback/[^"]+', server.ask("GET", "facilitator/").text)[0]
        assert "(invented)" in server.ask("GET", file).text


def test_pages_of_a_real_workshop_say_nothing_of_the_kind(released_once, tmp_path):
    shutil.copytree(released_once.data, tmp_path / "data")
    with serving(tmp_path / "data", "facilitator") as server:
        assert "invented" not in server.ask("GET", "facilitator/").text.replace("invented-note", "")
