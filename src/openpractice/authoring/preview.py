"""A lesson as participants will read it, redrawn while it is edited.

Serves only this machine. Prompts are drawn by the prompt module where it is there
and stand as plain text where it is not; what is typed stays in the browser's tab.
"""

import hashlib
import json
import re
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote, unquote

from openpractice import i18n
from openpractice.authoring.attachments.lessonfiles import lesson_files
from openpractice.authoring.checking.checks import check_folder
from openpractice.authoring.courses.lessonfolder import Folder, read_folder
from openpractice.authoring.making.notebook import question_text, text_part
from openpractice.authoring.making.spec import prompt_spec
from openpractice.authoring.prose import render
from openpractice.authoring.words import word
from openpractice.carried import file_name, media_of
from openpractice.kit import STATIC
from openpractice.model import Lesson, Prompt, Text

_STATIC = {".js": "text/javascript", ".css": "text/css", ".json": "application/json"}
_POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
_ROOTS = {
    "preview": STATIC / "preview",
    "guide": files("openpractice.authoring") / "static",
    "prompts": STATIC / "prompts",
}


def serve(lessons: Path, port: int = 0) -> ThreadingHTTPServer:
    """A server on 127.0.0.1 for this folder of lessons, on a free port unless one is given."""
    handler = type("Handler", (_Handler,), {"lessons": lessons})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    return server


def version(lessons: Path) -> str:
    """A short text that changes whenever a file of the folder does."""
    marks = hashlib.sha256()
    for path in sorted(lessons.rglob("*")):
        if path.suffix in (".md", ".yml", ".txt") or media_of(path.name):
            try:
                state = path.stat()
            except FileNotFoundError:
                continue
            marks.update(f"{path} {state.st_mtime_ns} {state.st_size};".encode())
    return marks.hexdigest()[:16]


def lesson_page(folder: Folder, lesson_id: str, mark: str) -> str | None:
    """The lesson as a page, with the faults of its file on top; None without such a lesson."""
    # By file name: while it is edited, the id inside may be missing or wrong.
    whole = folder
    lesson, folder = next((found for found in _all(whole) if Path(found[0].path).stem == lesson_id), (None, whole))
    if lesson is None:
        return None
    problems = sorted({item for item in check_folder(whole) if item.path == lesson.path or not folder.rubric})
    address = _address(lesson)
    parts = "\n".join(_part(part, lesson, folder, address) for part in lesson.parts)
    minutes = word(lesson.language, "session-minutes", minutes=lesson.minutes)
    body = f"{_faults(problems)}<h1>{escape(lesson.title)}</h1><p class='meta'>{escape(minutes)}</p>\n{parts}"
    return _page(lesson.title, lesson.language, body, mark, _links(whole, lesson_id))


def _all(folder: Folder) -> list[tuple[Lesson, Folder]]:
    """Every lesson in every language, by its file's name, with the folder of its language."""
    found = [(lesson, one) for one in folder.in_all_languages for lesson in one.lessons]
    return sorted(found, key=lambda pair: Path(pair[0].path).name)


def index_page(folder: Folder, mark: str) -> str:
    """The list of lessons, with the faults of the whole folder."""
    return _page(
        "Lessons", "en", _faults(sorted(set(check_folder(folder)))) + "<h1>Lessons</h1>", mark, _links(folder, "")
    )


def _address(lesson):
    """Where the page finds the lesson's files."""
    files = lesson_files(lesson)
    return lambda name: f"/files/{quote(Path(lesson.path).stem)}/{quote(name)}" if name in files else None


def _part(part, lesson, folder, address) -> str:
    if isinstance(part, Text):
        return f"<section class='{part.block}'>{render(text_part(part, lesson), math=lesson.math, address=address)}</section>"
    if not isinstance(part, Prompt):
        return ""
    plain = render(question_text(part, lesson.language), math=lesson.math, address=address)
    if not (folder.course and folder.rubric):
        return f"<section class='host'>{plain}</section>"
    known = {item.code for item in folder.rubric.criteria}
    if not set(part.criteria) <= known:
        return f"<section class='host'>{plain}</section>"
    spec = json.dumps(prompt_spec(part, lesson, folder.course, folder.rubric)).replace("</", "<\\/")
    return f"<section class='host' data-spec='{escape(spec)}'>{plain}</section>"


