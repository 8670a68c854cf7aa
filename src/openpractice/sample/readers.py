"""Two invented reviewers read part of what the sample cohort handed in, at the desk like anybody.

The first session is read and returned, the second read by both, the third half read; the rest
waits. They give the levels that the people's files expect; the second differs now and then.
"""

import hashlib
from collections.abc import Iterable

from openpractice.feedback import feedback, returning
from openpractice.gradebook import gradebook, marks
from openpractice.gradebook.coursefolder import CourseFolder
from openpractice.gradebook.marks import Key, Mark
from openpractice.model import Rubric
from openpractice.names import marked
from openpractice.review.reviewing import Desk
from openpractice.roster import roster
from openpractice.sample.people import SamplePerson

FIRST, SECOND = "ottilie-brandreth", "casper-lindgaard"
NAMES = {FIRST: "Ottilie Brandreth", SECOND: "Casper Lindgaard"}
SCHOOL = "The workshop's reviewers"
READ, HALF, RETURNED = ("0-opening", "1-purpose"), "2-learning", "0-opening"
EVERY = 1_000_000
#: For an answer at the top on each criterion the bank has no next step.
AT_THE_TOP = (
    "I can see you weigh what does not fit. Next, try showing this to someone who was there.",
    "I can see what moved in your own view. Next, try saying it aloud to the team it concerns.",
    "I can see the cost as well as the gain. Next, try asking whoever pays it.",
)


def read_some(
    folder: CourseFolder, people: Iterable[SamplePerson], rubric: Rubric, lessons: Iterable[str], files=None
) -> list[str]:
    """What was read, in sentences. Answers that anybody has read already are left alone.

    `lessons` are the ids of the course in their order; with `files` feedback is also written
    there, one file a person.
    """
    expected = {(person.id, prompt): entry["levels"] for person in people for prompt, entry in person.expected.items()}
    done = 0
    with gradebook.opened(folder) as engine:
        with engine.begin() as db:
            roster.merge(
                db,
                [roster.ListedPerson(key, marked(name), "", marked(SCHOOL), "reviewer") for key, name in NAMES.items()],
            )
        desk = Desk(folder, engine, rubric=int(rubric.version))
        collected = [lesson for lesson in lessons if lesson in desk.lessons()]
        for lesson in collected:
            prompts = list(desk.release(lesson).graded)
            if lesson == HALF:
                some = {key: levels for key, levels in expected.items() if _draw(Key(lesson, "", key[0]), "half") % 2}
                done += _read(desk, FIRST, lesson, prompts, some, rubric)
            elif lesson in READ:
                done += _read(desk, FIRST, lesson, prompts, expected, rubric)
                done += _read(desk, SECOND, lesson, prompts, expected, rubric)
        if RETURNED in collected and done:
            _agree(desk, RETURNED)
            ours = sorted({person for person, _ in expected} & _whole(desk, RETURNED))
            if files:
                feedback.give_feedback(folder, RETURNED, ours, to=files)
            returning.give_back(desk, RETURNED, ours, FIRST)
    return [f"Two invented reviewers read {done} answers, and returned {RETURNED}."] if done else []


def _read(desk, reviewer, lesson, prompts, expected, rubric):
    """How many answers this reviewer read: those nobody has, or for the second, the first alone has."""
    done, before = 0, set() if reviewer == FIRST else {FIRST}
    for prompt in prompts:
        waiting = [
            key for key in desk.next(reviewer, lesson, prompt, count=EVERY) if (key.participant, prompt) in expected
        ]
        for key in waiting:
            with desk.engine.connect() as db:
                if set(marks.read(db, key)) != before:
                    continue
            levels = expected[key.participant, prompt]
            given = levels if reviewer == FIRST else _another_view(key, levels)
            desk.save(reviewer, key, Mark(reviewer, levels=given, comment=_comment(key, given, rubric)))
            done += 1
    return done


def _another_view(key: Key, levels: dict[str, int]) -> dict[str, int]:
    """What the second reader gives: mostly the same, at times one level off, seldom two."""
    draw = _draw(key, "view")
    if draw % 10 < 6:
        return levels
    code = sorted(levels)[draw // 10 % len(levels)]
    step = 2 if draw % 40 == 9 else 1
    return levels | {code: levels[code] - step if levels[code] >= step else levels[code] + step}


def _comment(key, levels, rubric):
    lowest = min(sorted(levels), key=levels.get)
    fitting = [
        f"{each.see} {each.next}"
        for each in rubric.comments
        if each.criterion == lowest and each.from_level == levels[lowest]
    ] or AT_THE_TOP
    return fitting[_draw(key, "comment") % len(fitting)]


def _agree(desk, lesson):
    """The two settle what they read apart: the first reader's view, once talked over."""
    for row in desk.discuss(FIRST, lesson):
        key = Key(lesson, row["prompt"], row["participant"])
        if {mark.reviewer for mark in row["marks"]} == {FIRST, SECOND}:
            first = next(mark for mark in row["marks"] if mark.reviewer == FIRST)
            desk.agree(FIRST, key, Mark(FIRST, levels=first.levels, comment=first.comment))


def _whole(desk, lesson):
    """The people of whom nothing in the lesson waits to be read."""
    return {row["participant"] for row in returning.overview(desk, lesson) if not row["waits"]}


def _draw(key, what):
    text = "\0".join((what, key.lesson, key.prompt, key.participant))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
