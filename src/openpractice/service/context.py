"""Who is here, in which role, and where their work lies: what every door and page asks first."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import jinja2

from openpractice.handins.places import Places
from openpractice.ids import safe_id
from openpractice.journal.journal import Journal
from openpractice.service import catalog, invented
from openpractice.service.guard import Refusal
from openpractice.service.persons import People, Person
from openpractice.service.shelf import Lesson, Shelf
from openpractice.service.workshop import workshop_id

ROLES = ("participant", "facilitator", "alone")
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Seat:
    """One person at work: where their words are and the journal that holds them."""

    person: Person
    places: Places
    journal: Journal


class Desk:
    """One server's view of one course. Safe for threads."""

    def __init__(self, places: Places, root_dir: str, base_url: str, name: str = ""):
        exchange = places.exchange or (places.data / "exchange" if places.data else None)
        self.places = places._replace(exchange=exchange)
        self.role = places.role if places.role in ROLES else "participant"
        self.root_dir = Path(root_dir)
        self.base_url = base_url
        self.root = base_url + "openpractice/"
        self.shelf = Shelf(self.places.outbound, self.root_dir)
        self.people = People((places.data or places.home) / "person.json")
        self._name = name
        self._seats: dict[Path, Journal] = {}
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
    def alone(self) -> bool:
        """Whether one computer is everybody's: names are asked, and words lie side by side."""
        return self.role == "alone"

    @property
    def named_by_hub(self) -> bool:
        return self.places.person is not None and not self.alone

    @property
    def invented(self) -> int:
        """How many people here are invented, which every page of a facilitator says."""
        return invented.count(self.places.data)

    def person(self) -> Person | None:
        """Who is working here; None before a name was said."""
        if self.named_by_hub:
            return Person(self.places.person, self._name or self.places.person)
        return self.people.current()

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
        places = self.places._replace(person=person.id)
        if self.alone:
            places = places._replace(home=(self.places.data or self.places.home) / "people" / person.id)
        return Seat(person, places, self._journal(places.journal))

    def user_key(self, person: Person | None) -> str:
        """Under which name a browser keeps drafts; one for all names where nobody shares."""
        return person.id if person and (self.alone or self.named_by_hub) else "me"

    def folder_of(self, seat: Seat) -> Path:
        """The folder, below the server's root, that holds this person's copies of lessons."""
        return self.root_dir / "people" / seat.person.id if self.alone else self.root_dir

    def lesson(self, lesson_id: str) -> Lesson:
        """The lesson as it was released.

        Raises
        ------
        Refusal
            When the id is not one, or the lesson is not open.
        """
        try:
            found = self.shelf.lesson(safe_id(lesson_id))
        except ValueError:
            raise Refusal(404, "not-found") from None
        if found is None:
            raise Refusal(404, "no-lesson")
        return found

    def course_title(self, language: str) -> str:
        if self.places.course == "open-practice":
            return catalog.say(language, "course-title")
        return self.places.course.replace("-", " ").capitalize()

    def _journal(self, path: Path) -> Journal:
        with self._lock:
            return self._seats.setdefault(path, Journal(path))
