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
from openpractice.authoring.rules import problem
from openpractice.carried import KINDS, file_name, is_local, is_name
from openpractice.model import Exemplar, Lesson, Note, Prompt

MOST_BYTES = 10_000_000  # all files of one lesson together
MOST_FILES = 100
MOST_PIXELS, MOST_SIDE = 40_000_000, 16_000


# A picture or link that Markdown does not read: a space in the name, a size behind it, another tool's brackets.
_ENDS = "png|jpe?g|svg|webp|pdf|gif|heic|bmp|tiff?|docx?|pptx?|xlsx?"
_UNREAD = re.compile(
    rf"!?\[\[([^\[\]]+)\]\]|!?\[[^\[\]]*\]\s?\(([^()]*\.(?:{_ENDS})\b[^()]*)\)|!\[([^\[\]]*)\](?:\[[^\[\]]*\]|(?!\())",
    re.IGNORECASE,
)
_FILE = re.compile(rf"[^=|\"'<>]*\.(?:{_ENDS})\b", re.IGNORECASE)


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


def _texts(lesson):
    for part in lesson.parts:
        yield part.body, part.body_line
        if isinstance(part, Prompt) and part.why:
            yield part.why, part.line_of("why")


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


def _unread(markdown, first_line):
    """(line, text, what to write) of each picture or link that stays raw Markdown on the page."""
    for token in checking_parser().parse(markdown):
        line = first_line + (token.map[0] if token.map else 0)
        words = "".join(
            child.content if child.type == "text" else "\n" if child.type == "softbreak" else "\0"
            for child in token.children or ()
        )
        for found in _UNREAD.finditer(words):
            name = _FILE.match(next((each for each in found.groups() if each), ""))
            target = name[0].strip() if name else "file.png"
            whole = f"<{target}>" if " " in target else target
            mark = "!" if found[0].startswith("!") else ""
            yield line + words.count("\n", 0, found.start()), found[0], f"write  {mark}[what it shows]({whole})"


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
    if end not in KINDS and (name.startswith("www.") or ("/" in name and "." in name.partition("/")[0])):
        raise NotCarried("it is no file beside the lesson", f"write the whole address:  https://{name}")
    if end not in KINDS:
        raise NotCarried("only PNG, JPEG, SVG, WebP and PDF are carried", "save it as one of these")
    if picture and end == "pdf":
        raise NotCarried("a PDF is no picture", f"link it instead:  [what it is]({name})")
    return KINDS[end]


def _found(folder: Path, parts) -> Path:
    """The file, by names exactly as they are written: elsewhere letter case counts."""
    place = folder
    for at, part in enumerate(parts):
        names = {unicodedata.normalize("NFC", entry.name): entry for entry in place.iterdir()} if place.is_dir() else {}
        if part in names and names[part].is_symlink():
            raise NotCarried("it is a link to another place", "put the file itself beside the lesson")
        if part not in names:
            near = difflib.get_close_matches(part, names, 1, 0.6)
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


def check_files(lesson: Lesson):
    """Yield the problems of the files that this lesson names."""
    sizes = {}
    for text, line in _texts(lesson):
        for at, raw, hint in _unread(text, line):
            why = "no picture and no link is read from it"
            yield problem("lost-file", lesson.path, at, name=" ".join(raw.split()), why=why, hint=hint)
    for named in named_files(lesson):
        try:
            file = read_file(Path(lesson.path).parent, named.target, named.picture)
        except NotCarried as fault:
            yield problem(
                "lost-file", lesson.path, named.line, name=unquote(named.target) or "()", why=fault.why, hint=fault.hint
            )
            continue
        except OSError as error:
            why = error.strerror or "the system refuses it"
            yield problem("lost-file", lesson.path, named.line, name=named.target, why=why, hint="look at its rights")
            continue
        sizes[file.name] = len(file.data)
        if sum(sizes.values()) > MOST_BYTES or len(sizes) > MOST_FILES:
            why = f"the files of this lesson are more than {MOST_FILES}, or have more than {MOST_BYTES / 1e6:g} MB together"
            yield problem(
                "lost-file",
                lesson.path,
                named.line,
                name=named.target,
                why=why,
                hint="leave some out, or make them smaller",
            )
            return
