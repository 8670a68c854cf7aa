"""A course as plain pages, for one person alone and for a district without a server.

The pages are those of the service, from the same renderer. Answers stay in the reader's browser,
are kept and brought back as a file, and are handed in as a file that the facilitator's corner takes.
"""

from __future__ import annotations

import json
from pathlib import Path

import jinja2
from markupsafe import Markup

from openpractice import i18n
from openpractice.authoring.courses.course import Folder
from openpractice.authoring.making.build import built_notebooks, write
from openpractice.handins import specs
from openpractice.handins.places import session_number
from openpractice.kit import STATIC
from openpractice.service import catalog
from openpractice.service.coursewords import say_as_course
from openpractice.service.lessonpages.lessonview import lesson_view

TEMPLATES = Path(__file__).parents[1] / "templates"
SCRIPTS = ("site.js", "site.css")


def write_site(folder: Folder, out: Path) -> list[Path]:
    """The files written; those that are the same already are left. For a course without faults."""
    say_as_course(folder.course.id)
    language = i18n.known(folder.course.language)
    pages = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    template = pages.get_template("site.html")
    common = {
        "t": lambda key, **values: catalog.say(language, key, **values),
        "lang": folder.course.language,
        "course": folder.course.title,
        "course_id": folder.course.id,
        "words": catalog.for_scripts(language, ("site-",)),
        "lessons": folder.in_order(),
        "lesson": None,
        "view": None,
    }
    files = {out / "index.html": template.render(common, title=folder.course.title).encode()}
    files |= {out / "static" / name: (STATIC / "site" / name).read_bytes() for name in SCRIPTS}
    for path, data in built_notebooks(folder, out).items():
        if path.suffix == ".ipynb":
            files[out / f"{path.stem}.html"] = _session(template, common, json.loads(data), language).encode()
        else:  # where the page of a session looks for its pictures and papers
            lesson, *name = path.relative_to(out).parts
            files[out.joinpath(lesson, "files", *name)] = data
    return write(files)


def _session(template, common, notebook: dict, language: str) -> str:
    page = specs.lesson_of(notebook)
    number = session_number(page.id)
    data = {
        "course": common["course_id"],
        "lesson": page.id,
        "title": page.title,
        "language": language,
        "specs": [_for_one(spec) for spec in page.specs.values()],
    }
    return template.render(
        common,
        title=page.title,
        lesson={"number": catalog.say(language, "session-word", number=number) if number else ""},
        view=lesson_view(notebook, page),
        # Inside a script of the page nothing may end it.
        data=Markup(json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")),
    )


def _for_one(spec: dict) -> dict:
    """The question where there is no group: nothing is shared or counted, and what may be read is handed in as a file."""
    seen = {"C": "F", "A": "P"}.get(spec["visibility"], spec["visibility"])
    return {key: part for key, part in spec.items() if key != "may_share"} | {"visibility": seen}
