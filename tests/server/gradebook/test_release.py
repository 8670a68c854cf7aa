"""Releasing: real nbgrader, corrections, and what may not change any more."""

import copy
import hashlib
import json
from datetime import UTC, datetime, timezone
from zoneinfo import ZoneInfo

import pytest

from handins import (
    LESSON,
    LINE,
    POINTS,
    SPECS,
    TRACE,
    course_folder,
    grade_of,
    hand_in,
    lesson_notebook,
    mark,
    release_lesson,
    response,
    rows,
)
from openpractice.gradebook.coursefolder import GradingError
from openpractice.gradebook.releasing.release import find_notebook, release, set_due, withdraw
from openpractice.intake.collect import collect
from openpractice.journal.journal import Journal


def outbound(folder):
    place = folder.outbound / LESSON
    return (place / f"{LESSON}.ipynb").read_bytes(), json.loads((place / "release.json").read_bytes())


def test_a_release_is_in_the_exchange_and_in_the_gradebook(folder):
    notebook, about = outbound(folder)
    assert about["release"] == hashlib.sha256(notebook).hexdigest()
    assert (about["course"], about["lesson"], about["numbers"]) == ("open-practice", LESSON, 0)
    assert "due" not in about
    query = "SELECT b.name, g.max_score FROM base_cell b JOIN grade_cells g ON g.id = b.id ORDER BY b.name"
    assert dict(rows(folder, query)) == POINTS
    assert b'"checksum"' in notebook


def test_releasing_again_changes_nothing(folder):
    before = outbound(folder)
    assert release_lesson(folder).state == "unchanged"
    assert outbound(folder) == before


def test_a_due_time_is_kept_changed_and_taken_away(folder):
    due = datetime(2026, 12, 4, 17, tzinfo=UTC)
    assert release_lesson(folder, due="2026-12-04T17:00+00:00").due == due
    assert outbound(folder)[1]["due"] == "2026-12-04T17:00:00Z"
    assert rows(folder, "SELECT duedate FROM assignment") == [("2026-12-04 17:00:00.000000",)]
    assert release_lesson(folder).due == due
    moved = release_lesson(folder, due="2999-12-05")
    assert [each.code for each in moved.sentences] == ["release-unchanged", "release-due"], "no text is new"
    slip = release_lesson(folder, due="2016-12-05").sentences[-1]
    assert slip.code == "release-due-past" and "That has passed" in str(slip)
    assert release_lesson(folder, due="").due is None
    assert rows(folder, "SELECT duedate FROM assignment") == [(None,)]


def test_a_lesson_is_open_since_it_was_opened_whatever_is_changed_afterwards(folder):
    opened = outbound(folder)[1]["released_at"]
    for due in ("2026-12-04T17:00+00:00", "2026-12-05T17:00+00:00", ""):
        set_due(folder, LESSON, due)
        assert outbound(folder)[1]["released_at"] == opened
    release_lesson(folder, due="2026-12-04T17:00+00:00")
    assert outbound(folder)[1]["released_at"] == opened
    assert release_lesson(folder, words="Read this, corrected.").state == "corrected"
    assert outbound(folder)[1]["released_at"] == opened


def test_a_day_means_until_its_end_where_the_course_is_held(folder):
    madrid = ZoneInfo("Europe/Madrid")
    released = set_due(folder, LESSON, "2026-12-03", madrid)
    assert released.due == datetime(2026, 12, 3, 22, 59, 59, tzinfo=UTC)
    assert str(released.sentences[-1]).startswith("Due 2026-12-03 23:59 CET.")
    for text, due in (
        ("2026-06-03", datetime(2026, 6, 3, 21, 59, 59, tzinfo=UTC)),
        (" 20261203 ", datetime(2026, 12, 3, 22, 59, 59, tzinfo=UTC)),
        ("2026-12-03 00:00", datetime(2026, 12, 2, 23, tzinfo=UTC)),
        ("2026-12-03T17:00", datetime(2026, 12, 3, 16, tzinfo=UTC)),
        ("2026-12-03T17:00Z", datetime(2026, 12, 3, 17, tzinfo=UTC)),
    ):
        assert set_due(folder, LESSON, text, madrid).due == due, text
    here = datetime(2026, 12, 3, 23, 59, 59).astimezone(UTC)
    assert set_due(folder, LESSON, "2026-12-03").due == here
    for text in ("2026-13-03", "2026-02-30", "3.12.2026", "0001-01-01T00:00"):
        with pytest.raises(GradingError, match="no time that can be read"):
            set_due(folder, LESSON, text, ZoneInfo("Asia/Tokyo"))


