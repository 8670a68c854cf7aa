"""What pages show of lessons: a list for the course home, one's own words, and opening a lesson."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

from openpractice.handins import fetch
from openpractice.handins.places import session_number
from openpractice.journal.journal import NotSaved
from openpractice.kinds import registry
from openpractice.service import catalog
from openpractice.service.handlers.context import RequestContext, Seat
from openpractice.service.lessonpages import states
from openpractice.service.lessonpages.shelf import ShelfLesson
from openpractice.service.participant.answers import in_words
from openpractice.service.participant.steps import note_headway, own_copy, progress_of, returned
from openpractice.service.refusal import Refusal

__all__ = ["home_views", "laid_aside", "lesson_view", "names_of", "open_notebook", "returned", "words_views"]


def names_of(lesson_id: str, title: str, language: str) -> dict:
    """What a session is called: by its number where it has one, else by its title."""
    number = session_number(lesson_id)
    if not number:
        return {"number": "", "word": title, "word_lower": title}
    return {
        "number": number,
        "word": catalog.say(language, "session-word", number=number),
        "word_lower": catalog.say(language, "session-word-lower", number=number),
    }


def home_views(context: RequestContext, seat: Seat, language: str) -> list[dict]:
    """One entry for each open lesson, in order, with its state in words."""
    with in_words(reading=True):
        journal_states = seat.journal.states()
        views = [lesson_view(context, seat, lesson, journal_states, language) for lesson in context.shelf.lessons()]
    # One button stands out: what was begun or has come back, else the first session not begun.
    begun = [view for view in views if view["state"] in ("feedback", "left-empty", "changed", "answered", "started")]
    fresh = [view for view in views if view["state"] == "not-started"]
    for view in views:
        view["first"] = view in (begun or fresh)[:1]
    return views


def lesson_view(context: RequestContext, seat: Seat, lesson: ShelfLesson, journal_states: dict, language: str) -> dict:
    """Everything the course home says of one lesson."""
    now = datetime.now(UTC)
    progress = progress_of(context, seat, lesson, journal_states)
    state, step = states.state_of(progress), states.next_step(progress)
    places = {
        "check-session": f"{context.root}handin/{lesson.id}",
        "read-feedback": f"{context.root}#feedback-{lesson.id}",
    }
    url = f"{context.root}open/{lesson.id}"
    return {
        "id": lesson.id,
        "title": lesson.title,
        "minutes": lesson.minutes,
        "prompts": {key: spec["title"] for key, spec in lesson.page.specs.items()},
        "state": state,
        **names_of(lesson.id, lesson.title, language),
        "state_text": states.sentence(language, progress, now),
        "state_html": states.sentence(language, progress, now, html=True),
        "due": lesson.due,
        "due_html": states.due_sentence(language, progress, now, html=True),
        "url": url,
        "next": step,
        "next_url": places.get(step, url),
        "handed": progress.handed_at,
        "changed": progress.changed,
        "feedback": feedback_view(seat, lesson) if progress.feedback_at else None,
    }


def feedback_view(seat: Seat, lesson: ShelfLesson) -> dict | None:
    """Feedback in the order of the lesson, each part with the title of its question; None where nothing came back."""
    feedback = returned(seat, lesson.id)
    if feedback is None:
        return None
    order = list(lesson.page.specs)
    answers = [
        {"title": lesson.page.specs[key]["title"] if key in lesson.page.specs else key, **one}
        for key, one in sorted(
            feedback["answers"].items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order)
        )
    ]
    if not (answers or feedback["overall"]):
        return None
    return {"overall": feedback["overall"], "at": feedback["at"], "answers": answers}


def laid_aside(context: RequestContext, seat: Seat) -> dict:
    """Saved lines that are not as they were written: how many (``count``), and the words of those that can be read.

    Each of ``versions`` has ``title``, ``text`` and ``at``.
    """
    with in_words(reading=True):
        lines = seat.journal.laid_aside()
    versions = []
    for line in lines:
        found = context.shelf.find(line["prompt"]) if line["prompt"] and line["value"] is not None else None
        if found:
            lesson, spec = found
            spec = lesson.spec_for(line["prompt"], line["value"])
            versions.append(
                {"title": spec["title"], "text": registry.plain_text(line["value"], spec), "at": line["at"]}
            )
    return {"count": len(lines), "versions": versions}


def words_views(context: RequestContext, seat: Seat, language: str) -> list[dict]:
    """Every answer as text, for the page of one's own words; also those whose question the course has left out."""
    views = []
    with in_words(reading=True):
        journal_states = seat.journal.states()
    for lesson in [*context.shelf.lessons(), *context.served.withdrawn.in_language(context.language).lessons()]:
        feedback = returned(seat, lesson.id)
        answers = []
        for key, spec in lesson.own().items():
            state = journal_states.get(key)
            own = lesson.spec_for(key, state.value) if state else spec
            if state is None or registry.is_blank(state.value, own):
                continue
            answers.append(
                {
                    "id": key,
                    "title": own["title"],
                    "text": registry.plain_text(state.value, own),
                    "at": state.at,
                    "seen_by": catalog.say(language, "seen-by-" + spec["visibility"]),
                    "feedback": feedback["answers"].get(key) if feedback else None,
                }
            )
        answers += _no_longer_asked(journal_states, lesson.id, lesson.own(), language)
        views.append(
            {"id": lesson.id, "title": lesson.title, "answers": answers, **names_of(lesson.id, lesson.title, language)}
        )
    return views


