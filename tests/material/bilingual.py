"""The starter course in two languages and, where asked, a third that is written from right to left."""

import re
import shutil
from pathlib import Path

from openpractice.authoring.starter import start_course
from repo import DATA

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


ARABIC = (
    ("Say it so that it can be seen", "قلها بحيث تُرى"),
    ("What would you choose?", "ماذا تختار؟"),
    ("The facilitator goes first", "يبدأ الميسّر"),
    ("What changed in that room, and what did somebody do that a visitor could have seen?", "ماذا تغيّر في تلك الغرفة؟"),
    ("Criteria make a prompt graded; without them it is not.", "المعايير تجعل السؤال مُقيَّمًا."),
    ("Bring work that went badly", "أحضر عملًا لم ينجح"),
    ("Read the worksheet together", "اقرأوا الورقة معًا"),
    ("Visit each other's lessons", "زوروا دروس بعضكم"),
    ("How a lesson is written", "كيف يُكتب الدرس"),
    ("**In short**", "**باختصار**"),
    ("One line that tells people why we ask.", "سطر واحد يقول لماذا نسأل."),
)


def in_other_words(text: str, words=WORDS) -> str:
    for old, new in words:
        text = text.replace(old, new)
    return text


def add_arabic(folder: Path) -> None:
    """A third language: its lessons, and a file with some sentences of the screens."""
    lessons = folder / "lessons"
    course = lessons / "course.yml"
    text = course.read_text("utf-8").replace("  - es\n", "  - es\n  - ar\n", 1)
    course.write_text(text.replace("strings:\n", 'strings:\n  ar:\n    course-title: "العمل مع الأسر"\n', 1), "utf-8")
    (lessons / "text").mkdir()
    shutil.copy(DATA / "ar.json", lessons / "text" / "ar.json")
    for lesson in ("1-seeing", "2-trying"):
        text = (lessons / f"{lesson}.md").read_text("utf-8")
        text = re.sub(r"(?m)^title: .*$", 'title: "انظر قبل أن تحكم"', text, count=1)
        (lessons / f"{lesson}.ar.md").write_text(in_other_words(text, ARABIC), "utf-8")
    shutil.copy(lessons / "rubric.yml", lessons / "rubric.ar.yml")


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
