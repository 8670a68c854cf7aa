"""What a course, a lesson, a prompt and a rubric are, as frozen data.

Nothing here reads, writes or judges: readers and writers meet in these types.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypedDict

FORMAT = 1
ANSWER_STUB = "*Your answer can be typed here if no box appears above.*"
#: What nbgrader puts there where it is not told of ours.
STOCK_STUB = "YOUR ANSWER HERE"
#: How many levels a criterion may have: each is one digit key, from 0.
LEVELS = range(2, 11)

# Words an author writes, and the letter that travels with the answer.
VISIBILITY = {"only-me": "P", "facilitators": "F", "shared": "C", "counted": "A"}


@dataclass(frozen=True)
class Item:
    """One choice, row, point, column or thing to rank: a lasting id and a label."""

    id: str
    label: str
    group: str = ""
    long: bool = False


@dataclass(frozen=True)
class Text:
    """A part of the lesson that is read: ordinary text or a labelled block.

    `block` is one of text, objectives, agenda, reading, vignette, keypoints.
    """

    block: str
    heading: str
    body: str
    line: int
    body_line: int = 0


@dataclass(frozen=True)
class AgendaCue:
    """What happens within a step, so many minutes after it begins."""

    at: int
    what: str
    line: int


@dataclass(frozen=True)
class AgendaStep:
    """A step of the agenda; `names` says what falls into it: prompts, reading, vignette, sign-in."""

    minutes: int
    what: str
    line: int
    names: tuple[str, ...] = ()
    cues: tuple[AgendaCue, ...] = ()


@dataclass(frozen=True)
class Prompt:
    """One question. `options` holds what only some kinds have, already converted.

    A graded prompt has `criteria`; the second wording of a branch names the
    prompt that owns the shared answer in `answer_with`.
    """

    id: str
    kind: str
    title: str
    body: str
    line: int
    visibility: str = "F"
    may_share: bool = False
    minutes: int | None = None
    why: str = ""
    criteria: tuple[str, ...] = ()
    lead_first: bool = False
    extension: bool = False
    branch_of: str = ""
    branch_when: tuple[str, ...] = ()
    answer_with: str = ""
    recall: tuple[str, ...] = ()
    options: Mapping[str, object] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    body_line: int = 0

    def line_of(self, option: str) -> int:
        """The line of this option, or of the prompt where it was left out."""
        return self.lines.get(option, self.line)

    @property
    def graded(self) -> bool:
        return bool(self.criteria)

    @property
    def owns_answer(self) -> bool:
        """Whether this prompt has the graded cell, not its other wording."""
        return self.graded and not self.answer_with


@dataclass(frozen=True)
class Exemplar:
    """A strong answer for reviewers and facilitators, never in a participant's copy."""

    prompt: str
    level: str
    body: str
    line: int
    body_line: int = 0


@dataclass(frozen=True)
class Note:
    """A facilitator's note; `about` is a prompt id or one of the guide's sections."""

    about: str
    heading: str
    body: str
    line: int
    body_line: int = 0


class TakenOtherwise(TypedDict, total=False):
    """The fields of a prompt that may be others where it is taken."""

    minutes: int
    visibility: str
    why: str
    lead_first: bool


@dataclass(frozen=True)
class Take:
    """A part that stands in another course's lesson: `what` is lesson/part, `changes` fields of the prompt."""

    what: str
    body: str
    line: int
    body_line: int = 0
    changes: TakenOtherwise = field(default_factory=TakenOtherwise)


@dataclass(frozen=True)
class Lesson:
    """One session as its author wrote it; `parts` keeps the order of the page."""

    id: str
    title: str
    minutes: int
    principle: int
    objectives: tuple[str, ...]
    language: str
    parts: tuple[Text | Prompt | Exemplar | Note | Take, ...]
    agenda: tuple[AgendaStep, ...]
    path: str
    line: int = 1
    math: bool = False

    def _of(self, kind: type) -> tuple:
        return tuple(part for part in self.parts if isinstance(part, kind))

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        return self._of(Prompt)

    @property
    def texts(self) -> tuple[Text, ...]:
        return self._of(Text)

    @property
    def exemplars(self) -> tuple[Exemplar, ...]:
        return self._of(Exemplar)

    @property
    def notes(self) -> tuple[Note, ...]:
        return self._of(Note)


