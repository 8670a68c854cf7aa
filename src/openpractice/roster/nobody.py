"""Lines of a list that are nobody: a total below it, the name of a group, what a program printed.

A line whose one cell with words reads like a total is none in any list. Other lines are judged by
the list around them: where most people have an address or a school, a line with neither and with
a number, a mark of a formula or a colon is no name.
"""

import re
from collections.abc import Iterable, Mapping

from openpractice.names import loosened

_OF = r" (?:general|(?:of |de |d'|number of )?(?:people|participants|names|records|rows|staff|students|teachers|personas|participantes|nombres|registros|filas|alumnos|docentes))"
# The line below a list that counts it, and what stands in its other cells.
_TOTAL = re.compile(rf"(?:grand |sub-?)?tota(?:ls?|les)(?:{_OF})?\W*[\d.,]*")
_SUM = re.compile(r"(?:sum|suma|count|recuento)\W*[\d.,]*")
_PRINTED = re.compile(
    r"(?:page|pagina|seite) \d+(?: (?:of|de|von) \d+)?|\W*end of (?:the )?(?:list|file|report|table)\W*"
    r"|\W*fin (?:de la lista|de lista|del archivo|de la tabla)\W*|points possible"
)
_NUMBER = re.compile(r"[\d\s.,'%]*")
_NO_NAME = re.compile(r"[=#*+@<>\[{~_]|.*[\d:=]")


def nobody(rows: Iterable[tuple[int, Mapping[str, str]]]) -> dict[int, tuple[str, str]]:
    """The lines that are no people, each with "sum" for a total, or "no-person", and what stands on it."""
    rows = list(rows)
    words = {line: [cell for cell in cells.values() if not _NUMBER.fullmatch(cell)] for line, cells in rows}
    most_have_more = sum(len(each) > 1 for each in words.values()) * 2 > len(rows) - 1
    most_have_ids = sum(bool(cells.get("id")) for _, cells in rows) * 2 > len(rows)
    found = {}
    for line, cells in rows:
        code, alone = "", len(words[line]) < 2 and "@" not in "".join(words[line])
        # Somebody with a name and an id, where people have one, may have nothing else.
        known = bool(words[line] and cells.get("id") and most_have_ids)
        if _counts(words[line], cells):
            code = "sum"
        elif alone and _is_printed(words[line], cells, most_have_more and not known):
            code = "no-person"
        if code:
            found[line] = code, next(filter(None, [*words[line], *cells.values()]), "")[:60]
    return found


def _counts(words, cells) -> bool:
    """Whether a line holds nothing but a total: "Total,2,". A name beside a number needs a number to be one."""
    if len(words) != 1:
        return False
    text = loosened(words[0])
    return bool(_TOTAL.fullmatch(text) or (_SUM.fullmatch(text) and re.search(r"\d", "".join(cells.values()))))


def _is_printed(words, cells, most_have_more) -> bool:
    if words and _PRINTED.fullmatch(loosened(words[0])):
        return True
    if not words:
        return most_have_more and any(cells.values())
    beside = "".join(cell for cell in cells.values() if cell not in words)
    return most_have_more and bool(_NO_NAME.match(words[0]) or re.search(r"\d", beside))
