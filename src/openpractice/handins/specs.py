"""What a lesson's notebook says of its prompts, and what was typed in its plain cells.

The file is read as JSON and never run: a prompt's cell is exactly ``prompt({...})``
with one JSON object. Cells that a person has added or changed do no harm.
"""

import json
import os
import re
from collections import namedtuple
from collections.abc import Mapping

from openpractice import border
from openpractice.carried import MAX_NOTEBOOK
from openpractice.cleantext import clean_text
from openpractice.files import open_plain
from openpractice.i18n import Coded, Said
from openpractice.ids import safe_id
from openpractice.kinds.registry import KINDS
from openpractice.kinds.valuechecks import MAX_TEXT
from openpractice.model import ANSWER_STUB, STOCK_STUB

#: So many copies of one answer cell are read.
MOST_COPIES = 50

_CALL = re.compile(r"prompt\((\{.*\})\)\s*")
_WORDS = ("comment", "low_label", "high_label", "answer_with", "language")
_LISTS = ("choices", "rows", "points", "items", "columns", "row_labels")

Lesson = namedtuple("Lesson", "course id title language specs typed problems")
Lesson.__doc__ = """A lesson as its notebook has it.

``specs`` is prompt id to specification, in the order of the page; ``typed`` prompt id to
the text typed in its plain answer cell; ``problems`` what was left out, each a `Said`."""


class BadNotebook(Coded, ValueError):
    """A file that is not a lesson's notebook."""


def read_specs(path) -> Lesson:
    """The lesson in a notebook file.

    Raises
    ------
    BadNotebook
        When the file is missing, a link, larger than `MAX_NOTEBOOK`, or not a lesson.
    """
    return lesson_of(parse_notebook(read_plain(path)))


def read_plain(path) -> bytes:
    """The bytes of an ordinary file of at most `MAX_NOTEBOOK` bytes, never through a link."""
    try:
        fd = open_plain(path, os.O_RDONLY)
    except FileNotFoundError:
        raise BadNotebook("notebook-missing") from None
    except OSError:
        raise BadNotebook("notebook-closed") from None
    with os.fdopen(fd, "rb") as file:
        data = file.read(MAX_NOTEBOOK + 1)
    if len(data) > MAX_NOTEBOOK:
        raise BadNotebook("notebook-too-large")
    return data


def parse_notebook(data: bytes) -> dict:
    """The notebook as JSON: an object with a list of cell objects and our metadata."""
    try:
        return as_notebook(border.read_object(data, border.NOTEBOOK, mend=True))
    except border.Unfit:
        raise BadNotebook("notebook-not-ours") from None


def as_notebook(notebook: dict) -> dict:
    """The object, when it is a notebook of ours."""
    try:
        about = notebook["metadata"]["openpractice"]
        safe_id(about["course"])
        safe_id(about["lesson"])
        if not all(isinstance(cell, dict) for cell in notebook["cells"]) or type(notebook["cells"]) is not list:
            raise TypeError
    except (ValueError, KeyError, TypeError):
        raise BadNotebook("notebook-not-ours") from None
    return notebook


def lesson_of(notebook: dict) -> Lesson:
    """The lesson in a parsed notebook."""
    about = notebook["metadata"]["openpractice"]
    language = str(about.get("language", "en"))
    specs, problems = {}, []
    for cell in notebook["cells"]:
        spec = spec_in(cell)
        if spec is None:
            continue
        if not is_spec(spec) or spec["lesson"] != about["lesson"]:
            problems.append(Said("notebook-question-unreadable"))
        elif spec["id"] in specs:
            problems.append(Said("notebook-question-twice", prompt=spec["id"]))
        else:
            specs[spec["id"]] = spec if language == "en" else {"language": language, **spec}
    typed = typed_texts(notebook, specs)
    for prompt_id in [each for each, text in typed.items() if len(text) > MAX_TEXT]:
        typed[prompt_id] = typed[prompt_id][:MAX_TEXT]
        problems.append(Said("notebook-typed-too-long", prompt=prompt_id, most=MAX_TEXT))
    return Lesson(
        about["course"],
        about["lesson"],
        str(about.get("title", about["lesson"])),
        language,
        specs,
        typed,
        problems,
    )


def typed_texts(notebook: dict, specs) -> dict:
    """Prompt id to what was typed in its answer cell; copies of a cell are joined, `MOST_COPIES` of them."""
    found: dict = {}
    for cell in notebook["cells"]:
        prompt_id = answer_id(cell)
        if prompt_id not in specs or len(found.get(prompt_id, ())) == MOST_COPIES:
            continue
        text = clean_text(source_of(cell))
        if text.strip() not in ("", ANSWER_STUB, STOCK_STUB):
            found.setdefault(prompt_id, {})[text] = None
    return {prompt_id: "\n\n".join(texts) for prompt_id, texts in found.items()}


def own_specs(specs: Mapping[str, dict]) -> dict[str, dict]:
    """The prompts that have an answer of their own; a second wording has none."""
    return {key: spec for key, spec in specs.items() if not spec.get("answer_with")}


def spec_for(value: object, prompt_id: str, specs: Mapping[str, dict]) -> dict:
    """The specification that a value answers: that of its wording, where it has one; {} for a prompt nobody asks."""
    wording = value.get("wording") if isinstance(value, dict) else None
    other = specs.get(wording) if isinstance(wording, str) else None
    if other and other.get("answer_with") == prompt_id:
        return other
    return specs.get(prompt_id, {})


def answer_id(cell: dict) -> str | None:
    """The prompt whose plain answer cell this is."""
    metadata = cell.get("metadata")
    ours = metadata.get("openpractice") if isinstance(metadata, dict) else None
    if cell.get("cell_type") != "markdown" or not isinstance(ours, dict) or ours.get("part") != "answer":
        return None
    return ours["id"] if isinstance(ours.get("id"), str) else None


def source_of(cell: dict) -> str:
    """The cell's source as one text."""
    source = cell.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    return source if isinstance(source, str) else ""


def is_spec(spec: dict) -> bool:
    """Whether a specification has the form that values are checked against."""
    try:
        safe_id(spec["id"])
        safe_id(spec["lesson"])
        return (
            spec["kind"] in KINDS
            and spec["visibility"] in ("P", "F", "C", "A")
            and isinstance(spec["title"], str)
            and all(_is_item(item) for name in _LISTS for item in spec.get(name, ()))
            and all(_is_number(spec.get(name, 1)) for name in ("from", "to", "step"))
            and all(isinstance(spec.get(name, ""), str) for name in _WORDS)
            and _is_branch(spec.get("branch"))
            and _is_pick(spec.get("pick"))
        )
    except (ValueError, KeyError, TypeError):
        return False


def spec_in(cell: dict) -> dict | None:
    """What a cell's call of `prompt` says, not checked; {} where it cannot be read, None where there is no call."""
    if cell.get("cell_type") != "code":
        return None
    call = _CALL.fullmatch(source_of(cell))
    if call is None:
        return None
    try:
        return json.loads(call[1])
    except (ValueError, RecursionError):
        return {}


def _is_item(item):
    return isinstance(item["id"], str) and isinstance(item["label"], str) and isinstance(item.get("group", ""), str)


def _is_number(number):
    return type(number) in (int, float) and -(10**9) <= number <= 10**9


def _is_pick(pick):
    return pick is None or (isinstance(pick, list) and 0 < len(pick) < 3 and all(map(_is_number, pick)))


def _is_branch(branch):
    return branch is None or (isinstance(branch["of"], str) and isinstance(branch["when"], list))