@dataclass(frozen=True)
class Level:
    name: str
    descriptor: str


@dataclass(frozen=True)
class Criterion:
    """A criterion and its levels, lowest first; each level counts `weight` times."""

    code: str
    name: str
    question: str
    levels: tuple[Level, ...]
    weight: int = 1

    @property
    def top(self) -> int:
        """The number of the highest level; the lowest is 0."""
        return len(self.levels) - 1


@dataclass(frozen=True)
class BankComment:
    """A ready comment for the step from one level to the next."""

    criterion: str
    from_level: int
    to_level: int
    see: str
    next: str


@dataclass(frozen=True)
class Rubric:
    version: str
    criteria: tuple[Criterion, ...]
    routine: str
    comments: tuple[BankComment, ...]

    def criterion(self, code: str) -> Criterion:
        return next(item for item in self.criteria if item.code == code)

    def points(self, prompt: Prompt) -> int:
        """The most that an answer to this prompt can score."""
        named = [self.criterion(code) for code in prompt.criteria] if prompt.owns_answer else []
        return sum(each.top * each.weight for each in named)


@dataclass(frozen=True)
class ReviewRules:
    """What a course decides about reading answers; shares are numbers from 0 to 1.

    calibrate_first : nobody gives levels before the anchors were scored well enough
    exact_at_least : share of the anchors' levels that has to be met exactly
    within_one_at_least : share of them that may be one level away and no more
    double : share of each prompt's answers that two people read
    appraisers_apart : nobody reads the answers of people they appraise
    numbers : participants see the numbers of the levels beside their names
    revisions : how often an answer that came back may be handed in anew and be read
    collect_itself : hand-ins are collected when Review is opened, and at the due time
    """

    calibrate_first: bool = True
    exact_at_least: float = 0.6
    within_one_at_least: float = 1.0
    double: float = 0.2
    appraisers_apart: bool = True
    numbers: bool = False
    revisions: int = 1
    collect_itself: bool = True


#: What "Open session" opens: the course's own page, or the notebook in Jupyter.
OPENS = ("page", "notebook")


@dataclass(frozen=True)
class RoomRules:
    """What a course decides about how a cohort sees itself.

    count_from : from how many answers up counts are shown; never below five
    critique_schools : any, across (never two of one school) or within (only of one school)
    critique_names : always, or after-first: the course's first critique names nobody
    lease_minutes : how long a piece of work waits for the one who took it
    leaving : erase or nameless: what becomes of the shared answers of somebody who leaves
    """

    count_from: int = 5
    critique_schools: str = "any"
    critique_names: str = "always"
    lease_minutes: int = 120
    leaving: str = "erase"


#: What starting a workshop puts out: nothing, every session where one person works alone, or every session.
AT_START = ("none", "alone", "all")


@dataclass(frozen=True)
class Course:
    """The order of the lessons; drafts are checked but not built. How answers are read, and the room's rules.

    opens : what "Open session" opens, one of `OPENS`
    `also_in` : the further languages that it is written in, beside `language`.
    `math` : what stands between two dollars is mathematics; without it, money.
    `group` : whether people take it together; alone nobody answers first, in public.
    `source` : the folder of lessons, seen from this course's own, whose blocks it takes.
    `strings` : sentences of the course's own, by language and by the sentence's name.
    `at_start` : what starting puts out, one of `AT_START`.
    `time_zone` : where due times are meant, as `Europe/Madrid`; empty is the machine's own.
    """

    id: str
    title: str
    language: str
    lessons: tuple[str, ...]
    drafts: tuple[str, ...] = ()
    review: ReviewRules = ReviewRules()
    room: RoomRules = RoomRules()
    opens: str = OPENS[0]
    math: bool = False
    time_zone: str = ""
    source: str = ""
    group: bool = True
    at_start: str = AT_START[0]
    strings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    also_in: tuple[str, ...] = ()

    @property
    def languages(self) -> tuple[str, ...]:
        """All languages that it is written in, the first one first."""
        return (self.language, *self.also_in)

    def in_language(self, language: str) -> "Course":
        """The course as it is in that language; by its first title where it has no other."""
        title = self.strings.get(language.split("-")[0], {}).get("course-title") or self.title
        return replace(self, language=language, title=title)
