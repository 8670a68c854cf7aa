"""Pictures and papers beside a lesson: which ones it shows, whether they can be carried, and their bytes.

What the text names is carried with the notebook under the same name; nothing else in the
folder is. A drawing is made safe on the way, and what a file is, its first bytes say.
"""

import difflib
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

from openpractice.authoring.attachments.paperpages import PaperTooLarge, check_paper
from openpractice.authoring.attachments.picturesize import picture_size
from openpractice.authoring.attachments.safesvg import UnsafeDrawing, lost_parts, safe_svg
from openpractice.authoring.dollars import checking_parser
from openpractice.carried import KINDS, file_name, is_local, is_name, media_of
from openpractice.model import Exemplar, Lesson, Note, Prompt

MOST_BYTES = 10_000_000  # all files of one lesson together
MOST_FILES = 100
MOST_PIXELS, MOST_SIDE = 40_000_000, 16_000


# The ends of addresses that no file has.
_DOMAIN = "com|org|net|edu|gov|info|io|eu|int|app|school|[a-z]{2}(?<!md)(?<!js)(?<!py)(?<!ai)(?<!ps)(?<!gz)"


class NotCarried(ValueError):
    """A file that does not go with the lesson; `why` is the end of a sentence."""

    def __init__(self, why: str, hint: str):
        super().__init__(why)
        self.why, self.hint = why, hint


@dataclass(frozen=True)
class Named:
    """A file that a text names: `private` where only facilitators read that text."""

    target: str
    line: int
    picture: bool
    private: bool


@dataclass(frozen=True)
class LessonFile:
    """A file that goes with a lesson: its name below the lesson's folder, its type and bytes."""

    name: str
    media: str
    data: bytes


def named_files(lesson: Lesson) -> list[Named]:
    """Every picture, and every link that leads to a file, in the order of the lesson."""
    found = []
    part: Any
    for part in lesson.parts:
        private = isinstance(part, Exemplar | Note)
        found += _named(part.body, part.body_line, private)
        if isinstance(part, Prompt) and part.why:
            found += _named(part.why, part.line_of("why"), private)
    return found


def _named(markdown, first_line, private):
    for token in checking_parser().parse(markdown):
        line = first_line + (token.map[0] if token.map else 0)
        for child in token.children or ():
            line += child.type in ("softbreak", "hardbreak")
            target = str(child.attrs.get("src") or child.attrs.get("href") or "")
            picture = child.type == "image"
            if picture or (child.type == "link_open" and (is_local(target) or not target)):
                yield Named(target, line, picture, private)


def read_file(folder: Path, target: str, picture: bool = False) -> LessonFile:
    """The file that a lesson in this folder names.

    Raises
    ------
    NotCarried
        Where it cannot go with the lesson, with what to do.
    """
    if not is_local(target):
        raise NotCarried(
            "it is not a file beside the lesson", "put the file into the folder of lessons and write its name alone"
        )
    name = file_name(target)
    if media_of(name) is None and media_of(unquote(target)) is not None:
        raise NotCarried("its name holds '#' or '?', which in an address begin something else", "name it without them")
    media, most = _kind(name, picture)
    if not is_name(name):
        raise NotCarried(
            "its name holds '..' or signs that not every computer takes",
            "put it beside the lesson, named with letters, digits and hyphens",
        )
    path = _found(folder, PurePosixPath(name).parts)
    if path.stat().st_size > most:
        raise NotCarried(
            f"it has {path.stat().st_size / 1e6:.1f} MB, at most {most / 1e6:g} MB are carried",
            "make it smaller: 1600 pixels are wide enough for a picture",
        )
    data = path.read_bytes()
    return LessonFile(name, media, _judged(data, media))


def _kind(name, picture):
    end = name.rpartition(".")[2].lower() if "." in name else ""
    if end not in KINDS and not picture:
        _say_what_was_meant(name, end)
    if end not in KINDS:
        raise NotCarried("only PNG, JPEG, SVG, WebP and PDF are carried", "save it as one of these")
    if picture and end == "pdf":
        raise NotCarried("a PDF is no picture", f"link it instead:  [what it is]({name})")
    return KINDS[end]


