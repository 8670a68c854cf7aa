"""The newest good hand-in of everybody, copied from the exchange by whitelist.

One bad hand-in never keeps another from being collected: it is left where it lies, and
a sentence says why. The submission that nbgrader sees holds the released notebook, never
the participant's.
"""

import os
import re
import secrets
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime

from openpractice.clock import as_text
from openpractice.gradebook.coursefolder import (
    CourseFolder,
    GradingError,
    alone_in,
    checked_id,
    json_bytes,
    write_whole,
)
from openpractice.gradebook.released import read_release
from openpractice.intake import inbox, judging
from openpractice.intake.inbox import Refused, shown
from openpractice.intake.ingest import COLLECTED, load_collected, move_in, write_once

_SECRET = re.compile(rb"[0-9A-Za-z_=-]{16,512}")


@dataclass(frozen=True)
class LeftAside:
    """A hand-in that was not taken, and the sentence why."""

    participant: str
    name: str
    why: str


@dataclass
class Gathered:
    """What lies in `submitted` after a look into the exchange."""

    new: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    left_aside: list[LeftAside] = field(default_factory=list)
    notes: dict[str, list[str]] = field(default_factory=dict)


def gather(folder: CourseFolder, lesson: str) -> Gathered:
    """The newest good hand-in of everybody, copied to `submitted`; nothing is graded."""
    release, gathered = read_release(folder, lesson), Gathered()
    now = datetime.now(UTC)
    if not folder.inbound.exists():
        return gathered
    with alone_in(folder):
        try:
            with inbox.opened_folder(folder.inbound) as inbound:
                for person in inbox.names_in(inbound):
                    _gather_one(folder, release, inbound, person, now, gathered)
        except Refused as refusal:
            raise GradingError("collect-folder-unusable", refusal=refusal) from None
    return gathered


def _gather_one(folder, release, inbound, person, now, gathered):
    def refuse(name, why):
        gathered.left_aside.append(LeftAside(shown(person), shown(name), why))

    try:
        checked_id(person, "participant")
    except GradingError:
        refuse(person, "It lies outside the folder of a participant.")
        return
    try:
        with inbox.opened_folder(person, inbound) as mine:
            found = inbox.entries(mine, person, release.lesson, now, refuse)
            _take_newest(folder, release, person, mine, found, gathered, refuse)
    except Refused as refusal:
        refuse(person, str(refusal))


def _take_newest(folder, release, person, mine, found, gathered, refuse):
    held = held_by(folder, release.lesson, person)
    for entry in found:
        if held and not _is_newer(entry, held):
            break
        try:
            _take(folder, release, person, mine, entry, gathered)
            return
        except Refused as refusal:
            refuse(entry.name, str(refusal))
    if held:
        gathered.unchanged.append(person)


def _is_newer(entry, held) -> bool:
    """Whether a hand-in came after the one held.

    The names of two in the exchange go on upwards also where the clock went back between
    them (`prompts/exchange.py`).
    """
    by_name = held["folder"] and entry.name > held["folder"]
    return by_name or entry.stamp > datetime.fromisoformat(held["stamp"])


def _take(folder, release, person, mine, entry, gathered):
    lesson = release.lesson
    with inbox.opened_folder(entry.name, mine) as inside:
        most = inbox.FILES
        responses = inbox.read_file(inside, "responses.json", most["responses.json"])
        copy = inbox.read_file(inside, f"{lesson}.ipynb", most["notebook"])
        secret = _secret(inside)
    if not responses and not copy:
        raise Refused("It is empty: it holds neither answers nor the lesson's copy.")
    raw = responses[0] if responses else b""
    given = judging.read_responses(raw, folder.id, lesson, person) if responses else {}
    typed = judging.typed_texts(copy[0], release) if copy else {}
    each = {"folder": entry.name, "stamp": entry.stamp.isoformat(), "handed_in_at": iso(entry.at)}
    each["handin"] = given.get("handin") or judging.number_of(entry.name.encode("utf-8", "replace"))
    keep(folder, release, person, each, given, typed, gathered)
    write_submission(folder, release, person, each, only_taken(raw, given, each), secret)


def keep(folder, release, person, each, given, typed, gathered):
    """Add to `each` what the hand-in says, and to `gathered` that it is new."""
    judged, notes = judging.judge(release, given.get("responses", {}), typed)
    name = given.get("name")
    each |= {
        "format": 1,
        "course": folder.id,
        "lesson": release.lesson,
        "participant": person,
        "name": shown(name)[:80] if isinstance(name, str) else "",
        "release": release.sha256,
        "answers": judged,
        "notes": notes,
    }
    gathered.new.append(person)
    if notes:
        gathered.notes[person] = notes


def only_taken(raw, given, each):
    """The bytes of responses.json; written anew without the answers that were not taken."""
    held = given.get("responses", {})
    taken = {prompt: answer for prompt, answer in held.items() if prompt in each["answers"]}
    return raw if len(taken) == len(held) else json_bytes(given | {"responses": taken})


def write_submission(folder, release, person, each, raw, secret):
    place = folder.step("submitted", person, release.lesson)
    fresh = place.with_name(f".{release.lesson}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    os.makedirs(fresh)
    stamp = datetime.fromisoformat(each["handed_in_at"]).strftime(inbox.STAMP)
    files = {
        f"{release.lesson}.ipynb": release.raw,
        COLLECTED: json_bytes(each),
        "timestamp.txt": stamp.encode(),
        "submission_secret.txt": secret or secrets.token_hex(64).encode(),
    }
    for name, content in (files | ({"responses.json": raw} if raw else {})).items():
        write_once(fresh / name, content)
    move_in(fresh, place)
    # At once: from now on the participant's page offers no way to take it back.
    say(
        folder,
        release.lesson,
        person,
        {
            "state": "collected",
            "handin": each["handin"],
            "handed_in_at": each["handed_in_at"],
            "message": "Your answers have reached your facilitators.",
        },
    )


def say(folder: CourseFolder, lesson: str, participant: str, status: dict) -> None:
    """Tell the participant's own page how their hand-in stands (`<lesson>.status.json`)."""
    try:
        place = folder.feedback / checked_id(participant, "participant")
    except GradingError:
        return
    write_whole(place / f"{lesson}.status.json", json_bytes({"format": 1, "lesson": lesson} | status), durable=False)


def _secret(inside):
    # Stock feedback is named after it; a hand-in without a usable one gets its own.
    try:
        found = inbox.read_file(inside, "submission_secret.txt", inbox.FILES["submission_secret.txt"])
    except Refused:
        return None
    return found[0] if found and _SECRET.fullmatch(found[0]) else None


def held_by(folder, lesson, person):
    path = folder.step("submitted", person, lesson) / COLLECTED
    if not path.exists():
        return None
    held = load_collected(path)
    return held | {"handed_in_at": held["handed_in_at"].isoformat()}


def iso(at):
    return as_text(at, "microseconds")
