"""What of a count may be shown, so that nobody can be read out of it.

- A row is shown from `least` answers up, not counting those who say that it does not concern them.
- Where a row is withheld, so is how many it does not concern: the one could be had from the other.
- Where all, or all but one, say the same, the row says "nearly all" and no number: neither the
  row of seven nor that of six and one says what a single person said.
- Where a person may choose several, each choice is a yes or no of its own, and is masked alone.
- In an order each place is given once: where one row is masked, the others are withheld, or they would tell it.
"""

from openpractice.room.tallies.tally import NONE, Row

#: The floor below every course's own threshold.
FLOOR = 5
NEARLY_ALL, FEW = "nearly-all", "few-or-none"


def disclose(rows: list[Row], least: int) -> list[dict]:
    """Each row as it may be shown.

    Returns
    -------
    list of dict
        ``{"id", "label", "answers", "cells": [{"id", "label", "count"}]}``; a count is a number,
        ``nearly-all`` or ``few-or-none``. A row that is withheld has ``answers`` None and no cells.
    """
    least = max(least, FLOOR)
    shown = [_shown(row, least) for row in rows]
    if any(row.in_order and _is_masked(one) for row, one in zip(rows, shown, strict=True)):
        return [one if _is_masked(one) else _withheld(row) for row, one in zip(rows, shown, strict=True)]
    return shown


def _is_masked(shown):
    return any(not isinstance(cell["count"], int) for cell in shown["cells"])


def _withheld(row):
    return {"id": row.id, "label": row.label, "answers": None, "cells": []}


def _shown(row, least):
    rated = row.answers - sum(count for key, _, count in row.cells if key == NONE)
    if rated < least:
        return _withheld(row)
    masked = _alone(row) if row.several else _together(row, rated)
    cells = [
        {"id": key, "label": label, "count": count} for (key, label, _), count in zip(row.cells, masked, strict=True)
    ]
    return {"id": row.id, "label": row.label, "answers": row.answers, "cells": cells, "several": row.several}


def _alone(row):
    return [NEARLY_ALL if count >= row.answers - 1 else FEW if count <= 1 else count for _, _, count in row.cells]


def _together(row, rated):
    # Of those who rated: a whole row of "does not concern me" beside one answer was withheld above.
    if max(count for key, _, count in row.cells if key != NONE) < rated - 1:
        return [count for _, _, count in row.cells]
    return [count if key == NONE else NEARLY_ALL if count >= rated - 1 else FEW for key, _, count in row.cells]