def _say_what_was_meant(name, end):
    """Raises NotCarried where a link was to lead to a letter, a page elsewhere or another session."""
    if re.fullmatch(r"[^\s@/]+@[^\s@/]+\.[a-z]{2,}", name, re.IGNORECASE):
        raise NotCarried("it is no file beside the lesson", f"for a letter write  mailto:{name}")
    if end == "md" or re.fullmatch(r"\d+-[a-z0-9-]+", name):
        raise NotCarried("no session is linked to another", "name it by its title: people find it among their sessions")
    host = name.partition("/")[0]
    if "." in host and (name.startswith("www.") or "/" in name or re.fullmatch(_DOMAIN, end)):
        raise NotCarried("it is no file beside the lesson", f"write the whole address:  https://{name}")


def _found(folder: Path, parts) -> Path:
    """The file, by names exactly as they are written: elsewhere letter case counts."""
    place = folder
    for at, part in enumerate(parts):
        names = {unicodedata.normalize("NFC", entry.name): entry for entry in place.iterdir()} if place.is_dir() else {}
        if part in names and names[part].is_symlink():
            raise NotCarried("it is a link to another place", "put the file itself beside the lesson")
        if part not in names:
            near = _near(part, names)
            same = [name for name in names if name.casefold() == part.casefold()]
            wanted = "/".join((*parts[:at], *(same or near)[:1], *parts[at + 1 :]))
            raise NotCarried(
                "it is not there",
                f"did you mean '{wanted}'?" if same or near else f"put {'/'.join(parts)} beside the lesson",
            )
        place = names[part]
    if not place.is_file():
        raise NotCarried("it is no file", "name a file")
    return place


def _near(part: str, names) -> list[str]:
    """The file with nearly this name that is of the same kind: ends that are alike say nothing."""
    stem, _, end = part.rpartition(".")
    kind = KINDS.get(end.lower(), ("",))[0]
    alike = {name.rpartition(".")[0].casefold(): name for name in names if stem and (media_of(name) or "") == kind}
    return [alike[found] for found in difflib.get_close_matches(stem.casefold(), alike, 1, 0.6)]


def _judged(data: bytes, media: str) -> bytes:
    """The bytes to carry; a drawing made safe."""
    if media == "image/svg+xml":
        try:
            safe, lost = safe_svg(data), lost_parts(data)
        except UnsafeDrawing as fault:
            raise NotCarried(str(fault), "save it anew as plain SVG, or as PNG") from None
        if lost:
            raise NotCarried(
                f"what '{lost[0]}' shows in it is not carried", "save it anew as PNG, or without that part"
            )
        return safe
    if media == "application/pdf":
        return _judged_paper(data)
    size = picture_size(data, media)
    if size is None:
        raise NotCarried("it is not what the end of its name says", "save it anew in that form")
    if size.width * size.height > MOST_PIXELS or max(size.width, size.height) > MOST_SIDE:
        raise NotCarried(
            f"it has too many pixels, {size.width:,} by {size.height:,}",
            "make it smaller: 1600 pixels are wide enough for a picture",
        )
    if size.moves:
        raise NotCarried("it moves, and its reader cannot stop it", "save one picture of it")
    return data


def _judged_paper(data):
    if not data.startswith(b"%PDF-"):
        raise NotCarried("it is not what the end of its name says", "save it anew in that form")
    try:
        check_paper(data)
    except PaperTooLarge as fault:
        raise NotCarried(str(fault), "print it into a new PDF, without a password and with the pages needed") from None
    return data


def lesson_files(lesson: Lesson, private: bool = False) -> dict[str, LessonFile]:
    """The files that go with a lesson, by name; with `private`, those of facilitators' texts too.

    What cannot be carried is left out: `check_files` names it.
    """
    found = {}
    for named in named_files(lesson):
        if named.private and not private:
            continue
        try:
            file = read_file(Path(lesson.path).parent, named.target, named.picture)
        except (NotCarried, OSError):
            continue
        found[file.name] = file
    return dict(sorted(found.items()))
