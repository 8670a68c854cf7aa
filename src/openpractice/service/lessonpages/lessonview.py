"""A released lesson as a page: its text as safe HTML, its prompts in their places, its contents.

Pure: a notebook as JSON goes in, and what a template draws comes out. No cell is ever run;
a cell that says anything but what it should becomes a sentence in its own place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from markupsafe import Markup

from openpractice.authoring.dollars import unshielded
from openpractice.authoring.prose import after_title, render, render_part, render_question, render_why
from openpractice.carried import named_in
from openpractice.handins.specs import Lesson, source_of, spec_in


@dataclass(frozen=True)
class Part:
    """One piece of the page: ``text``, ``prompt``, ``handin`` or ``fault``."""

    kind: str
    html: Markup = Markup("")
    why: Markup = Markup("")
    id: str = ""
    title: str = ""
    level: int = 3


@dataclass
class Section:
    """An entry of the table of contents with the prompts below it; the first may have no heading."""

    id: str = ""
    title: str = ""
    prompts: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class LessonView:
    """What stands below the title, a lesson's parts in order, and its sections."""

    lead: Markup
    parts: tuple[Part, ...]
    sections: tuple[Section, ...]


def lesson_view(notebook: Mapping, lesson: Lesson) -> LessonView:
    """What the page of a lesson shows, from its notebook and from what was read out of it."""
    builder = _Builder(lesson, notebook["metadata"]["openpractice"].get("math") is True, named_in(notebook))
    for cell in notebook["cells"]:
        builder.add(cell)
    return LessonView(
        builder.lead, tuple(builder.parts), tuple(one for one in builder.sections if one.id or one.prompts)
    )


class _Builder:
    def __init__(self, lesson: Lesson, math: bool, files):
        self.math, self._files = math, files
        self.lesson, self.sections = lesson, [Section()]
        self.parts: list = []
        self.lead = Markup("")
        self._ids = 0
        self._drawn: set = set()

    def add(self, cell):
        metadata = cell.get("metadata")
        own = metadata.get("openpractice") if isinstance(metadata, dict) else None
        own = own if isinstance(own, dict) else {}
        part, source = own.get("part"), source_of(cell)
        if part == "prompt":
            self.parts.append(self._prompt(cell, own))
        elif part == "handin":
            self.parts.append(Part("handin"))
        elif part not in ("setup", "question", "answer") and cell.get("cell_type") == "markdown":
            self._text(source)

    def _text(self, source):
        source = unshielded(source)
        lead = None if self.parts else after_title(source)
        if lead is not None:  # the page's own heading says the title
            self.lead = Markup(render(lead, math=self.math, address=self._address))
            return
        html, headings = render_part(source, self._name, self.math, self._address)
        if html.strip():
            self.parts.append(Part("text", Markup(html)))
        self.sections += [Section(one.id, one.words) for one in headings if one.level == 2]

    def _address(self, name):
        """Where the page finds a file of the lesson: below its own address."""
        return f"{self.lesson.id}/files/{quote(name)}" if name in self._files else None

    def _name(self, _level):
        # An underscore, which the id of no prompt has.
        self._ids += 1
        return f"part_{self._ids}"

    def _prompt(self, cell, own):
        prompt_id = (spec_in(cell) or {}).get("id")
        spec = self.lesson.specs.get(prompt_id) if isinstance(prompt_id, str) else None
        # The cell's own id is what an answer is filed under elsewhere: another id in the call is a fault.
        if spec is None or prompt_id in self._drawn or own.get("id", prompt_id) != prompt_id:
            return Part("fault")
        self._drawn.add(prompt_id)
        self.sections[-1].prompts.append((prompt_id, spec["title"]))
        body, why = _said(spec, "body"), _said(spec, "why")
        level = 3 if self.sections[-1].id else 2
        return Part(
            "prompt",
            Markup(render_question(body, self.math, self._address)),
            Markup(render_why(why, self.lesson.language, self.math, self._address)),
            prompt_id,
            spec["title"],
            level,
        )


def _said(spec, name):
    text = spec.get(name)
    return text if isinstance(text, str) else ""
