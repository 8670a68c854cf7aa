"""What of a reading goes back to the writer: the one that counts, in words.

Of two readings only what was settled is returned; an answer that readers still differ on, or
flagged to talk about, is not settled yet. A score that was given elsewhere has no levels.
"""

from dataclasses import dataclass, replace

from openpractice.gradebook import marks
from openpractice.gradebook.marks import Mark
from openpractice.gradebook.releasing.released import Release
from openpractice.gradebook.scores import RecordedScore


@dataclass(frozen=True, slots=True)
class CountingMark:
    """What of an answer's marks goes back.

    Each level is ``{"criterion": name, "level": name, "descriptor": its words}`` and each note
    ``{"criterion": name, "note": text}``, in the order of the prompt's criteria. `settled` says that readers
    do not differ on it.
    """

    levels: list[dict]
    notes: list[dict]
    settled: bool = True


NOTHING = CountingMark([], [])


def in_words(
    db, release: Release, scores: dict[str, dict[str, RecordedScore]], rows: dict[str, dict], numbers: bool = False
) -> dict[str, dict[str, CountingMark]]:
    """What goes back of each answer that was marked, by participant and prompt.

    Parameters
    ----------
    scores : what `scores.recorded` says, by participant and prompt
    rows : the answers that count now, by participant and prompt; each is told in the language it was asked in
    numbers : each level has its ``number`` as well
    """
    found: dict = {}
    for (prompt, who), given in marks.read_all(db, release.lesson, people=rows.keys()).items():
        row = rows.get(who, {}).get(prompt)
        spec = release.specs_in(row["language"]).get(prompt, {}) if row and prompt in release.graded else {}
        if row and spec.get("criteria"):
            recorded = scores.get(who, {}).get(prompt)
            score = recorded and recorded.score
            found.setdefault(who, {})[prompt] = _one(given, spec["criteria"], row["sha256"], score, numbers)
    return found


def _one(given: dict[str, Mark], criteria, sha256, score, numbers):
    weights = {each["code"]: each.get("weight", 1) for each in criteria}
    state, counts = marks.settle(given, weights, sha256)
    if state != "read" or counts is None or counts.total(weights) != score:
        return replace(NOTHING, settled=state != "discuss")
    levels = [_level(each, counts.levels[each["code"]], numbers) for each in criteria]
    notes = [
        {"criterion": each["name"], "note": counts.notes[each["code"]]}
        for each in criteria
        if counts.notes.get(each["code"], "").strip()
    ]
    return CountingMark(levels, notes)


def _level(criterion, level, numbers):
    """The criterion, and the level by its name and in the rubric's words."""
    names = criterion.get("levels", ())
    name, _, descriptor = (names[level] if level < len(names) else "").partition(":")
    said = {"criterion": criterion["name"], "level": name, "descriptor": descriptor.strip()}
    return said | ({"number": level} if numbers else {})
