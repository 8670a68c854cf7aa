"""Whether a session's steps can be done in their minutes, by slow reading and slow writing.

An agenda line may name what falls into it after a second bar: ids of prompts, `reading`,
`vignette`, `sign-in`. The figures are a floor. Talk, thought and laughter come on top, so
a step without room for them fails here long before it fails in a room.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from openpractice.authoring.checking.textchecks import count_words
from openpractice.authoring.format.optiontext import near
from openpractice.authoring.rules import problem
from openpractice.kinds.registry import KINDS
from openpractice.model import AgendaStep, Item, Lesson, Prompt

READS, WRITES = 150, 20  # words a minute: slower than most, so that most are not hurried
SIGN_IN = 4.0  # minutes: opening a link, a code, a passphrase of one's own, and one neighbour who is stuck
TICK = 5 / 60  # minutes to decide on one row or one choice
WORK_SHOWN = 150  # words of the work that is looked at
SPECIAL = ("reading", "vignette", "sign-in")


@dataclass(frozen=True)
class Need:
    """What a step holds: `needed` minutes of reading and writing out of its own `minutes`."""

    step: AgendaStep
    needed: float

    @property
    def fits(self) -> bool:
        return self.needed <= self.step.minutes


def needs(lesson: Lesson) -> list[Need]:
    """Each agenda step with the minutes that what it names takes one slow person."""
    known = {prompt.id: prompt for prompt in lesson.prompts}
    return [Need(step, sum(_named(name, lesson, known) for name in step.names)) for step in lesson.agenda]


def prompt_need(prompt: Prompt, lesson: Lesson) -> float:
    """Minutes to read a prompt and write its answer; of two wordings, the longer."""
    wordings = [prompt, *(other for other in lesson.prompts if other.answer_with == prompt.id)]
    return max((_asked(each) + _written(each, lesson)) / READS for each in wordings)


def check_clock(lesson: Lesson, first: bool = False) -> Iterable:
    """Yield steps that cannot be done and prompts without a step; `first` opens the course.

    Where no line names anything only the whole is judged: all prompts, the reading and the
    vignette against the minutes of the session.
    """
    agenda_line = next((part.line for part in lesson.texts if part.block == "agenda"), lesson.line)
    known = {prompt.id: prompt for prompt in lesson.prompts}
    if not any(step.names for step in lesson.agenda):
        whole = sum(prompt_need(prompt, lesson) for prompt in _timed(lesson))
        whole += sum(_named(name, lesson, known) for name in ("reading", "vignette"))
        if lesson.agenda and lesson.minutes and whole > lesson.minutes:
            yield _too_short(lesson, agenda_line, lesson.title, whole, lesson.minutes)
        return
    for need in needs(lesson):
        yield from _unknown(need.step, lesson, known)
        if not need.fits:
            yield _too_short(lesson, need.step.line, need.step.what, need.needed, need.step.minutes)
    named = [name for step in lesson.agenda for name in step.names]
    for prompt in _timed(lesson):
        if prompt.id not in named:
            yield problem("agenda-unnamed", lesson.path, agenda_line, id=prompt.id)
        if prompt.minutes and prompt_need(prompt, lesson) > prompt.minutes:
            line = prompt.line_of("minutes")
            yield _too_short(lesson, line, prompt.title, prompt_need(prompt, lesson), prompt.minutes)
    if first and "sign-in" not in named:
        yield problem("agenda-sign-in", lesson.path, agenda_line)


def clock_lines(lessons: Iterable[Lesson]) -> Iterable[str]:
    """The clock of each session as lines to print: minutes given, minutes needed, the step."""
    for lesson in lessons:
        rows = needs(lesson)
        yield f"{lesson.id}: {lesson.minutes} minutes, {sum(row.needed for row in rows):.1f} of reading and writing"
        for row in rows:
            mark = " " if row.fits else "!"
            yield f"  {mark} {row.step.minutes:3d}  {row.needed:5.1f}  {row.step.what}"


def _timed(lesson):
    """The prompts that everybody meets: no second wording, none that is cut first."""
    return [prompt for prompt in lesson.prompts if not prompt.answer_with and not prompt.extension]


def _named(name: str, lesson: Lesson, known: Mapping[str, Prompt]) -> float:
    if name == "sign-in":
        return SIGN_IN
    if name in SPECIAL:
        return sum(count_words(part.body) for part in lesson.texts if part.block == name) / READS
    prompt = known.get(name)
    return prompt_need(prompt, lesson) if prompt and not prompt.extension else 0.0


def _unknown(step, lesson, known):
    for name in step.names:
        if name not in SPECIAL and name not in known:
            yield problem(
                "unknown-reference",
                lesson.path,
                step.line,
                name="agenda",
                id=name,
                what="prompt of this lesson",
                near=near(name, [*SPECIAL, *known], "{}"),
            )


def _too_short(lesson, line, what, needed, minutes):
    return problem("agenda-clock", lesson.path, line, what=what, needed=f"{needed:.1f}", minutes=minutes)


def _asked(prompt: Prompt) -> float:
    """Words to read, and each row or choice to decide on, as words."""
    labels = [item for value in prompt.options.values() if isinstance(value, tuple) for item in value]
    words = count_words(f"{prompt.title} {prompt.body}")
    words += sum(count_words(each.label) for each in labels if isinstance(each, Item))
    decided = sum(_size(prompt.options.get(name)) for name in KINDS[prompt.kind].decides)
    pieces = prompt.options.get("count", 1)
    shown = pieces * WORK_SHOWN if prompt.kind == "peer_critique" and isinstance(pieces, int) else 0
    return words + shown + decided * TICK * READS


def _written(prompt: Prompt, lesson: Lesson) -> float:
    """Words to write, each as long as reading it would take at the slower pace."""
    return _words(prompt, lesson) * READS / WRITES


def _words(prompt: Prompt, lesson: Lesson) -> int:
    strong = [count_words(part.body) for part in lesson.exemplars if part.prompt == prompt.id]
    values = KINDS[prompt.kind].values
    # A limit of words is what people are told; where there is none, a strong answer shows how long one is.
    if strong and not values.length_is_said:
        return max(strong)
    return values.words_asked(prompt.options)


def _size(value: object) -> int:
    return len(value) if isinstance(value, tuple) else 0