def _no_longer_asked(journal_states, lesson_id, asked, language):
    """Answers to questions that an earlier edition of the lesson had: nothing that was written is lost to its writer."""
    spec = {"kind": "", "language": language}
    return [
        {
            "id": key,
            "title": catalog.say(language, "question-gone", id=key),
            "text": registry.plain_text(state.value, spec),
            "at": state.at,
            "seen_by": "",
            "feedback": None,
        }
        for key, state in journal_states.items()
        if state.lesson == lesson_id and key not in asked and not registry.is_blank(state.value, spec)
    ]


def again(context: RequestContext, seat: Seat, lesson_id: str) -> dict:
    """Whether the person's copy was behind the release and is corrected now: `path` in their folder, and `changed`.

    A copy that is not there, or that cannot be written, is left as it is.
    """
    lesson = context.lesson(lesson_id)
    path, folder, changed = own_copy(context, seat, lesson), context.served.copies_of(seat), False
    if context.shelf.outbound is not None and path.is_file():
        with suppress(fetch.NotFetched, NotSaved):
            changed = fetch.fetch(seat.places, lesson.id, folder).change != "same"
    return {"path": path.relative_to(folder).as_posix(), "changed": changed}


def open_notebook(context: RequestContext, seat: Seat, lesson_id: str) -> str:
    """The address of the person's copy of the lesson in Jupyter, brought up to date first."""
    lesson = context.lesson(lesson_id)
    if not context.served.notebooks:
        return f"{context.root}lesson/{lesson.id}"
    if context.served.notebook_door:  # a server of their own starts there, and brings its copy up to date
        note_headway(context, seat, lesson)
        return context.served.notebook_door + lesson.id + (f"?in={context.language}" if context.language else "")
    path = own_copy(context, seat, lesson)
    if context.shelf.outbound is not None:
        try:
            fetch.fetch(seat.places, lesson.id, context.served.copies_of(seat), context.language)
        except fetch.NotFetched as error:
            raise Refusal(409, error.code.removeprefix("fetch-"), error) from None
        except NotSaved as error:
            # A full disk must not keep anybody from reading what is there already.
            if not path.is_file():
                raise Refusal(507, "no-space") from error
    note_headway(context, seat, lesson)
    return context.served.notebook_url(path)
