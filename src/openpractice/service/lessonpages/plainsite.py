"""A course as plain pages, for one person alone and for a district without a server.

The pages are those of the service, from the same renderer. Answers stay in the reader's browser,
are kept and brought back as a file, and are handed in as a file that the facilitator's corner takes.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jinja2
from markupsafe import Markup

from openpractice import i18n
from openpractice.authoring.courses.lessonfolder import Folder
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
    """The files written; those that are the same already are left. For a course without faults.

    The course's first language lies in the folder itself, each further one in a folder of its name.
    """
    say_as_course(folder.whole[0].id)
    files = {out / "static" / name: (STATIC / "site" / name).read_bytes() for name in SCRIPTS}
    for one in folder.in_all_languages:
        files |= _in_one_language(one, folder, out)
    return write(files)


def _in_one_language(folder: Folder, first: Folder, out: Path) -> dict[Path, bytes]:
    course, _ = folder.whole
    language = i18n.known(course.language)
    up = "" if folder is first else "../"
    place = out if folder is first else out / course.language
    pages = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    template = pages.get_template("site.html")
    common = {
        "t": lambda key, **values: catalog.say(language, key, **values),
        "lang": course.language,
        "dir": i18n.direction(course.language),
        "up": up,
        "course": course.title,
        "course_id": course.id,
        "words": catalog.for_scripts(language, ("site-",)),
        "lessons": folder.in_order(),
        "lesson": None,
        "view": None,
    }

    def in_each_language(name):
        """This page in each language, as it is found from here."""
        found = [(each, each.whole[0].language) for each in first.in_all_languages] if first.others else []
        return [
            {
                "language": spoken,
                "name": i18n.name_of(spoken),
                "chosen": each is folder,
                "url": up + ("" if each is first else spoken + "/") + name,
            }
            for each, spoken in found
        ]

    drawn = template.render(common, title=course.title, languages=in_each_language("index.html"))
    files = {place / "index.html": drawn.encode()}
    for path, data in built_notebooks(replace(folder, others={}), place).items():
        if path.suffix == ".ipynb":
            said = common | {"languages": in_each_language(f"{path.stem}.html")}
            files[place / f"{path.stem}.html"] = _session(template, said, json.loads(data), language).encode()
        else:  # where the page of a session looks for its pictures and papers
            lesson, *name = path.relative_to(place).parts
            files[place.joinpath(lesson, "files", *name)] = data
    return files


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
