"""rubric.yml read into a Rubric: criteria of any number and name, their levels, ready comments."""

import re

from openpractice.authoring.rules import problem
from openpractice.authoring.yamltext import TEXT, WORD, Value, YamlFault, lost_words, read_yaml
from openpractice.model import LEVELS, BankComment, Criterion, Level, Rubric

_LEVEL = {"name": TEXT, "descriptor": TEXT}
_CRITERION = {"code": WORD, "name": TEXT, "question": TEXT, "levels": [_LEVEL], "weight": WORD}
_COMMENT = {"criterion": WORD, "from-level": WORD, "to-level": WORD, "see": TEXT, "next": TEXT}
#: What a code may be: a column of tables and the word that prompts name.
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9]{0,7}")
_MOST_CRITERIA = 12
_SHAPE = {"version": WORD, "criteria": [_CRITERION], "routine": TEXT, "comments": [_COMMENT]}


def read_rubric(text: str, path: str) -> tuple[Rubric | None, list]:
    """The rubric and the problems of its file; None where it cannot be used."""
    problems = []

    def fault(line, what, hint=""):
        problems.append(problem("bad-rubric", path, line, what=what, hint=hint))

    try:
        top = read_yaml(text)
    except YamlFault as error:
        hint = error.hint or "put texts in double quotes"
        fault(error.line, f"the rubric cannot be read: {error.why}", hint)
        return None, problems
    for line, what, hint in lost_words(top, _SHAPE):
        problems.append(problem("lost-words", path, line, what=what, hint=hint))
    _unknown(top, _SHAPE, "the rubric", fault)
    version = top.entry("version").text()
    if not version:
        fault(top.entry("version").line, "the rubric has no version", 'write  version: "1"')
    criteria = tuple(_criterion(entry, fault) for entry in top.entry("criteria").entries())
    known = {item.code: item for item in criteria}
    if not 1 <= len(criteria) <= _MOST_CRITERIA or len(known) < len(criteria):
        line, codes = top.entry("criteria").line, " ".join(item.code for item in criteria)
        fault(line, f"the criteria are '{codes}'", f"write 1 to {_MOST_CRITERIA}, each code once")
    read = (_comment(entry, known, fault) for entry in top.entry("comments").entries())
    comments = tuple(item for item in read if item)
    rubric = Rubric(version, criteria, top.entry("routine").text(), comments)
    return (None if problems else rubric), problems


def _unknown(value: Value, known, what, fault):
    if not isinstance(value.value, dict):
        fault(value.line, f"{what} is not made of names and values", f"write  {next(iter(known))}: ...")
        return
    for name, entry in value.value.items():
        if name not in known:
            fault(entry.line, f"{what} has no '{name}'", "it has: " + ", ".join(known))


def _criterion(entry: Value, fault) -> Criterion:
    _unknown(entry, _CRITERION, "a criterion", fault)
    code, name, question = (entry.entry(key).words() for key in ("code", "name", "question"))
    if not (code and name and question):
        fault(entry.line, "a criterion needs code, name and question", "write  code: E")
    elif not _CODE.fullmatch(code):
        fault(
            entry.line,
            f"'{code}' cannot be the code of a criterion",
            "write 1 to 8 plain letters or digits, as in  code: V",
        )
    levels = []
    for level in entry.entry("levels").entries():
        _unknown(level, _LEVEL, "a level", fault)
        if not (level.entry("name").text() and level.entry("descriptor").text()):
            fault(level.line, "a level needs name and descriptor", 'write  descriptor: "..."')
        levels.append(Level(level.entry("name").words(), level.entry("descriptor").text()))
    if len(levels) not in LEVELS:
        fault(
            entry.entry("levels").line,
            f"criterion {code} has {len(levels)} levels",
            f"write {LEVELS[0]} to {LEVELS[-1]}, the lowest first",
        )
    weight = entry.entry("weight").text() or "1"
    if not re.fullmatch("[1-9]", weight):
        fault(
            entry.entry("weight").line, f"criterion {code} cannot weigh '{weight}'", "write a whole number:  weight: 2"
        )
        weight = "1"
    return Criterion(code, name, question, tuple(levels), int(weight))


def _comment(entry: Value, known: dict[str, Criterion], fault) -> BankComment | None:
    _unknown(entry, _COMMENT, "a comment", fault)
    code, low, high, see, step = (entry.entry(key).text() for key in _COMMENT)
    if code not in known:
        fault(entry.line, f"a comment names the criterion '{code}'", "it is one of " + ", ".join(known))
    elif not (re.fullmatch("[0-9]", low) and re.fullmatch("[0-9]", high) and int(low) <= int(high) <= known[code].top):
        top = known[code].top
        fault(
            entry.line, f"a comment needs from-level and to-level, 0 to {top}, the lower first", "write  from-level: 1"
        )
    elif not (see and step):
        fault(entry.line, "a comment needs 'see' and 'next'", 'write  see: "I can see ..."')
    else:
        return BankComment(code, int(low), int(high), see, step)
    return None
