"""Checks of one prompt for itself: who sees it, and values that must fit together."""

from openpractice.authoring.rules import problem
from openpractice.model import VISIBILITY, Prompt

_NAMES = {code: name for name, code in VISIBILITY.items()}


def check_prompt(prompt: Prompt, path: str):
    """Yield the problems of this prompt that need no other prompt to be seen."""

    def bad(name, value, why, example):
        return problem("bad-value", path, prompt.line_of(name), name=name, value=value, why=why, example=example)

    if prompt.graded and prompt.visibility in ("P", "A"):
        yield problem(
            "graded-visibility",
            path,
            prompt.line_of("visibility"),
            visibility=_NAMES[prompt.visibility],
            allowed=("facilitators", "shared"),
        )
    if prompt.may_share and prompt.visibility in ("C", "A"):
        yield bad("may-share", "yes", f"a prompt that is {_NAMES[prompt.visibility]} is as open as it can be", "no")
    if "points-note" in prompt.lines and prompt.graded:
        yield bad("points-note", "none", "the prompt has criteria, so it is graded", "none")
    if bool(prompt.branch_of) != bool(prompt.branch_when):
        name, other = ("branch-when", "branch-of") if prompt.branch_of else ("branch-of", "branch-when")
        yield problem("missing-option", path, prompt.line_of(other), what="branch", name=name, example="yes, partly")
    yield from _fit(prompt, bad)


def _fit(prompt, bad):
    """Values of one kind's options that contradict each other."""
    own = prompt.options
    if own.get("min_words", 0) > own.get("max_words", own.get("min_words", 0)):
        yield bad("min-words", own["min_words"], "it is above ':max-words:'", own["max_words"])
    if "from" in own and "to" in own:
        if own["from"] >= own["to"]:
            yield bad("to", own["to"], "it is not above ':from:'", own["from"] + 10)
        elif not 0 < own.get("step", 1) <= own["to"] - own["from"]:
            yield bad("step", own["step"], "it does not fit between ':from:' and ':to:'", "1")
    sides = [column.group for column in own.get("columns", ())]
    if any(sides) and (prompt.kind != "ledger" or not all(sides) or len(_runs(sides)) != 2):
        why = "each column of a ledger stands on one of two sides, those of a side together; other tables have none"
        yield bad("columns", " | ".join(sides), why, "Asked / what = What | Given / help = What help")
    if "pick" in own and own["pick"][1] > len(own.get("choices", own["pick"])):
        yield bad("pick", "-".join(map(str, own["pick"])), "there are fewer choices", f"1-{len(own['choices'])}")
    if "rows" in prompt.lines and "row-labels" in prompt.lines:
        yield bad("rows", "-".join(map(str, own["row_count"])), "':row-labels:' gives the rows already", "3-5")
    if "rows" in prompt.lines and "rows-from" in prompt.lines:
        yield bad("rows-from", own["rows_from"], "':rows:' gives the rows already", "reciprocity-ledger")
    if any(point.id == "na" for point in own.get("points", ())[:-1]):
        yield bad("points", "na", "'na' stands last", "p0 = Not at all | na = Not part of my role")
    if prompt.kind == "peer_critique" and not 0 < own.get("count", 1) <= 10:
        yield bad("count", own["count"], "it is not from 1 to 10", "2")


def _runs(sides):
    """The sides in order, each as often as it begins anew."""
    return [side for at, side in enumerate(sides) if at == 0 or sides[at - 1] != side]
