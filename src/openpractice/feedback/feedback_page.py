"""One person's feedback as a page of its own: offline, printable, nothing in it runs."""

from functools import cache
from pathlib import Path

import jinja2

from openpractice import border, i18n
from openpractice.authoring.prose import render_question
from openpractice.feedback.toreturn import PersonFeedback
from openpractice.kinds.kind_table import as_table

MOST_COLUMNS = 4  # beyond them a table leaves no room for a word
_TEMPLATES = Path(__file__).parent / "templates"


def words_in(language: str) -> dict[str, str]:
    """What the page says, in this language or in English."""
    named = {code.removeprefix("paper-"): code for code in i18n.sentences(i18n.FALLBACK) if code.startswith("paper-")}
    return {name: i18n.say(language, code) for name, code in named.items()}


def page_maker(release):
    """A function from one person's feedback to their page, for a released lesson.

    The page is HTML, as bytes.
    """
    template = _template()
    css = (_TEMPLATES / "feedback" / "paper.css").read_text("utf-8")

    @cache
    def in_language(language: str) -> dict:
        return {
            "language": language,
            "direction": i18n.direction(language),
            "say": words_in(language),
            "css": css,
            "title": release.title_in(language),
            "most_columns": MOST_COLUMNS,
        }

    @cache
    def question(language: str, prompt: str) -> str:
        spec = release.specs_in(language).get(prompt, {})
        return render_question(str(spec.get("body", "")), bool(spec.get("math")))

    def page(given: PersonFeedback) -> bytes:
        language = given.language
        specs = release.specs_in(language)
        answers = [
            {
                "prompt": prompt,
                "title": specs.get(prompt, {}).get("title", prompt),
                "question": question(language, prompt),
                "table": _table(specs.get(prompt, {}), given.values.get(prompt, "")),
                **answer,
            }
            for prompt, answer in given.answers_as_json().items()
        ]
        said = {"name": given.name, "late": given.late, "answers": answers}
        when = f"{given.handed_in_at:%Y-%m-%d %H:%M} UTC"
        return template.render(in_language(language), handed_in=when, **said).encode("utf-8", "replace")

    return page


def _table(spec, text):
    if not spec.get("columns"):
        return None  # nothing else is written in one, and reading each answer for it takes its time
    try:
        return as_table(spec, border.read_object(text.encode(), border.BODY))
    except border.Unfit:
        return None


@cache
def _template():
    loader = jinja2.FileSystemLoader(_TEMPLATES)
    pages = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    return pages.get_template("feedback.html.j2")
