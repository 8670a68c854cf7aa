"""The latest good hand-in of everybody, copied from the exchange by whitelist.

One bad hand-in never keeps another from being collected: it is left where it lies, and
a sentence says why. The submission that nbgrader sees holds the released notebook, never
the participant's, and only those answers that were judged.
"""

import hashlib
import os
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from openpractice.gradebook import collected
from openpractice.gradebook.coursefolder import CourseFolder, GradingError, checked_id
from openpractice.gradebook.exchangefolders import exchange_users
from openpractice.gradebook.judgedhandin import JudgedHandIn, fingerprints
from openpractice.i18n import Said
from openpractice.intake import inbox, judging, received
from openpractice.intake.arrivals import Arrival, Arrivals
from openpractice.intake.aside import Aside, LeftAside
from openpractice.intake.inbox import Unreadable
from openpractice.intake.inhand import InHand, in_hand
from openpractice.intake.received import Received
from openpractice.intake.submissions import held_by, write_submission
from openpractice.intake.telling import say_collecting, unsay

#: So many hand-ins of one person are tried in one collect, the latest first.
MOST_TRIES = 5
_SECRET = re.compile(rb"[0-9A-Za-z_=-]{16,512}")


@dataclass
class Gathered:
    """What lies in `submitted` after a look into the exchange."""

    aside: Aside
    new: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    notes: dict[str, list[Said]] = field(default_factory=dict)

    @property
    def left_aside(self) -> tuple[LeftAside, ...]:
        return self.aside.all()


def gather(folder: CourseFolder, lesson: str) -> Gathered:
    """The latest good hand-in of everybody, copied to `submitted`; nothing is graded."""
    with in_hand(folder, lesson) as hand:
        return Gathering(hand).all()


class Gathering:
    """One look into the exchange, by whoever holds the course."""

    def __init__(self, hand: InHand):
        self.folder, self.release = hand.folder, hand.release
        self.gathered = Gathered(hand.aside)
        self.now = datetime.now(UTC)
        self.users = exchange_users()
        self.restored = inbox.restored_times(self.folder.inbound)
        with hand.engine.connect() as db:
            self.numbers = collected.numbers(db, hand.lesson)

    def all(self) -> Gathered:
        """Everybody's, one at a time: first who has what, so that the order is kept before anything is taken."""
        aside, found = self.gathered.aside, {}
        if not self.folder.inbound.exists():
            return self.gathered
        try:
            with inbox.opened_folder(self.folder.inbound) as inbound:
                names, more = inbox.folders_in(inbound)
                for person in names:
                    aside.alone(person, person, lambda person=person: found.update(self._look(inbound, person)))
                if more:
                    aside.leave("", "and more", Said("aside-more-folders", count=more))
                for person, parts in found.items():
                    aside.alone(person, person, self._take_latest, inbound, person, *parts)
        except Unreadable as refusal:
            raise GradingError("collect-folder-unusable", refusal=refusal) from None
        return self.gathered

    def take(self, person: str, came: Arrival, found: Received, secret: bytes | None, still_there=lambda: True) -> None:
        """Judge one hand-in and put what is judged in the person's place, unless it is not `still_there` by then."""
        release, lesson = self.release, self.release.lesson
        answers, notes = judging.judge(release, found)
        each = JudgedHandIn(
            person,
            lesson,
            self._number(person, found.file.handin, came.folder, answers),
            came.at.astimezone(UTC).replace(tzinfo=None),
            answers,
            course=self.folder.id,
            name=found.file.name,
            release=release.sha256,
            folder=came.folder,
            stamp=came.stamp,
            arrival=came.number,
            before=came.before,
            notes=tuple(map(str, notes)),
        )
        before = say_collecting(self.folder, lesson, each)
        if not still_there():  # taken back, or handed in anew, while it was read
            unsay(self.folder, lesson, person, before)
            return
        write_submission(self.folder, release, each, found.file.judged_file(answers), secret)
        self.gathered.new.append(person)
        if notes:
            self.gathered.notes[person] = notes

    def _look(self, inbound, person):
        """The hand-ins of one person in the order in which they came."""
        try:
            checked_id(person, "participant")
        except GradingError:
            raise Unreadable("handin-outside") from None
        with inbox.opened_folder(person, inbound) as mine:
            refuse = lambda name, why: self.gathered.aside.leave(person, name, why)
            is_theirs = lambda owner: self.users.may_be_of(person, owner)
            entries = inbox.entries(mine, person, self.release.lesson, self.now, refuse, is_theirs, self.restored)
        held = held_by(self.folder, self.release.lesson, person)
        arrivals = Arrivals(self.folder, self.release.lesson, person, held)
        found = arrivals.in_order(entries)
        arrivals.keep()
        return {person: (held, arrivals, found)}

    def _take_latest(self, inbound, person, held, arrivals, entries):
        later = [(number, entry) for number, entry in entries if not held or _came_after(number, entry, held)]
        with inbox.opened_folder(person, inbound) as mine:
            for number, entry in later[:MOST_TRIES]:
                came = arrivals.arrival(number, entry.name, entry.stamp, entry.at)
                if self.gathered.aside.alone(person, entry.name, self._take, mine, person, came):
                    return
        if len(later) > MOST_TRIES:
            over = len(later) - MOST_TRIES
            self.gathered.aside.leave(person, "and more", Said("aside-not-tried", count=over))
        if held:
            self.gathered.unchanged.append(person)

    def _take(self, mine, person, came: Arrival):
        lesson, most, notes = self.release.lesson, inbox.FILES, []
        with inbox.opened_folder(came.folder, mine) as inside:
            answers = inbox.read_file(inside, "responses.json", most["responses.json"], shared=True)
            try:
                copy = inbox.read_file(inside, f"{lesson}.ipynb", most["notebook"])
            except Unreadable as refusal:
                if not answers:
                    raise
                copy, notes = None, [Said("note-copy-not-read", why=refusal)]
            secret = _secret(inside)
        if not answers and not copy:
            raise Unreadable("handin-empty")
        try:
            raw = answers[0] if answers else b""
            found = received.read(raw, copy and copy[0], self.release, self.folder.id, person, notes)
            self.take(person, came, found, secret, lambda: _is_there(came.folder, mine))
        except Unreadable as refusal:
            if answers and answers[1].st_nlink != 1:
                raise Unreadable("handin-several-and", name="responses.json", why=refusal) from None
            raise

    def _number(self, person, number, folder, answers):
        """The number of the hand-in: its own, unless the person has used it before for other words."""
        number = number or _number_of(folder.encode("utf-8", "replace"))
        before = self.numbers.get((person, number))
        if before is None or before == fingerprints(answers):
            return number
        return _number_of(number.encode(), *map(str.encode, fingerprints(answers).values()))


def _came_after(number, entry, held) -> bool:
    """Whether a hand-in came after the one held, in our own order of arrival."""
    if entry.name == held.folder:
        return False
    if held.arrival is not None:
        return number > held.arrival
    # Collected by an older kit, which went by names.
    by_name = held.folder and entry.name > held.folder
    return bool(by_name or entry.stamp > datetime.fromisoformat(held.stamp))


def _number_of(*parts: bytes) -> str:
    """The number of a hand-in that brought none of its own."""
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:32]


def _is_there(name, mine):
    try:
        os.stat(name, dir_fd=mine, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _secret(inside):
    # Stock feedback is named after it; a hand-in without a usable one gets its own.
    try:
        found = inbox.read_file(inside, "submission_secret.txt", inbox.FILES["submission_secret.txt"])
    except Unreadable:
        return None
    return found[0] if found and _SECRET.fullmatch(found[0]) else None
