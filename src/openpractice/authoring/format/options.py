"""The blocks of a lesson and their options: one table.

The reader takes its types from here, `check` its lists of what is allowed, and
the reference page in docs is written from it, so that the three cannot differ.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from openpractice.authoring.format import values
from openpractice.kinds.registry import KINDS

BLOCKS = {
    "objectives": "What people will be able to do: a list, each line with a verb that can be seen.",
    "agenda": "The minutes of the session, a line a step: `- 8 | Read: the title`. "
    "They add up to the lesson's minutes. After a second bar a line may name what falls into it "
    "(ids of prompts, `reading`, `vignette`, `sign-in`); then `check` adds up whether it can be done. "
    "A line set in below a step is a cue within it, by minutes from its beginning: `  - 9 | Change over`.",
    "reading": "Something to read, at most 350 words, ending with `**In short**` and three bullets.",
    "vignette": "A short scene from an invented school, 180 to 220 words.",
    "prompt": "A question that people answer. Its heading is the title, its text the question.",
    "exemplar": "A strong answer, for reviewers and facilitators only: `:::{exemplar} prompt-id`.",
    "facilitator": "A note for the facilitator's guide; never in a participant's copy.",
    "keypoints": "What to take away: a list.",
    "take": "A part of another course's lesson, as it stands there: `:::{take} 1-purpose/purpose-trace`, or "
    "`reading`, `vignette`, `keypoints` in the place of a prompt's id. `from:` in course.yml names the folder. A text in "
    "the block is another wording of the question.",
}

NOTE_SECTIONS = ("materials", "moves", "misconceptions", "reviewing", "cut", "variants", "minutes")


@dataclass(frozen=True)
class Option:
    """One option: where it may stand, how its value is read, what it means.

    No `kinds` means every kind; `needed_by` lists the kinds that cannot do without it.
    """

    name: str
    read: Callable
    meaning: str
    example: str
    block: str = "prompt"
    kinds: tuple[str, ...] = ()
    needed_by: tuple[str, ...] = ()
    field: str = ""


_TABLE = (
    Option(
        "id",
        values.read_id,
        "The lasting name of the prompt; begins with the lesson's word.",
        "purpose-trace",
        needed_by=tuple(KINDS),
    ),
    Option("kind", values.read_text, "What kind of answer it takes.", "long_text", needed_by=tuple(KINDS)),
    Option("minutes", values.read_number, "About how long it takes.", "10"),
    Option(
        "visibility",
        values.read_visibility,
        "Who sees the answer: only-me, facilitators, shared (with the group, once the person "
        "presses Share) or counted (only as a number in a count).",
        "facilitators",
        needed_by=tuple(KINDS),
    ),
    Option(
        "may-share",
        values.read_yes_no,
        "The person may open it one step further: only-me to facilitators, facilitators to shared.",
        "yes",
    ),
    Option(
        "criteria",
        values.read_criteria,
        "Codes of the rubric. A prompt with criteria is graded: each level counts by its number.",
        "R P",
    ),
    Option("points-note", values.read_text, "Only `none`: says that this prompt is not graded.", "none"),
    Option("why", values.read_text, "One line that says why we ask.", "The purpose test."),
    Option("min-words", values.read_number, "Fewest words aimed at; never enforced.", "80"),
    Option("max-words", values.read_number, "Most words aimed at; never enforced.", "180"),
    Option(
        "starters", values.read_texts, "Beginnings of sentences that help to start.", "I used to think | Now I think"
    ),
    Option("lead-first", values.read_yes_no, "The facilitator answers this one first, in public.", "yes"),
    Option("extension", values.read_yes_no, "The first to be cut when time is short.", "yes"),
    Option(
        "branch-of", values.read_id, "Shown only after a choice made in this single_choice prompt.", "opening-branch"
    ),
    Option("branch-when", values.read_ids, "The choices that open it.", "yes, partly"),
    Option(
        "answer-with",
        values.read_id,
        "This is a second wording of the prompt named: both fill one answer.",
        "opening-qualities-yes",
    ),
    Option("recall", values.read_ids, "Earlier prompts whose own answers are shown above the box.", "purpose-trace"),
    Option("comment", values.read_text, "Label of an added line of free text.", "Why?"),
    Option(
        "choices",
        values.read_items,
        "The choices, `id = Label`.",
        "yes = Yes | no = Not yet",
    ),
    Option("pick", values.read_range, "How many to choose.", "1-3"),
    Option(
        "rows",
        values.read_items,
        "The rows, `id = Label`; `Group / id = Label` groups them.",
        "a = First row | b = Second row",
    ),
    Option(
        "rows",
        values.read_range,
        "How many rows the table has, least and most.",
        "3-5",
        field="row_count",
    ),
    Option(
        "row-labels",
        values.read_items,
        "Fixed rows instead, `id = Label`.",
        "classroom = Classroom | school = School",
    ),
    Option(
        "points",
        values.read_items,
        "The points of the scale in order; `na = Not part of my role` may come last.",
        "p0 = Not at all | p1 = Once | na = Not part of my role",
    ),
    Option(
        "items",
        values.read_items,
        "The things to put in order, `id = Label`.",
        "time = Time | trust = Trust",
    ),
    Option("from", values.read_signed, "The low end of the line.", "0"),
    Option("to", values.read_signed, "The high end of the line.", "10"),
    Option("step", values.read_signed, "The smallest step; 1 where it is left out.", "1"),
    Option("low-label", values.read_text, "Words at the low end.", "not at all"),
    Option("high-label", values.read_text, "Words at the high end.", "fully"),
    Option(
        "rows-from",
        values.read_id,
        "One slider for each row of the answer to this ledger.",
        "reciprocity-ledger",
    ),
    Option(
        "columns",
        values.read_columns,
        "The columns, `id = Heading`; `(long)` gives room for sentences. In a ledger, `Side / id = Heading` "
        "says on which side a column stands; without it an even number is halved, and an odd one has no sides.",
        "what = What I saw (long) | when = When",
    ),
    Option("nodes", values.read_range, "How many roles the map holds, least and most.", "3-12"),
    Option(
        "of",
        values.read_of,
        "Whose work is looked at: facilitator or colleagues.",
        "facilitator",
    ),
    Option(
        "count",
        values.read_number,
        "How many critiques are given; 1 where it is left out.",
        "2",
    ),
    Option("offer", values.read_yes_no, "Adds a fifth field, an offer of help.", "yes"),
    Option(
        "baseline",
        values.read_id,
        "The prompt of the first answer.",
        "opening-audit",
    ),
    Option(
        "then",
        values.read_id,
        "The prompt of the answer that looks back.",
        "closing-audit-then",
    ),
    Option(
        "now",
        values.read_id,
        "The prompt of today's answer.",
        "closing-audit-now",
    ),
    Option(
        "title", values.read_text, "Another title for the prompt that is taken.", "Somebody else's answer", block="take"
    ),
    Option("minutes", values.read_number, "Other minutes for the prompt that is taken.", "6", block="take"),
    Option(
        "visibility",
        values.read_visibility,
        "Other people who see the answer than where it is taken from.",
        "only-me",
        block="take",
    ),
    Option("why", values.read_text, "Another line that says why we ask.", "You meet it again.", block="take"),
    Option("lead-first", values.read_yes_no, "Only `no`: here nobody answers it first.", "no", block="take"),
    Option("level", values.read_text, "The levels this answer would get.", "R3 P2", block="exemplar"),
    Option(
        "about",
        values.read_id,
        "The prompt it is about, or one of " + ", ".join(NOTE_SECTIONS) + ".",
        "moves",
        block="facilitator",
    ),
)


def field_name(option: Option) -> str:
    return option.field or option.name.replace("-", "_")


def _with_kinds(option: Option) -> Option:
    """The option with the kinds that take it and those that need it, as the kinds themselves say."""
    if option.block != "prompt" or option.needed_by:
        return option
    field = field_name(option)
    takers = tuple(kind.name for kind in KINDS.values() if field in kind.takes)
    return replace(option, kinds=takers, needed_by=tuple(kind for kind in takers if field in KINDS[kind].needs))


OPTIONS = tuple(map(_with_kinds, _TABLE))

# Options whose entries may go on in lines indented by two spaces.
LISTS = (values.read_items, values.read_columns, values.read_texts, values.read_ids)


def options_of(kind: str) -> tuple[Option, ...]:
    """A kind's own options, in the order of the table."""
    return tuple(option for option in OPTIONS if kind in option.kinds)


def options_for(block: str, kind: str = "") -> dict[str, Option]:
    """The options allowed in a block (and kind), by name."""
    found = {}
    for option in OPTIONS:
        if option.block == block and (not option.kinds or kind in option.kinds):
            found[option.name] = option
    return found
