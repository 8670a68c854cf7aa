"""Opening a lesson: the released notebook in the person's folder, their typed words kept.

A lesson that was corrected after release reaches those who have it already: the copy is
written anew from the release, with what was typed in answer cells and any cells of the
person's own. A file that is not this lesson is never touched.
"""

import contextlib
import json
import os
from collections import namedtuple
from pathlib import Path

from openpractice.carried import named_in, read_carried
from openpractice.files import replace_file, sync_folder
from openpractice.handins import exchange
from openpractice.handins.specs import (
    BadNotebook,
    answer_id,
    lesson_of,
    parse_notebook,
    read_plain,
    source_of,
    typed_texts,
)
from openpractice.i18n import Coded
from openpractice.ids import new_key, safe_id
from openpractice.journal.appendfile import saying_why

_NOTE = ".release.json"
_FILES = ".files.json"

Fetched = namedtuple("Fetched", "path change carried own_cells")
Fetched.__doc__ = """What became of the person's copy.

``change`` is ``new``, ``same``, ``updated`` or ``restored`` (the old file could not be read
and was put aside); ``carried`` lists the prompts whose typed text was kept; ``own_cells``
is how many cells of the person's own stand at the end."""


class NotFetched(Coded):
    """The copy was left as it was."""


def fetch(places, lesson_id: str, folder, language: str = "") -> Fetched:
    """The person's copy of the lesson in `folder`, up to date with the release.

    In another `language` than before it is written anew, with what was typed in it; "" keeps the one it has.

    Parameters
    ----------
    folder : path
        The person's folder of lessons; the copy is ``<folder>/<lesson>/<lesson>.ipynb``.

    Raises
    ------
    NotFetched
        When the lesson is not released, or something else is in its place.
    NotSaved
        When there is no space or no right to write.
    """
    safe_id(lesson_id)
    path = Path(folder) / lesson_id / f"{lesson_id}.ipynb"
    release = exchange.released_notebook(places, lesson_id, language or _language_of(path, lesson_id))
    if release is None or not _is_lesson(release, lesson_id):
        raise NotFetched("fetch-not-open")
    if path.parent.is_symlink() or (path.parent.exists() and not path.parent.is_dir()):
        raise NotFetched("fetch-not-ours")
    with saying_why():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fetched = _bring_up_to_date(path, release, lesson_id)
        notebook = parse_notebook(release)
        spoken, below = notebook["metadata"]["openpractice"].get("language"), places.outbound / lesson_id
        is_first = release == exchange.released_notebook(places, lesson_id)
        _bring_files(path.parent, below if is_first else below / str(spoken), notebook)
        return fetched


def _bring_up_to_date(path, release, lesson_id):
    note, noted = path.with_name(_NOTE), {}
    with contextlib.suppress(BadNotebook, ValueError, RecursionError):
        noted = json.loads(read_plain(note))
    noted = noted if isinstance(noted, dict) else {}
    if not os.path.lexists(path):
        return _write(path, release, release, Fetched(path, "new", [], 0))
    old = _read_copy(path, lesson_id)
    if old is None:
        if noted.get("lesson") != lesson_id or path.is_symlink() or not path.is_file():
            raise NotFetched("fetch-not-ours")
        os.rename(path, path.with_name(f"{lesson_id}-put-aside-{new_key()[:8]}.ipynb"))
        return _write(path, release, release, Fetched(path, "restored", [], 0))
    if noted.get("release") == exchange.sha256_of(release):
        return Fetched(path, "same", [], 0)
    data, carried, own = _carried_over(release, old)
    return _write(path, data, release, Fetched(path, "updated", carried, own))


def _bring_files(folder, released, notebook):
    """The pictures and papers of the release beside the copy; what a person put there themselves stays."""
    path = folder / _FILES
    noted = {}
    with contextlib.suppress(BadNotebook, ValueError, RecursionError):
        noted = json.loads(read_plain(path))
    noted = noted if isinstance(noted, dict) else {}
    for name, sha in named_in(notebook).items():
        data, target = read_carried(released, name, sha), folder / name
        places = [folder.joinpath(*Path(name).parts[:depth]) for depth in range(1, len(Path(name).parts))]
        if data is None or any(place.is_symlink() or (place.exists() and not place.is_dir()) for place in places):
            continue
        own = os.path.lexists(target) and read_carried(folder, name, noted.get(name, "")) is None
        if own or read_carried(folder, name, sha) is not None:
            continue
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(target, data)
        noted[name] = sha
        replace_file(path, json.dumps(noted).encode())


def _carried_over(release, old):
    """The release's bytes with the old copy's typed answers and own cells."""
    fresh = parse_notebook(release)
    specs = lesson_of(fresh).specs
    answers = {answer_id(cell) for cell in fresh["cells"]} - {None}
    typed = typed_texts(old, {answer_id(cell) for cell in old["cells"]} - {None})
    carried = [prompt_id for prompt_id in specs if prompt_id in typed and prompt_id in answers]
    own = [_own_cell(cell) for cell in old["cells"] if _is_own(cell)]
    own += [_note_cell(text) for prompt_id, text in typed.items() if prompt_id not in carried]
    if not carried and not own:
        return release, [], 0
    notebook = parse_notebook(exchange.release_with(release, {each: typed[each] for each in carried}))
    notebook["cells"] += own
    return json.dumps(notebook, ensure_ascii=False, indent=1).encode("utf-8") + b"\n", carried, len(own)


def _is_own(cell):
    """Whether the person has added this cell themselves."""
    metadata = cell.get("metadata")
    ours = isinstance(metadata, dict) and ("openpractice" in metadata or "nbgrader" in metadata)
    return not ours and bool(source_of(cell).strip())


def _own_cell(cell):
    if cell.get("cell_type") != "code":
        return _note_cell(source_of(cell))
    source = source_of(cell).splitlines(True)
    return {
        "cell_type": "code",
        "metadata": {},
        "source": source,
        "outputs": [],
        "execution_count": None,
        "id": new_key()[:8],
    }


def _note_cell(text):
    return {
        "cell_type": "markdown",
        "metadata": {},
        "source": text.splitlines(True),
        "id": new_key()[:8],
    }


def _read_copy(path, lesson_id):
    """The person's copy, or None when it is not this lesson or cannot be read."""
    try:
        notebook = parse_notebook(read_plain(path))
    except BadNotebook:
        return None
    return notebook if notebook["metadata"]["openpractice"]["lesson"] == lesson_id else None


def _language_of(path, lesson_id):
    """In which language the person's copy is; "" where there is none."""
    copy = None if path.parent.is_symlink() else _read_copy(path, lesson_id)
    return str(copy["metadata"]["openpractice"].get("language", "")) if copy else ""


def _is_lesson(data, lesson_id):
    try:
        return parse_notebook(data)["metadata"]["openpractice"]["lesson"] == lesson_id
    except BadNotebook:
        return False


def _write(path, data, release, fetched):
    """The copy, then the note of which release it is, each whole or not at all."""
    lesson_id = path.stem
    note = json.dumps({"lesson": lesson_id, "release": exchange.sha256_of(release)}).encode()
    for target, content in ((path, data), (path.with_name(_NOTE), note)):
        replace_file(target, content)
    sync_folder(path.parent)
    return fetched
