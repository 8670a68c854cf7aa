"""The course that is served, and one person's view of it: what every door and page asks first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import jinja2

from openpractice.handins.answerservice import AnswerService
from openpractice.handins.places import Places
from openpractice.ids import safe_id
from openpractice.journal.journal import Journal
from openpractice.names import marked
from openpractice.service import catalog
from openpractice.service.coursewords import course_at_hand, say_as_course
from openpractice.service.handlers import invented
from openpractice.service.handlers.assets import Assets
from openpractice.service.handlers.pace import FloodPace
from openpractice.service.handlers.workshop import workshop_id
from openpractice.service.identities.identity import Identity, IdentitySource
from openpractice.service.identities.persons import People, Person
from openpractice.service.lessonpages.shelf import Shelf, ShelfLesson
from openpractice.service.refusal import Refusal

if TYPE_CHECKING:
    from openpractice.roster.members import Members
    from openpractice.service.identities.hubidentity import RoleGroups

HERE = Path(__file__).parents[1]
JOURNALS_KEPT = 1000  # read already; one more costs reading a file again, and nothing is lost


@dataclass(frozen=True)
class Seat:
    """One person at work: where their words are and the journal that holds them."""

    person: Person
    places: Places
    journal: Journal

    @property
    def answers(self) -> AnswerService:
        """What is shown and taken of this person's answers."""
        return AnswerService(self.journal, self.places, self.person.id)


class ServedCourse:
    """What one process knows of its course. Safe for threads.

    Parameters
    ----------
    places
        The course's folders; `person` is None unless this process serves one person only.
    root_dir
        The folder of lessons that can be opened as notebooks here.
    base_url
        What every address begins with; ours are below it.
    alone
        Whether one computer is everybody's: names are asked, and words lie side by side.
    """

    def __init__(self, places: Places, root_dir: Path, base_url: str, source: IdentitySource, alone: bool = False):
        exchange = places.exchange or (places.data / "exchange" if places.data else None)
        self.places = places._replace(exchange=exchange)
        self.root_dir = Path(root_dir)
        self.base_url = base_url
        self.root = base_url + "openpractice/"
        self.source = source
        self.alone = alone
        say_as_course(places.course)
        self.one_home = False  # whether the process serves one person, whose folder is `places.home`
        self.formgrader = base_url + "formgrader"
        self.notebook_door = ""  # where a hub opens a lesson on the person's own Jupyter server
        self.notebooks = True  # whether there is a Jupyter that shows lessons as notebooks
        self.members: Members | None = None  # who came in, at a hub that is not the workshop's own
        self.joins = False  # whether links to join say who takes part, because that hub has no groups for it
        self.role_groups: RoleGroups | None = None  # which of that hub's groups give which part
        self.office = ""  # where a workshop's hub is asked about people and codes
        self.shelf = Shelf(self.places.outbound, self.root_dir)
        outbound = self.places.outbound
        # Taken back: nobody opens them, and each still finds their own words.
        self.withdrawn = Shelf(outbound and outbound.with_name("withdrawn"), self.root_dir / "none")
        self.people = People((places.data or places.home) / "person.json")
        self.assets = Assets()
        self.pace = FloodPace()
        self.kept: dict[str, Any] = {}  # what the parts of the service keep for all requests, by its name
        self._journals: OrderedDict[Path, Journal] = OrderedDict()
        self._lock = threading.Lock()
        self.pages = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=jinja2.StrictUndefined,
        )

    @cached_property
    def workshop(self) -> str:
        """Whose drafts a browser keeps, beside the person."""
        return workshop_id(self.places.data or self.places.home)

    @property
    def has_room(self) -> bool:
        """Whether a cohort meets here: not on a server that is one person's own."""
        return not self.one_home

    @property
    def static(self) -> str:
        """What the address of every file of ours begins with."""
        return self.root + self.assets.folder

    def seat_of(self, person: Person) -> Seat:
        """The person's own place: the one function that makes a folder of somebody's id."""
        key = safe_id(person.id)
        places = self.places._replace(person=key)
        if not self.one_home:
            places = places._replace(home=(self.places.data or self.places.home) / "people" / key)
        return Seat(person, places, self._journal(places.journal))

    def copies_of(self, seat: Seat) -> Path:
        """The folder that holds this person's copies of lessons, where they open them as notebooks."""
        if self.one_home:
            return self.root_dir
        return self.root_dir / "people" / seat.person.id if self.alone else seat.places.home / "files"

    def notebook_url(self, path: Path) -> str:
        """Where such a copy is opened; refused where no Jupyter of this address has it."""
        if not path.is_relative_to(self.root_dir):
            raise Refusal(404, "not-found")
        return f"{self.base_url}notebooks/{quote(path.relative_to(self.root_dir).as_posix())}"

    def lesson(self, lesson_id: str, language: str = "") -> ShelfLesson:
        """The lesson as it was released, in that language where it has it.

        Raises
        ------
        Refusal
            When the id is not one, or the lesson is not open.
        """
        try:
            found = self.shelf.in_language(language).lesson(safe_id(lesson_id))
        except ValueError:
            raise Refusal(404, "not-found") from None
        if found is None:
            raise Refusal(404, "no-lesson")
        return found

    def title(self, language: str) -> str:
        """What the course calls itself in that language."""
        return catalog.say(language, "course-title")

    @property
    def sessions(self) -> int:
        """How many sessions the course has, out or not."""
        course = course_at_hand(self.places.course)
        return len(course.lessons) if course else len(self.shelf.lessons())

    def _journal(self, path: Path) -> Journal:
        with self._lock:
            journal = self._journals.setdefault(path, Journal(path))
            self._journals.move_to_end(path)
            if len(self._journals) > JOURNALS_KEPT:
                self._journals.popitem(last=False)
        return journal


