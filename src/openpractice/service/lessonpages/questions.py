"""A question as our pages show it, drawn anew from its Markdown: a notebook's own drawing is not trusted."""

from markupsafe import Markup

from openpractice.authoring.prose import render_question


def question_html(spec: dict, address=None) -> Markup:
    """What stands below the question's title; empty where the specification says nothing.

    `address(name)` tells where this page finds a file of the lesson; words stand for what has none.
    """
    return drawn(spec.get("body"), spec, address)


def drawn(markdown: object, spec: dict | None = None, address=None) -> Markup:
    """An author's text as HTML, read as the prompt's course reads it."""
    if not isinstance(markdown, str):
        return Markup("")
    return Markup(render_question(markdown, bool((spec or {}).get("math")), address))