def test_a_due_time_that_cannot_be_read_says_how_to_write_it(folder):
    with pytest.raises(GradingError) as caught:
        release_lesson(folder, due="next Friday")
    assert "2026-12-04 17:00" in caught.value.hint


def test_corrected_text_replaces_the_old_and_touches_no_answer(folder):
    hand_in(folder, "ana", {"purpose-trace": response(TRACE, {"text": "Kept."})})
    collect(folder, LESSON)
    mark(folder, "ana", "purpose-trace", 4, "Kept too.")
    done = release_lesson(folder, words="Read this, corrected.")
    assert done.state == "corrected"
    notebook, about = outbound(folder)
    assert b"Read this, corrected." in notebook
    assert about["release"] == hashlib.sha256(notebook).hexdigest()
    assert grade_of(folder, "ana", "purpose-trace") == (None, 4.0, 0)
    hand_in(folder, "bo", {"purpose-trace": response(TRACE, {"text": "After it."})})
    assert collect(folder, LESSON).new == ("bo",)


def changed(prompt, **more):
    specs = copy.deepcopy(list(SPECS))
    next(spec for spec in specs if spec["id"] == prompt).update(more)
    return specs


CHANGES = [
    ({"points": POINTS | {"purpose-trace": 3}}, "purpose-trace had 6 points and now has 3"),
    ({"specs": SPECS[1:]}, "purpose-trace is gone"),
    ({"specs": (*SPECS, LINE | {"id": "purpose-more"})}, "purpose-more is new, and hand-ins"),
    ({"specs": changed("purpose-line", kind="long_text")}, "purpose-line was short_text and is now long_text"),
    ({"points": {"purpose-trace": 6, "purpose-line": 3}}, "purpose-evidence changed whether it is scored"),
]


def keep(folder, person, prompt, value):
    """An answer that lies in the person's journal and was never handed in."""
    journal = Journal(folder.data / "people" / person / "journal" / f"{folder.id}.jsonl")
    journal.put(LESSON, prompt, value, 0, f"key-{person}-{prompt}", "test", person)


@pytest.mark.parametrize("notebook", [notebook for notebook, _ in CHANGES])
def test_until_somebody_has_answered_every_question_may_change(folder, notebook):
    keep(folder, "ana", "purpose-trace", {"text": " "})  # opened, and nothing written
    assert release_lesson(folder, **notebook).state == "corrected"
    assert release_lesson(folder).state == "corrected", "and back again"


def test_an_answer_that_is_kept_holds_its_own_question_and_no_other(folder):
    keep(folder, "ana", "purpose-trace", {"text": "Only in my journal."})
    keep(folder, "bo", "purpose-trace", {"text": "And in mine."})
    before = outbound(folder)
    with pytest.raises(GradingError, match=r"purpose-trace is gone \(2 people have answered it\)") as refused:
        release_lesson(folder, specs=SPECS[1:])
    assert "new id" in refused.value.hint and "next edition" in refused.value.hint
    assert outbound(folder) == before
    assert release_lesson(folder, words="Corrected words.").state == "corrected"
    assert release_lesson(folder, specs=(*SPECS, LINE | {"id": "purpose-more"})).state == "corrected"
    assert release_lesson(folder, specs=changed("purpose-line", kind="long_text")).state == "corrected"


@pytest.mark.parametrize("notebook, words", CHANGES)
def test_once_a_hand_in_was_collected_no_question_comes_goes_or_changes(folder, notebook, words):
    hand_in(folder, "ana", {"purpose-trace": response(TRACE, {"text": "Kept."})})
    collect(folder, LESSON)
    before = outbound(folder)
    with pytest.raises(GradingError, match=words):
        release_lesson(folder, **notebook)
    assert outbound(folder) == before


def test_a_lesson_is_taken_back_and_put_out_again_as_it_was(folder):
    hand_in(folder, "ana", {"purpose-trace": response(TRACE, {"text": "Kept."})})
    before = outbound(folder)
    assert withdraw(folder, LESSON).state == "withdrawn"
    assert not (folder.outbound / LESSON).exists()
    with pytest.raises(GradingError, match="is not out"):
        withdraw(folder, LESSON)
    assert release_lesson(folder).state == "released"
    assert outbound(folder) == before, "its text, its files and the time when it was opened"
    assert collect(folder, LESSON).new == ("ana",)