@dataclass(frozen=True)
class RequestContext:
    """The course as whoever sent one request may see it."""

    served: ServedCourse
    identity: Identity
    language: str = ""  # in which this person reads the course; "" is its first

    @property
    def places(self) -> Places:
        return self.served.places

    @property
    def shelf(self) -> Shelf:
        return self.served.shelf.in_language(self.language)

    @property
    def people(self) -> People:
        return self.served.people

    @property
    def pages(self) -> jinja2.Environment:
        return self.served.pages

    @property
    def root(self) -> str:
        return self.served.root

    @property
    def alone(self) -> bool:
        return self.served.alone

    @property
    def role(self) -> str:
        return self.identity.role

    @property
    def named(self) -> bool:
        """Whether the sign-in says who somebody is."""
        return self.served.source.names_people

    @property
    def invented(self) -> int:
        """How many people here are invented, which every page of a facilitator says."""
        return invented.count(self.places.data)

    def person(self) -> Person | None:
        """Who is working here; None before a name was said."""
        if self.named:
            return Person(safe_id(self.identity.id), self.identity.name or self.identity.id)
        person = self.people.current()
        # Whoever looks around as somebody of the sample sees the name that everybody else sees of them.
        if person and person.id in invented.ids(self.places.data):
            return replace(person, name=marked(person.name))
        return person

    def seat(self) -> Seat:
        """The person's own place.

        Raises
        ------
        Refusal
            When several people share this computer and nobody has said a name.
        """
        person = self.person()
        if person is None:
            if self.alone:
                raise Refusal(403, "name-first")
            person = Person("me", "")
        return self.served.seat_of(person)

    def user_key(self, person: Person | None) -> str:
        """Under which name a browser keeps drafts; one for all names where nobody shares."""
        return person.id if person and (self.alone or self.named) else "me"

    def lesson(self, lesson_id: str) -> ShelfLesson:
        """The lesson as it was released. Raises Refusal."""
        return self.served.lesson(lesson_id, self.language)

    def course_title(self, language: str) -> str:
        return self.served.title(language)
