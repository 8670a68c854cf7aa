"""The released notebook, as a participant finds it in the exchange."""

import hashlib
import json

from openpractice.carried import languages_in, read_translation
from openpractice.handins.specs import BadNotebook, answer_id, parse_notebook, read_plain
from openpractice.ids import safe_id


def sha256_of(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def released_notebook(places, lesson_id: str, language: str = "") -> bytes | None:
    """The released notebook's bytes, in that language where it has it, or None when the lesson is not out."""
    if places.outbound is None:
        return None
    folder = places.outbound / safe_id(lesson_id)
    try:
        first = read_plain(folder / f"{lesson_id}.ipynb")
        others = languages_in(parse_notebook(first)) if language else {}
        return (language in others and read_translation(folder, lesson_id, language, others[language])) or first
    except BadNotebook:
        return None


def release_with(release: bytes, typed: dict) -> bytes:
    """The released notebook with typed text in its answer cells, and no outputs."""
    notebook = parse_notebook(release)
    for cell in notebook["cells"]:
        if cell.get("cell_type") == "code":
            cell["outputs"], cell["execution_count"] = [], None
        if answer_id(cell) in typed:
            cell["source"] = typed[answer_id(cell)].splitlines(True)
    return json.dumps(notebook, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"
