"""released.txt: the prompts that people have answered, which must stay as they are."""

from dataclasses import dataclass

from openpractice.authoring.rules import problem
from openpractice.model import Lesson


@dataclass(frozen=True)
class ReleasedPrompt:
    """A prompt that people have answered: its kind and criteria must stay."""

    lesson: str
    prompt: str
    kind: str
    criteria: tuple[str, ...]
    line: int


def read_released(text: str, path: str) -> tuple[list, list]:
    """The released prompts, a line each: lesson, prompt, kind, criteria."""
    released, problems = [], []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split("#")[0].split()
        if len(words) >= 3:
            lesson, prompt, kind, *criteria = words
            released.append(ReleasedPrompt(lesson, prompt, kind, tuple(criteria), number))
        elif words:
            problems.append(problem("bad-released", path, number, text=line))
    return released, problems


def released_text(lesson: Lesson) -> str:
    """The lines of released.txt that freeze this lesson's prompts."""
    lines = (f"{lesson.id} {p.id} {p.kind} {' '.join(p.criteria)}".rstrip() for p in lesson.prompts)
    return "".join(line + "\n" for line in lines)