@pytest.mark.parametrize(
    "content, words",
    [
        (b"", "is not a built lesson"),
        (b"{}", "is not a built lesson"),
        (lesson_notebook(lesson="2-learning"), "belongs to the lesson 2-learning"),
        (lesson_notebook(course="another"), "belongs to the course another"),
        (lesson_notebook(specs=()), "asks nothing"),
    ],
)
def test_what_is_no_built_lesson_is_refused(tmp_path, content, words):
    path = tmp_path / "built.ipynb"
    path.write_bytes(content)
    with pytest.raises(GradingError, match=words):
        release(course_folder(tmp_path / "data"), LESSON, path)


def test_a_lesson_that_was_not_built_says_what_to_type(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GradingError) as caught:
        find_notebook("9-nothing")
    assert "openpractice build" in caught.value.hint


def test_what_nbgrader_refuses_leaves_the_earlier_release_standing(folder):
    hand_in(folder, "ana", {"purpose-trace": response(TRACE, {"text": "Kept."})})
    collect(folder, LESSON)
    before = outbound(folder)
    broken = json.loads(lesson_notebook())
    broken["cells"][-1]["metadata"]["nbgrader"]["schema_version"] = 99
    path = folder.data / "broken.ipynb"
    path.write_text(json.dumps(broken))
    with pytest.raises(GradingError, match="nbgrader could not do generate_assignment"):
        release(folder, LESSON, path)
    assert outbound(folder) == before
    assert release_lesson(folder).state == "unchanged"


def with_files(folder, **files):
    """The small lesson built with these files beside it; its notebook names them."""
    place = folder.data / "built"
    place.mkdir(parents=True, exist_ok=True)
    notebook = json.loads(lesson_notebook())
    named = {name.replace("_", "."): data for name, data in files.items()}
    notebook["metadata"]["openpractice"]["files"] = {
        name: hashlib.sha256(data).hexdigest() for name, data in named.items()
    }
    for name, data in named.items():
        (place / name).write_bytes(data)
    (place / f"{LESSON}.ipynb").write_text(json.dumps(notebook), "utf-8")
    (place / "secret.pdf").write_bytes(b"%PDF- not named")
    return place / f"{LESSON}.ipynb"


def test_pictures_go_out_with_the_lesson_and_nothing_beside_them(tmp_path):
    folder = course_folder(tmp_path)
    place = folder.outbound / LESSON
    assert release(folder, LESSON, with_files(folder, hall_png=b"one", form_pdf=b"%PDF-")).state == "released"
    assert {path.name for path in place.iterdir()} == {f"{LESSON}.ipynb", "release.json", "hall.png", "form.pdf"}
    assert (place / "hall.png").read_bytes() == b"one"
    assert release(folder, LESSON, with_files(folder, hall_png=b"one", form_pdf=b"%PDF-")).state == "unchanged"
    assert release(folder, LESSON, with_files(folder, hall_png=b"two", form_pdf=b"%PDF-")).state == "corrected"
    assert (place / "hall.png").read_bytes() == b"two"
    assert set_due(folder, LESSON, "2026-12-03").state == "corrected"
    assert (place / "hall.png").read_bytes() == b"two"
    # nbgrader's own copy has them too, so that stock tools show them.
    assert (folder.released(LESSON).parent / "hall.png").read_bytes() == b"two"


def test_a_picture_that_is_gone_or_another_keeps_the_lesson_in(tmp_path):
    folder = course_folder(tmp_path)
    built = with_files(folder, hall_png=b"one")
    (built.parent / "hall.png").write_bytes(b"another")
    with pytest.raises(GradingError, match="names hall.png") as refused:
        release(folder, LESSON, built)
    assert refused.value.hint == "Type: openpractice build"
    assert not (folder.outbound / LESSON).exists()


def test_what_was_done_is_said_by_the_number_of_the_session_or_else_its_title(folder):
    numbered = release_lesson(folder, words="Corrected words.").sentences[0]
    assert numbered.said("en").startswith("Corrected Session 1.")
    assert numbered.said("es").startswith("Se corrigió la sesión 1.")
    spec = TRACE | {"id": "welcome-trace", "lesson": "welcome"}
    titled = release_lesson(folder, lesson="welcome", specs=(spec,), points={}).sentences[0]
    assert titled.said("en").startswith("Released “The purpose of leadership”: 1 questions")
    assert titled.said("es").startswith("Se publicó «The purpose of leadership»: 1 preguntas")
    assert withdraw(folder, "welcome").sentences[0].said("es").startswith("Se retiró «The purpose of leadership»:")