def _faults(problems) -> str:
    if not problems:
        return ""
    items = "".join(
        f"<li><code>{escape(f'{Path(item.path).name}:{item.line}')}</code> {escape(item.what)}"
        f"<br><em>{escape(item.hint)}</em></li>"
        for item in problems
    )
    return f"<section class='faults' role='alert'><h2>To mend: {len(problems)}</h2><ol>{items}</ol></section>"


def _links(folder, current) -> str:
    links = []
    for lesson, _ in _all(folder):
        name = Path(lesson.path).stem
        here = " aria-current='page'" if name == current else ""
        links.append(f"<a href='/lesson/{escape(name)}'{here}>{escape(name)}</a>")
    return " ".join(links)


def _page(title, language, body, mark, links) -> str:
    return (
        f"<!doctype html><html lang='{escape(language)}' dir='{i18n.direction(language)}' data-version='{mark}'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{escape(title)}</title><link rel='icon' href='data:,'>"
        "<link rel='stylesheet' href='/static/guide/guide.css'>"
        "<link rel='stylesheet' href='/static/preview/preview.css'>"
        "<link rel='stylesheet' href='/static/prompts/prompt.css'></head>"
        f"<body><nav aria-label='Lessons'><strong>Preview</strong> {links} <span role='status'></span></nav>"
        f"<main>{body}</main><script type='module' src='/static/preview/preview.js'></script></body></html>"
    )


def static_file(root: str, name: str) -> tuple[bytes, str] | None:
    """A file of the preview or of the prompt module and its type; None for anything else."""
    if root not in _ROOTS or not re.fullmatch(r"(?:[a-z0-9][\w-]*/){0,2}[a-z0-9][\w-]*\.(?:js|css|json)", name):
        return None
    file = _ROOTS[root].joinpath(name)
    return (file.read_bytes(), _STATIC[Path(name).suffix]) if file.is_file() else None


class _Handler(BaseHTTPRequestHandler):
    lessons: Path

    def do_GET(self):
        host = self.headers.get("Host", "").rpartition(":")[0]
        if host not in ("127.0.0.1", "localhost"):
            return self._send(403, b"This preview is for this machine only.", "text/plain")
        path = self.path.split("?")[0]
        if path == "/version":
            return self._send(200, version(self.lessons).encode(), "text/plain")
        match = re.fullmatch(r"/static/(\w+)/([\w./-]+)", path)
        if match:
            found = static_file(*match.groups())
            return self._send(200, *found) if found else self._send(404, b"", "text/plain")
        match = re.fullmatch(r"/files/([^/]+)/(.+)", path)
        return self._file(*map(unquote, match.groups())) if match else self._lesson(path)

    def _file(self, stem, name):
        """A picture or paper as it would be carried: a drawing made safe, nothing that the lesson does not name."""
        lesson = next((item for item, _ in _all(read_folder(self.lessons)) if Path(item.path).stem == stem), None)
        file = lesson_files(lesson).get(file_name(name)) if lesson else None
        return self._send(200, file.data, file.media) if file else self._send(404, b"", "text/plain")

    def _lesson(self, path):
        # The mark first: a change made while reading then shows as a newer one.
        mark, folder = version(self.lessons), read_folder(self.lessons)
        name = re.fullmatch(r"/lesson/([\w.-]+)", path)
        page = lesson_page(folder, name[1], mark) if name else None
        if path == "/":
            page = index_page(folder, mark)
        if page is None:
            return self._send(404, b"There is no such lesson.", "text/plain")
        return self._send(200, page.encode("utf-8", "replace"), "text/html")

    def _send(self, status, content, kind):
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Security-Policy", _POLICY)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args):
        pass
