"""The problems of files beside a lesson: what does not go with it, and what is named and not shown."""

import re
from pathlib import Path
from urllib.parse import unquote

from openpractice.authoring.attachments.lessonfiles import (
    MOST_BYTES,
    MOST_FILES,
    NotCarried,
    named_files,
    read_file,
)
from openpractice.authoring.dollars import checking_parser
from openpractice.authoring.rules import problem
from openpractice.carried import KINDS, file_name, is_name, media_of
from openpractice.model import Lesson, Prompt

# A picture or link that Markdown does not read: a space in the name, a size behind it, another tool's brackets.
_ENDS = "png|jpe?g|svg|webp|pdf|gif|heic|bmp|tiff?|docx?|pptx?|xlsx?"
_UNREAD = re.compile(
    rf"!?\[\[([^\[\]]+)\]\]|!?\[[^\[\]]*\]\s?\(([^()]*\.(?:{_ENDS})\b[^()]*)\)|!\[([^\[\]]*)\](?:\[[^\[\]]*\]|(?!\())",
    re.IGNORECASE,
)
_FILE = re.compile(rf"[^=|\"'<>]*\.(?:{_ENDS})\b", re.IGNORECASE)
_NAMED_IN_WORDS = re.compile(rf"(?<![\w.+/-])(?:\./)?[\w+-][\w.+/-]*\.(?:{'|'.join(KINDS)})\b", re.IGNORECASE)


def _texts(lesson):
    for part in lesson.parts:
        yield part.body, part.body_line
        if isinstance(part, Prompt) and part.why:
            yield part.why, part.line_of("why")


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


def _told_only(text, first_line, lesson, shown, told):
    """The problems of files beside the lesson that its words name, in whatever marks, and nothing shows.

    On the lines `told` they are named already.
    """
    for token in checking_parser().parse(text):
        line = first_line + (token.map[0] if token.map else 0)
        for child in token.children or ():
            line += child.type in ("softbreak", "hardbreak")
            for found in _NAMED_IN_WORDS.finditer(child.content if child.type == "text" else ""):
                name, kind = file_name(found[0]), media_of(found[0])
                if (
                    kind
                    and line not in told
                    and name not in shown
                    and is_name(name)
                    and (Path(lesson.path).parent / name).is_file()
                ):
                    mark = "[what it is]" if kind == "application/pdf" else "![what it shows]"
                    why = "it lies beside the lesson, and the text names it without showing it"
                    yield problem("lost-file", lesson.path, line, name=name, why=why, hint=f"write  {mark}({name})")


def check_files(lesson: Lesson):
    """Yield the problems of the files that this lesson names."""
    sizes = {}
    shown = {file_name(named.target) for named in named_files(lesson)}
    for text, line in _texts(lesson):
        raws = list(_unread(text, line))
        yield from _told_only(text, line, lesson, shown, {at for at, _, _ in raws})
        for at, raw, hint in raws:
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
