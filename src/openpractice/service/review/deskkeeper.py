"""What keeps the reviewers' desk: one open gradebook, who is asking, and every refusal in words.

A page never learns a participant's id before it asks for the name: in addresses
and replies a person is a handle, which only this module turns back.
"""

from __future__ import annotations

import hashlib
import threading
from contextlib import ExitStack, contextmanager

import sqlalchemy as sa

from openpractice.authoring.courses.lessonfolder import Folder, read_folder
from openpractice.gradebook import gradebook
from openpractice.gradebook.coursefolder import GradingError, no_space_left
from openpractice.gradebook.marks import BadMark, Key, Stale
from openpractice.gradebook.own_tables import response
from openpractice.ids import safe_id
from openpractice.kit import course_parts
from openpractice.review import bank, rubric_words, whoreads
from openpractice.review.calibrating.anchorfiles import Anchor, fitting, read_anchors
from openpractice.review.reviewing import Desk, Forbidden, NotCalibrated
from openpractice.roster import called
from openpractice.service.facilitator import workroom
from openpractice.service.handlers.context import ServedCourse
from openpractice.service.refusal import Refusal
from openpractice.service.review.markjson import shown


class DeskKeeper:
    """What the review routes of one server share. Safe for threads; opens on first use."""

    def __init__(self, place: ServedCourse):
        self.place = place
        self._lock = threading.Lock()
        self._open = ExitStack()
        self._desk: Desk | None = None
        self._people: dict[str, str] = {}
        self._sources: tuple[tuple, Folder] | None = None
        self._anchors: tuple[tuple, tuple[Anchor, ...]] | None = None
        self._joined: dict[str, str] | None = None
        self._words: tuple[int, dict] | None = None

    @property
    def desk(self) -> Desk:
        """The grading desk, with the course's comments in its bank.

        Raises
        ------
        GradingError
            Before a lesson was released.
        """
        with self._lock:
            if self._desk is None:
                folder = workroom.folder_of(self.place)
                engine = self._open.enter_context(gradebook.opened(folder, gradebook.BRIEFLY))
                with engine.begin() as db:
                    for each in self.sources().in_all_languages:
                        bank.seed(db, each.rubric.comments if each.rubric else ())
                self._desk = Desk(folder, engine)
                self._follow(self._desk)
            return self._desk

    def follow(self) -> None:
        """Take note of what changed outside since the last request: the course's files, and who joined.

        Once for each request, as it looks at files: a class of a thousand has a long list of names.
        """
        desk = self.desk
        with self._lock:
            self._follow(desk)

    def _follow(self, desk):
        self._follow_sources(desk)
        self._follow_people(desk)

    def _follow_sources(self, desk: Desk) -> None:
        """The course's rules, its rubric's version and its anchors, as the files say now.

        While a file cannot be read, what it said before still holds.
        """
        sources = self.sources()
        if sources.course:
            desk.rules = sources.course.review
        if sources.rubric and sources.rubric.version.isdigit():
            desk.rubric = int(sources.rubric.version)
            self._note_words(desk, rubric_words.of_rubric(sources.rubric))
        desk.anchors = self.anchors()

    def _note_words(self, desk: Desk, words: dict) -> None:
        """What each version of the rubric said stays known once its file says something else."""
        if self._words == (desk.rubric, words):
            return
        with desk.engine.begin() as db:
            specs = [spec for lesson in desk.lessons() for spec in desk.release(lesson).specs.values()]
            rubric_words.follow(db, desk.rubric, words, rubric_words.of_releases(specs))
        self._words = (desk.rubric, words)

    def comments_in_others(self, language: str) -> frozenset[str]:
        """The course's ready comments in other languages than the reviewer's, by their ids."""
        rubrics = [each.rubric for each in self.sources().in_all_languages if each.rubric]
        own = self.sources().in_language(language).rubric
        ids = {bank.id_of(each) for rubric in rubrics if rubric != own for each in rubric.comments}
        return frozenset(ids - {bank.id_of(each) for each in (own.comments if own else ())})

    def spoken(self, spec: dict, language: str = "") -> dict:
        """A prompt's specification with its criteria in the rubric's words of now, by which levels are given."""
        rubric = self.sources().in_language(language).rubric or self.sources().rubric
        return rubric_words.spoken(spec, rubric_words.of_rubric(rubric)) if rubric else spec

    def _follow_people(self, desk: Desk) -> None:
        """Who joined since is whom the list means, so that nobody reads the people they appraise."""
        joined = called.joined(desk.folder)
        if joined != self._joined:
            with desk.engine.begin() as db:
                called.settle(db, joined)
            self._joined = joined

    def sources(self) -> Folder:
        """The lessons as their authors wrote them, for notes and strong answers; may be empty."""
        place = course_parts().lessons
        changed = _changed(place, "*.*")
        if self._sources is None or self._sources[0] != changed:
            self._sources = (changed, read_folder(place))
        return self._sources[1]

    def anchors(self) -> tuple[Anchor, ...]:
        """The invented answers that reviewers score before reading anybody's work."""
        place = course_parts().anchors
        changed = _changed(place, "*.yml")
        if self._anchors is None or self._anchors[0] != changed:
            self._anchors = (changed, tuple(read_anchors(place)[0]))
        return fitting(self._anchors[1], self.sources().rubric)

    # -- people ----------------------------------------------------------------------------

    def handle(self, participant: str) -> str:
        """What stands for a participant while names are hidden."""
        return hashlib.sha256(f"{self.place.places.course}\0{participant}".encode()).hexdigest()[:12]

    def participant(self, handle: str) -> str:
        """Whose handle this is.

        Raises
        ------
        Refusal
            When it is nobody's.
        """
        if handle not in self._people:
            with self.desk.engine.connect() as db:
                known = db.scalars(sa.select(response.c.participant).distinct())
                self._people = {self.handle(who): who for who in known}
        if handle not in self._people:
            raise Refusal(404, "not-found")
        return self._people[handle]

    def reader_names(self) -> dict[str, str]:
        """What each reader is called, by id."""
        with self.desk.engine.connect() as db:
            return whoreads.names(self.desk.folder, db)

    def key(self, lesson: str, prompt: str, handle: str) -> Key:
        """The answer that an address names, each part checked."""
        return Key(checked(lesson), checked(prompt), self.participant(checked(handle)))


def _changed(place, pattern):
    """What differs once a file of the folder was written, added or taken away."""
    return tuple(sorted((path.name, path.stat().st_mtime_ns) for path in place.glob(pattern)))


def checked(text: object) -> str:
    """The text, when it can be an id; otherwise there is nothing of that name."""
    try:
        return safe_id(text)
    except (ValueError, TypeError):
        raise Refusal(404, "not-found") from None


@contextmanager
def in_words():
    """Turns what grading refuses, and what the database cannot do now, into a status and a sentence."""
    try:
        with gradebook.said_in_use():
            yield
    except gradebook.GradebookInUse:
        raise  # said by the guard, here as on every other page
    except sa.exc.OperationalError as error:
        if no_space_left(error):
            raise Refusal(507, "no-space") from error
        raise
    except NotCalibrated as error:
        raise Refusal(403, "calibrate-first", error) from None
    except Forbidden as error:
        raise Refusal(403, "forbidden", error) from None
    except BadMark as error:
        raise Refusal(422, "refused", error) from None
    except GradingError as error:
        raise Refusal(409, "not-ready", error) from None
    except Stale as error:
        raise Refusal(409, "stale", error, theirs=shown(error.theirs)) from None
