"""A copy of one's own words to keep, and bringing it back. A zip of two files: to read, and to bring back."""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from datetime import UTC, datetime

from openpractice import border, i18n
from openpractice.journal.journal import BadJournal
from openpractice.journal.merging import left_out
from openpractice.service import catalog
from openpractice.service.handlers.context import RequestContext, Seat
from openpractice.service.participant import lessons
from openpractice.service.participant.answers import in_words
from openpractice.service.refusal import Refusal

JOURNAL = "journal.json"
# What becomes of its name where it is saved a second time, or as a text.
_ITS_NAME = re.compile(r"(?:.*\W)?journal(?:[\W\d].*)?\.json(?:\.txt)?", re.IGNORECASE)
# And where it was given another name altogether, a file that says so.
_MAY_BE_IT = re.compile(r"[^.]+|.*\.(?:json|txt)", re.IGNORECASE)
_MARK = b"openpractice-journal"
LARGEST_JOURNAL = border.EXPORT.most_bytes  # unpacked; a zip that claims or holds more is not read
MOST_FILES = 100  # looked at in a zip


def copy_of(context: RequestContext, seat: Seat, language: str) -> tuple[str, bytes]:
    """File name and bytes of the zip."""
    with in_words(reading=True):
        exported = seat.journal.export()
    now = datetime.now(UTC)
    page = context.pages.get_template("export.html").render(
        t=lambda key, **more: catalog.say(language, key, **more),
        lang=language,
        dir=i18n.direction(language),
        course=context.course_title(language),
        person=seat.person,
        lessons=lessons.words_views(context, seat, language),
        aside=lessons.laid_aside(context, seat),
        moment=lambda text: catalog.moment_html(language, text, now),
        made=now.isoformat(),
    )
    word = catalog.say(language, "export-name")
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(f"{word}.html", page)
        file.writestr(JOURNAL, json.dumps(exported, ensure_ascii=False))
    return f"{word}-{seat.person.id}-{now:%Y-%m-%d}.zip", held.getvalue()


def take_back(context: RequestContext, seat: Seat, content: bytes, language: str) -> dict:
    """Merges such a copy into the journal; says how much was added.

    Raises
    ------
    Refusal
        With nothing changed, when it is not a copy that `copy_of` or the journal made.
    """
    copies = _read(content)
    if len(copies) > 1:
        raise Refusal(422, "refused", catalog.say(language, "import-several", n=len(copies)))
    with in_words():
        before = _conflicts(seat)
        try:
            added = seat.journal.import_(copies[0] if copies else None)
        except BadJournal as error:
            raise Refusal(422, "refused", error) from None
        choose = len(_conflicts(seat) - before)
    said = catalog.say(language, "imported", n=added) if added else catalog.say(language, "imported-nothing")
    if left := left_out(copies[0]):
        said += " " + catalog.say(language, "imported-left-out", n=left)
    if choose:
        said += " " + catalog.say(language, "imported-choose", n=choose)
    return {"added": added, "to_choose": choose, "message": said}


def _conflicts(seat):
    return {key for key, state in seat.journal.states().items() if state.heads}


def _read(content: bytes) -> list:
    """The journals in a zip or in a plain JSON file; none in anything else, which is refused."""
    try:
        texts = _unpacked(content, [LARGEST_JOURNAL]) if content[:2] == b"PK" else [content]
        # The same file packed twice is one copy, also where an editor saved one of them.
        found: list = []
        for text in dict.fromkeys(map(_in_utf8, texts)):
            one = border.read_object(text, border.EXPORT)
            found += [] if one in found else [one]
        return found
    except (
        border.Unfit,
        ValueError,
        zipfile.BadZipFile,
        zlib.error,
        KeyError,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
    ):
        return []


def _unpacked(content: bytes, room: list[int], again: bool = True):
    """Each journal in a zip: at its top, in a folder that was packed again, or in our zip inside another.

    All together have `room` for so many bytes.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        files = {name: name.replace("\\", "/").split("/") for name in file.namelist()}
        # A Mac packs a shadow of every file beside it.
        names = [
            name
            for name, (*folders, last) in files.items()
            if last and "__MACOSX" not in folders and not last.startswith(".")
        ]
        called = [name for name in names if _ITS_NAME.fullmatch(files[name][-1])]
        renamed = [name for name in names if _MAY_BE_IT.fullmatch(files[name][-1])]
        for name in (called or renamed)[:MOST_FILES]:
            text = _text_in(file, name, room)
            if called or _MARK in _in_utf8(text):
                yield text
        for name in [name for name in names if again and name.casefold().endswith(".zip")][:MOST_FILES]:
            yield from _unpacked(_text_in(file, name, room), room, again=False)


def _in_utf8(text: bytes) -> bytes:
    """The text as it was before an editor saved it as what Windows calls Unicode, without a mark too."""
    kind = json.detect_encoding(text[:8]) if 0 in text[:8] else ""
    try:
        return text.decode(kind).removeprefix("\ufeff").encode() if kind.startswith(("utf-16", "utf-32")) else text
    except UnicodeError:
        return text


def _text_in(file, name, room):
    with file.open(name) as inside:
        text = inside.read(room[0] + 1)  # by what it holds, not by what its head claims
    room[0] -= len(text)
    if room[0] < 0:
        raise ValueError("too large")
    return text
