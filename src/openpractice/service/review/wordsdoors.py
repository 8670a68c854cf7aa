"""The rubric's words: as they are, with anchors; what changed in them; and other words, shown first and then put in."""

from __future__ import annotations

import hashlib

from openpractice.authoring.courses.rubric_edit import MAX_WORDS, with_words
from openpractice.cleantext import clean_text
from openpractice.files import replace_file
from openpractice.gradebook import marks
from openpractice.gradebook.marks import BadMark
from openpractice.kinds import registry
from openpractice.kit import course_parts
from openpractice.review import rubric_words
from openpractice.review.calibrating import anchors
from openpractice.service.refusal import Refusal
from openpractice.service.review import helps
from openpractice.service.review.deskkeeper import DeskKeeper


def words(keeper: DeskKeeper, reviewer: str) -> dict:
    """Each criterion's words with the anchors at each level, and what changed from version to version.

    Anchors that this reviewer has yet to calibrate on are left out, as everywhere. A
    ``reworded`` version has other words under the number that the one before it has.
    """
    desk, rubric = keeper.desk, _rubric(keeper)
    with desk.engine.connect() as db:
        known, readings = rubric_words.history(db), marks.versions(db)
        _, left = anchors.result(db, reviewer, keeper.anchors(), desk.rules)
    shown = [each for each in keeper.anchors() if each.id not in left]
    pairs = list(zip(known, known[1:], strict=False))
    return {
        "version": desk.rubric,
        "criteria": [
            {
                "code": code,
                **said,
                "anchors": [_of_level(keeper, shown, code, level) for level in range(len(said["levels"]))],
            }
            for code, said in rubric_words.of_rubric(rubric).items()
        ],
        "kept_back": len(left),
        "history": [
            {
                "from": before["version"],
                "to": after["version"],
                "at": after["at"],
                "reworded": before["version"] == after["version"],
                "readings": readings[before["version"]],
                "changes": rubric_words.changes(before["words"], after["words"]),
            }
            for before, after in reversed(pairs)
        ],
    }


def change(keeper: DeskKeeper, reviewer: str, content: dict) -> dict:
    """What other words for a criterion would do; done only with the ``token`` that this gave.

    Raises
    ------
    Refusal, BadMark
        When they are no words of a criterion, or the file cannot be written or was changed meanwhile.
    """
    desk, rubric = keeper.desk, _rubric(keeper)
    now = rubric_words.of_rubric(rubric)
    code = content.get("code")
    if not isinstance(code, str) or code not in now:
        raise Refusal(404, "not-found")
    said = _checked(content, len(now[code]["levels"]))
    path = course_parts().lessons / "rubric.yml"
    text = path.read_bytes().decode("utf-8")
    found = rubric_words.changes({code: now[code]}, {code: said})
    if not found:
        raise BadMark("rubric-words-same")
    try:
        new = with_words(text, {code: said}, desk.rubric + 1)
    except ValueError as error:
        raise BadMark("rubric-words-unfit", why=str(error)) from None
    token = hashlib.sha256(f"{text}\0{new}".encode()).hexdigest()[:32]
    if "token" in content:
        if content["token"] != token:
            raise BadMark("review-changed-meanwhile")
        _write(path, new)
        keeper.follow()
        return words(keeper, reviewer)
    return {"token": token, "from": desk.rubric, "to": desk.rubric + 1, "changes": found} | _effects(keeper, code)


def _effects(keeper, code):
    """What new words for this criterion touch: nothing that was given, and what comes after."""
    desk, waiting, prompts = keeper.desk, 0, 0
    for lesson in desk.lessons():
        with desk.engine.connect() as db:
            for (_, prompt), stand in desk.standings(db, [lesson]).items():
                if code in desk.criteria(lesson, prompt):
                    prompts += 1
                    waiting += stand.counts["unread"]
    with desk.engine.connect() as db:
        readings = marks.versions(db)[desk.rubric]
    on = [each for each in keeper.anchors() if code in each.levels]
    return {"prompts": prompts, "unread": waiting, "readings": readings, "anchors": len(on)}


def _write(path, text):
    try:
        replace_file(path, text.encode("utf-8"), path.stat().st_mode & 0o777)
    except OSError:
        raise BadMark("rubric-not-writable") from None


def _checked(content, count):
    """The words in a request: one line each, none empty, for each of the criterion's `count` levels."""
    levels = content.get("levels")
    if not isinstance(levels, list) or len(levels) != count or not all(isinstance(each, dict) for each in levels):
        raise Refusal(400, "not-understood")
    return {
        "name": _line(content.get("name")),
        "question": _line(content.get("question")),
        "levels": [{"name": _name(each.get("name")), "descriptor": _line(each.get("descriptor"))} for each in levels],
    }


def _line(text):
    if not isinstance(text, str):
        raise Refusal(400, "not-understood")
    text = " ".join(clean_text(text).split())
    if not 0 < len(text) <= MAX_WORDS:
        raise BadMark("rubric-words-length", most=MAX_WORDS)
    return text


def _name(text):
    """A level's name; after a colon its descriptor begins."""
    if ":" in (name := _line(text)):
        raise BadMark("rubric-name-colon")
    return name


def _of_level(keeper, known, code, level):
    found = [(each, helps.spec_of(keeper, each.prompt)) for each in known if each.levels.get(code) == level]
    return [
        {
            "id": each.id,
            "title": spec.get("title", each.prompt),
            "text": registry.plain_text(dict(each.value), spec) if spec else each.value.get("text", ""),
            "reason": each.reasons[code],
        }
        for each, spec in found
    ]


def _rubric(keeper):
    rubric = keeper.sources().rubric
    if rubric is None:
        raise Refusal(404, "not-found")
    return rubric
