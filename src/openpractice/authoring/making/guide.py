"""A lesson's facilitator's guide: one HTML page that stands alone and prints well.

Made from the same file as the notebook; here, and only here, the facilitator's
notes and the strong answers are shown.
"""

from base64 import b64encode
from html import escape
from importlib.resources import files

from openpractice import i18n
from openpractice.authoring.attachments.lessonfiles import lesson_files
from openpractice.authoring.making.notebook import question_facts
from openpractice.authoring.prose import render
from openpractice.authoring.words import word
from openpractice.model import Course, Item, Lesson, Prompt, Rubric

_AFTER_PROMPTS = ("misconceptions", "reviewing", "cut", "variants")


def guide_html(lesson: Lesson, course: Course, rubric: Rubric) -> str:
    """The whole page, with its style inside."""
    style = files("openpractice.authoring").joinpath("static/guide.css").read_text("utf-8")
    say = _words(lesson)
    body = "\n".join(
        [
            _head(lesson, course, rubric, say),
            _section(say("objectives"), _render("\n".join(f"- {line}" for line in lesson.objectives), lesson)),
            _notes(lesson, "materials", say),
            _section(
                say("minute-by-minute"), _agenda(lesson, say) + _note_bodies(lesson, "minutes", say("minute-by-minute"))
            ),
            _notes(lesson, "moves", say),
            _section(say("prompts"), "\n".join(_prompt(prompt, lesson, say) for prompt in lesson.prompts)),
            *(_notes(lesson, about, say) for about in _AFTER_PROMPTS),
            _section(say("notes"), _note_bodies(lesson, "")),
            _section(
                say("keypoints"),
                "".join(_render(t.body, lesson) for t in lesson.texts if t.block == "keypoints"),
            ),
            _section(say("rubric"), _rubric(lesson, rubric)),
        ]
    )
    title = escape(f"{say('guide')}: {lesson.title}")
    turned = ' dir="rtl"' if i18n.direction(lesson.language) == "rtl" else ""
    return (
        f'<!doctype html>\n<html lang="{escape(lesson.language)}"{turned}>\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        f"<style>\n{style}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _render(markdown: str, lesson: Lesson, shift: int = 0) -> str:
    """A text of the lesson; its pictures and papers stand in the page itself."""

    def address(name):
        file = lesson_files(lesson, private=True).get(name)
        return f"data:{file.media};base64,{b64encode(file.data).decode()}" if file else None

    return render(markdown, shift, lesson.math, address)


def _words(lesson):
    return lambda name, **values: word(lesson.language, name, **values)


def _head(lesson, course, rubric, say) -> str:
    facts = [say("session-minutes", minutes=lesson.minutes)]
    points = sum(rubric.points(prompt) for prompt in lesson.prompts)
    facts += [say("points", points=points)] if points else []
    return (
        f'<header><p class="kit">{escape(course.title)}</p>\n<h1>{escape(lesson.title)}</h1>\n'
        f'<p class="meta">{escape(say("guide"))} · {escape(" · ".join(facts))}</p>\n'
        f'<p class="caution">{escape(say("guide-note"))}</p></header>'
    )


def _section(title: str, content: str) -> str:
    if not content.strip():
        return ""
    return f"<section>\n<h2>{escape(title)}</h2>\n{content}\n</section>"


def _notes(lesson, about, say) -> str:
    """A section of notes; a single note lends the section its heading."""
    headings = [note.heading for note in lesson.notes if note.about == about]
    title = headings[0] if len(headings) == 1 and headings[0] else say(about)
    return _section(title, _note_bodies(lesson, about, title))


def _note_bodies(lesson, about, section_title="") -> str:
    html = []
    for note in lesson.notes:
        if note.about == about:
            if note.heading and note.heading != section_title:
                html.append(f"<h3>{escape(note.heading)}</h3>")
            html.append(_render(note.body, lesson))
    return "\n".join(html)


def _agenda_row(at, minutes, words, lesson) -> str:
    what = _render(words, lesson).removeprefix("<p>").removesuffix("</p>\n")
    return f"<tr><td>{at // 60}:{at % 60:02d}</td><td>{minutes}</td><td>{what}</td></tr>"


def _agenda(lesson, say) -> str:
    rows, at = [], 0
    for step in lesson.agenda:
        rows.append(_agenda_row(at, str(step.minutes), step.what, lesson))
        rows += [_agenda_row(at + cue.at, "", cue.what, lesson) for cue in step.cues]
        at += step.minutes
    if not rows:
        return ""
    heads = "".join(f'<th scope="col">{escape(say(name))}</th>' for name in ("starts", "minutes", "step"))
    return f'<table class="agenda"><thead><tr>{heads}</tr></thead>\n<tbody>{"".join(rows)}</tbody></table>'


def _prompt(prompt: Prompt, lesson: Lesson, say) -> str:
    """The question as people see it, then what only the facilitator sees."""
    graded = say("graded") + ": " + " ".join(prompt.criteria) if prompt.graded else say("not-graded")
    star = " ★" if prompt.lead_first else ""
    title = f'<h3 id="{prompt.id}">{escape(prompt.title)}{star}</h3>'
    # A question may run from right to left in a guide that does not.
    asked = f'<div dir="auto">{_render(prompt.body, lesson)}</div>\n'
    facts = _render("\n\n".join(question_facts(prompt, lesson.language)), lesson)
    notes = _note_bodies(lesson, prompt.id)
    answers = "".join(
        f'<div class="exemplar"><p class="meta">{escape(say("exemplar"))}'
        f"{escape(f' · {part.level}' if part.level else '')}</p>{_render(part.body, lesson, 3)}</div>"
        for part in lesson.exemplars
        if part.prompt == prompt.id
    )
    return f'<article>{title}\n{asked}{facts}{_boxes(prompt, say)}<p class="meta">{escape(graded)}</p>\n{notes}{answers}</article>'


def _boxes(prompt: Prompt, say) -> str:
    """What people fill in or choose from, which the question itself does not list."""
    for name in ("columns", "choices", "rows", "items"):
        value = prompt.options.get(name)
        labels = [part.label for part in value if isinstance(part, Item)] if isinstance(value, tuple) else []
        if labels:
            return f'<p class="meta">{escape(say("guide-" + name))}: {escape(" · ".join(labels))}</p>'
    return ""


def _rubric(lesson, rubric) -> str:
    used = {code for prompt in lesson.prompts for code in prompt.criteria}
    rows = []
    for criterion in rubric.criteria:
        if criterion.code in used:
            name = f'<th scope="row">{criterion.code} · {escape(criterion.name)}</th>'
            cells = "".join(
                f"<td><strong>{number} {escape(level.name)}</strong><br>{escape(level.descriptor)}</td>"
                for number, level in enumerate(criterion.levels)
            )
            rows.append(f"<tr>{name}{cells}</tr>")
    table = f'<table class="rubric"><tbody>{"".join(rows)}</tbody></table>'
    return render(rubric.routine) + table if rows else ""
