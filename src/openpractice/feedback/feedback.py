"""Comments go back to the participants, beside their answers and without a number."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from openpractice.clock import as_text, utc_now
from openpractice.feedback.feedback_page import page_maker
from openpractice.feedback.toreturn import read_feedback
from openpractice.gradebook import gradebook, marks
from openpractice.gradebook.coursefolder import (
    CourseFolder,
    GradingError,
    alone_in,
    checked_id,
    json_bytes,
    said_when_full,
    write_whole,
)
from openpractice.gradebook.exchangefolders import FILE_MODE, open_file_to
from openpractice.gradebook.marks import Key
from openpractice.gradebook.own_tables import COMMAND_LINE, audit, returned
from openpractice.gradebook.releasing.released import read_release
from openpractice.i18n import Said
from openpractice.intake.aside import Aside
from openpractice.intake.telling import say
from openpractice.names import in_a_row
from openpractice.roster import called


@dataclass(frozen=True)
class Returned:
    """Who got feedback now, who already had it, and who waits to be read."""

    lesson: str
    new: tuple[str, ...]
    unchanged: tuple[str, ...]
    waiting: tuple[str, ...]
    sentences: tuple[Said, ...]


def give_feedback(
    folder: CourseFolder,
    lesson: str,
    participants: Iterable[str] | None = None,
    to: Path | None = None,
    numbers: bool = False,
    who: str = COMMAND_LINE,
) -> Returned:
    """Feedback for everybody whose answers are all read and settled, or for the participants named.

    With `to`, one printable file a person is written there as well. `numbers` puts the
    number of each level beside its name, where the course wants that. `who` returned it
    stands in the audit.

    Raises
    ------
    GradingError
        When the lesson was not released, or a person named has not handed in.
    """
    checked_id(lesson, "lesson")
    release = read_release(folder, lesson)
    with said_when_full("Feedback that was returned before still stands."), alone_in(folder):
        begun = marks.utc_now()  # whoever reads on meanwhile has changed it since
        chosen = None if participants is None else [checked_id(person, "participant") for person in participants]
        found = read_feedback(folder, release, numbers, chosen)
        strangers = [person for person in chosen or () if person not in found]
        if strangers:
            raise GradingError("return-not-collected", names=", ".join(strangers), lesson=lesson)
        waiting = tuple(person for person, given in found.items() if given.waits)
        page, new, same, aside = page_maker(release), list[str](), list[str](), Aside(folder)

        def give(person, given):
            html = page(given)
            changed = _return(folder, lesson, person, given, html)
            if to:
                write_whole(Path(to) / f"{person}-{lesson}.html", html, durable=False)
            (new if changed else same).append(person)

        for person, given in found.items():
            if not given.waits:
                aside.alone(person, lesson, give, person, given)
        _write_down(folder, lesson, {person: found[person].handin for person in (*new, *same)}, begun, who)
    unread = [person for person in waiting if not found[person].differs]
    differ = [person for person in waiting if person not in unread]
    names = {person: given.name for person, given in found.items()}
    new_names, unread_names, differ_names = (called.shown(names, some) for some in (new, unread, differ))
    sentences = [*_sentences(release.called, new_names, same, unread_names, differ_names, to)]
    sentences += [
        Said("collect-left-aside", person=called.shown(names, [each.participant])[0], name=each.name, why=each.why)
        for each in aside.all()
    ]
    return Returned(lesson, tuple(new), tuple(same), waiting, tuple(sentences))


def _write_down(folder, lesson, handins, at, who):
    """The queue and the audit know from then on who has feedback on which hand-in."""
    if not handins:
        return
    with gradebook.opened(folder) as engine, gradebook.writing(engine) as db:
        db.execute(returned.delete().where(returned.c.lesson == lesson, returned.c.participant.in_(list(handins))))
        db.execute(
            returned.insert(),
            [
                {"lesson": lesson, "participant": person, "handin": handin, "at": at, "by": who}
                for person, handin in handins.items()
            ],
        )
        db.execute(audit.insert(), [marks.audit_line(who, "return", Key(lesson, "", person)) for person in handins])


def _return(folder, lesson, person, given, html):
    """Put one person's feedback in their folder; True when it is new or changed."""
    place = folder.feedback / person
    path = place / f"{lesson}.json"
    now = utc_now()
    content = {"format": 1, "lesson": lesson, "at": now, "answers": given.answers_as_json(), "overall": ""}
    held = _held(path)
    if held | {"at": ""} == content | {"at": ""}:
        content = held
    changed = write_whole(path, json_bytes(content), durable=False, mode=FILE_MODE)
    changed |= write_whole(place / f"{lesson}.html", html, durable=False, mode=FILE_MODE)
    for stock in stock_places(folder, lesson, person):
        write_whole(stock, html, durable=False, mode=FILE_MODE)
        open_file_to(stock, person)
    say(
        folder,
        lesson,
        person,
        {
            "state": "returned",
            "handin": given.handin,
            "returned_at": content["at"],
            "handed_in_at": as_text(given.handed_in_at, "auto"),
            "message": "Feedback is here.",
        },
    )
    return changed


def stock_places(folder: CourseFolder, lesson: str, person: str) -> list[Path]:
    """Where nbgrader's own fetch_feedback looks: the exchange, and the person's part of it.

    Source: nbgrader 0.9.6, ``utils.notebook_hash``: MD5 of the hand-in's secret and the notebook.
    """
    try:
        secret = (folder.step("submitted", person, lesson) / "submission_secret.txt").read_bytes()
    except OSError:
        return []
    name = hashlib.md5(secret + lesson.encode(), usedforsecurity=False).hexdigest()
    return [folder.feedback / person / f"{name}.html", folder.feedback / f"{name}.html"]


def _held(path):
    try:
        held = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}


def _sentences(lesson, new, same, unread, differ, to):
    if not (new or same or unread or differ):
        yield Said("return-nobody", lesson=lesson)
    elif new:
        yield Said("return-new", lesson=lesson, n=len(new), names=in_a_row(new))
    else:
        yield Said("return-nothing-new", lesson=lesson)
    if same:
        yield Said("return-before", n=len(same))
    if unread:
        yield Said("return-unread", names=in_a_row(unread))
    if differ:
        yield Said("return-differ", names=in_a_row(differ))
    if to and (new or same):
        yield Said("return-files", folder=to)
