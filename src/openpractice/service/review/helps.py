"""What helps a reviewer to be fair and quick: the comment bank, the anchors, calibration."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from openpractice.authoring.making.spec import prompt_spec
from openpractice.gradebook import marks
from openpractice.kinds import registry
from openpractice.model import LEVELS
from openpractice.review import bank
from openpractice.review.calibrating import anchors
from openpractice.service.lessonpages.questions import question_html
from openpractice.service.refusal import Refusal
from openpractice.service.review.deskkeeper import DeskKeeper, checked

MOST_WORDS = 200


def search(keeper: DeskKeeper, language: str, criterion: str, level: str, words: str) -> dict:
    """Comments from the bank that fit, the most used first; of the course's own, those in the reviewer's language."""
    step = int(level) if level in map(str, range(LEVELS[-1])) else None
    hidden = keeper.comments_in_others(language)
    with keeper.desk.engine.connect() as db:
        return {"comments": bank.search(db, criterion[:8], step, words[:MOST_WORDS], without=hidden)}


def keep(keeper: DeskKeeper, reviewer: str, content: dict) -> dict:
    """A comment put in the bank."""
    with keeper.desk.engine.begin() as db:
        return {"id": bank.add(db, content.get("criterion", ""), content.get("level"), content.get("text"), reviewer)}


def change(keeper: DeskKeeper, reviewer: str, name: str, content: dict) -> dict:
    """A comment with other words; somebody else's stays, and one's own is made of it.

    ``stands_in`` counts this reviewer's readings that have the words of ``before`` and have not gone back.
    """
    with keeper.desk.engine.begin() as db:
        if content.get("used") is True:
            bank.used(db, checked(name))
            return {"id": name}
        before = bank.find(db, checked(name))
        done = {"id": bank.edit(db, checked(name), content.get("text"), reviewer), "before": before}
    return done | {"stands_in": len(keeper.desk.said_with(reviewer, before))}


def replace_used(keeper: DeskKeeper, reviewer: str, name: str, content: dict) -> dict:
    """The comment as it is worded now put where this reviewer used its words of before, unless it went back already."""
    before = content.get("before")
    if not isinstance(before, str) or not before.strip():
        raise Refusal(400, "not-understood")
    with keeper.desk.engine.connect() as db:
        text = bank.find(db, checked(name))
    found = keeper.desk.said_with(reviewer, before)
    for key, own in found:
        notes = {code: note.replace(before, text) for code, note in own.notes.items()}
        keeper.desk.save(reviewer, key, replace(own, comment=own.comment.replace(before, text), notes=notes))
    return {"id": name, "changed": len(found)}


def forget(keeper: DeskKeeper, reviewer: str, name: str) -> dict:
    with keeper.desk.engine.begin() as db:
        bank.forget(db, checked(name), reviewer)
    return {"id": name}


def of_prompt(keeper: DeskKeeper, reviewer: str, language: str, prompt: str) -> dict:
    """The anchors for a prompt, with levels and reasons, in the reviewer's language where they have words in it.

    Where it has none of its own, those of its kind in the same session, else of its kind.

    Those that this reviewer has yet to calibrate on are left out, and `kept_back` counts
    them: their levels are not given away here.
    """
    prompt = checked(prompt)
    with keeper.desk.engine.connect() as db:
        _, left = anchors.result(db, reviewer, keeper.anchors(), keeper.desk.rules)
    known = [each for each in keeper.anchors() if each.id not in left]
    own = [each for each in known if each.prompt == prompt]
    spec = spec_of(keeper, prompt)
    kind = _kind(spec)
    alike = [each for each in known if each.family == kind]
    session = [each for each in alike if spec_of(keeper, each.prompt).get("lesson") == spec.get("lesson")]
    return {
        "anchors": [
            _shown(keeper, each, language) | {"levels": dict(each.levels), "reasons": dict(each.reasons)}
            for each in (one.in_language(language) for one in own or session or alike)
        ],
        "kept_back": len(left),
    }


def calibration(keeper: DeskKeeper, reviewer: str, language: str) -> dict:
    """The anchors still to score, and how those scored lie beside the reference."""
    desk, known = keeper.desk, keeper.anchors()
    with desk.engine.connect() as db:
        outcome, left = anchors.result(db, reviewer, known, desk.rules)
        missing = anchors.missing_before_reviewing(db, reviewer, known, desk.rules)
    asked = [each for each in known if each.calibration]
    said = outcome and {
        name: getattr(outcome, name) for name in ("n", "exact", "within_one", "mean_difference", "passed")
    }
    return {
        "left": [
            _shown(keeper, each.in_language(language), language)
            for each in sorted(asked, key=_turn(reviewer))
            if each.id in left
        ],
        "total": len(asked),
        "result": said,
        "exact_at_least": desk.rules.exact_at_least,
        "within_one_at_least": desk.rules.within_one_at_least,
        "first": desk.rules.calibrate_first,
        "missing": missing,
    }


def _turn(reviewer):
    """An order of the anchors that is a reviewer's own, since that of the file goes up level by level."""
    return lambda anchor: hashlib.sha256(f"{reviewer}\0{anchor.id}".encode()).hexdigest()


def score(keeper: DeskKeeper, reviewer: str, language: str, name: str, content: dict) -> dict:
    """The reference levels and the reasons beside what was given; the first try counts."""
    anchor = next((each for each in keeper.anchors() if each.id == checked(name) and each.calibration), None)
    levels = content.get("levels")
    if anchor is None:
        raise Refusal(404, "not-found")
    if not isinstance(levels, dict):
        raise Refusal(400, "not-understood")
    with keeper.desk.engine.begin() as db:
        return anchors.record(db, reviewer, anchor.in_language(language), levels)


def again(keeper: DeskKeeper, reviewer: str) -> dict:
    """All anchors to score once more; that there were tries before stays in the audit."""
    with keeper.desk.engine.begin() as db:
        anchors.start_again(db, reviewer)
        marks.note(db, reviewer, "calibrate again")
    return {}


def _shown(keeper, anchor, language):
    """An anchor without its levels: its words, and the criteria in full."""
    spec, sources = spec_of(keeper, anchor.prompt, language), keeper.sources()
    rubric = sources.in_language(language).rubric or sources.rubric
    criteria = [
        {"code": each.code, "name": each.name, "levels": [f"{step.name}: {step.descriptor}" for step in each.levels]}
        for each in (rubric.criteria if rubric else ())
        if each.code in anchor.levels
    ]
    text = registry.plain_text(dict(anchor.value), spec) if spec else anchor.value.get("text", "")
    return {
        "id": anchor.id,
        "prompt": anchor.prompt,
        "title": spec.get("title", anchor.prompt),
        "question": question_html(spec),
        "text": text,
        "value": dict(anchor.value),
        "spec": spec,
        "criteria": criteria,
    }


def spec_of(keeper, prompt, language=""):
    """A prompt's specification as it was released; before that from its lesson as its author wrote it; empty where neither knows it."""
    for lesson in keeper.place.shelf.in_language(language).lessons():
        if prompt in lesson.page.specs:
            return lesson.page.specs[prompt]
    sources = keeper.sources().in_language(language)
    written = ((one, lesson) for lesson in sources.lessons for one in lesson.prompts if one.id == prompt)
    found = next(written, None)
    if found is None or sources.course is None or sources.rubric is None:
        return {}
    return prompt_spec(*found, sources.course, sources.rubric)


def _kind(spec):
    kind = registry.KINDS.get(spec.get("kind", ""))
    return kind.family if kind else ""
