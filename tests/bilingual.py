"""The starter course in two languages: what an author adds to it for the second one."""

import re
from pathlib import Path

from openpractice.authoring.starter import start_course

#: What stands in the first language, and what in the second; ids, kinds and minutes stay.
WORDS = (
    ("Say it so that it can be seen", "Dilo de modo que se vea"),
    ("What would you choose?", "¿Qué elegirías?"),
    ("What changed in that room", "¿Qué cambió en esa sala"),
    ("Bring work that went badly", "Traer un trabajo que salió mal"),
    ("Read the worksheet together", "Leer juntos la ficha"),
    ("**In short**", "**En breve**"),
)
RUBRIC = (("name: Seen", "name: Visto"), ("name: Not shown", "name: No se ve"), ("name: Shown", "name: Se ve"))
TITLE = 'strings:\n  es:\n    course-title: "Trabajar con las familias"\n'


def in_other_words(text: str, words=WORDS) -> str:
    for old, new in words:
        text = text.replace(old, new)
    return text


def two_languages(folder: Path) -> Path:
    """The course's folder, in English and in Spanish."""
    start_course(folder, "Working with families", "families")
    lessons = folder / "lessons"
    course = lessons / "course.yml"
    course.write_text(
        course.read_text("utf-8").replace("drafts: []", f"drafts: []\nalso-in:\n  - es\n{TITLE}"), "utf-8"
    )
    for lesson in ("1-seeing", "2-trying"):
        text = (lessons / f"{lesson}.md").read_text("utf-8")
        text = re.sub(r"(?m)^title: .*$", f'title: "{lesson[2:].capitalize()}, en español"', text, count=1)
        (lessons / f"{lesson}.es.md").write_text(in_other_words(text), "utf-8")
    rubric = (lessons / "rubric.yml").read_text("utf-8")
    (lessons / "rubric.es.yml").write_text(in_other_words(rubric, RUBRIC), "utf-8")
    return folder
