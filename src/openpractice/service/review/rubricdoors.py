"""A rubric that changed after answers were read: what it would do, and doing it."""

from __future__ import annotations

from openpractice.review import rubric_change
from openpractice.service.refusal import Refusal
from openpractice.service.review.deskkeeper import DeskKeeper, checked

MOST_EXAMPLES = 20


def changes(keeper: DeskKeeper) -> dict:
    """What settling by the released criteria would change, prompt by prompt; nothing is done yet.

    `versions` says how many readings were made with which version of the rubric: where
    only words changed there is nothing to do, and each reading keeps its version.
    """
    desk = keeper.desk
    return {
        "changes": [_shown(keeper, change) for change in rubric_change.previews(desk)],
        "version": desk.rubric,
        "versions": {str(version): count for version, count in sorted(rubric_change.versions(desk).items())},
    }


def apply(keeper: DeskKeeper, who: str, content: dict) -> dict:
    """Does for one prompt what `changes` said, when its `token` is still the one that was shown."""
    lesson, prompt, token = checked(content.get("lesson")), checked(content.get("prompt")), content.get("token")
    if not isinstance(token, str):
        raise Refusal(400, "not-understood")
    desk = keeper.desk
    if lesson not in desk.lessons() or prompt not in desk.release(lesson).graded:
        raise Refusal(404, "not-found")
    done = rubric_change.apply(desk, lesson, prompt, token, who)
    return {"done": _shown(keeper, done)} | changes(keeper)


def _shown(keeper, change):
    release = keeper.desk.release(change.lesson)
    names = {each["code"]: each["name"] for each in release.specs[change.prompt].get("criteria", ())}
    return {
        "lesson": change.lesson,
        "prompt": change.prompt,
        "lesson_title": release.title,
        "session": release.session,
        "title": release.titles.get(change.prompt, change.prompt),
        "before": list(change.before),
        "after": list(change.after),
        "weights": dict(change.after),
        "names": names,
        "most_before": change.most_before,
        "most": change.most,
        "again": change.again,
        "moved": change.moved,
        "elsewhere": change.elsewhere,
        "scores": len(change.scores),
        "sentence": change.sentence,
        "token": change.token,
        "examples": _examples(keeper, change.scores),
    }


def _examples(keeper, scores):
    # By handle: the order of ids would say who is who.
    rows = sorted((keeper.handle(who), old, new) for who, old, new in scores)
    return [{"who": who, "before": old, "after": new} for who, old, new in rows[:MOST_EXAMPLES]]
