"""Rows of named boxes: what was seen, two sides, or moves with owner and date."""

from openpractice.kinds.kind import Kind, Values
from openpractice.kinds.plainwords import word
from openpractice.kinds.valuechecks import is_written, known, label_of, line, read_dict, read_list, read_text

SHORT_BOX, LONG_BOX = 5, 12  # words written in a box


class Table(Values):
    """``{"rows": [{<column id>: "text", "_row": <row label id>}, ...]}``

    ``_row`` only where the prompt names its rows. At most 200 rows.
    """

    keys = frozenset({"rows"})

    def clean(self, value, spec, strict):
        rows = read_list(value.get("rows", []), "rows")
        return {"rows": [self.row(row, spec, strict) for row in rows]} if "rows" in value else {}

    def row(self, row, spec, strict):
        cleaned = {}
        for key, cell in read_dict(row, "row-texts").items():
            if key == "_row":
                cleaned[key] = known(cell, spec.get("row_labels", ()), "row", strict)
            else:
                column = known(key, spec.get("columns", ()), "column", strict)
                cleaned[column] = read_text(cell, "table-field")
        return cleaned

    def content(self, value):
        return [cell for row in value.get("rows", ()) for key, cell in row.items() if key != "_row"]

    def is_whole(self, value, spec):
        filled = [row for row in value.get("rows", ()) if is_written(row)]
        if "row_labels" in spec:
            return {row["id"] for row in spec["row_labels"]} <= {row.get("_row") for row in filled}
        return len(filled) >= spec.get("row_count", (1,))[0]

    def lines(self, value, spec):
        lines: list = []
        for number, row in enumerate(value.get("rows", ()), 1):
            cells = {key: cell for key, cell in row.items() if key != "_row"}
            if not any(cell.strip() for cell in cells.values()):
                continue
            name = (
                label_of(row["_row"], spec.get("row_labels", ())) if "_row" in row else word(spec, "row", number=number)
            )
            lines += [""] * bool(lines) + [name, *self.cell_lines(cells, spec)]
        return lines

    def cell_lines(self, cells, spec):
        columns = spec.get("columns", ())
        order = [column["id"] for column in columns]
        order += [key for key in cells if key not in order]
        texts = ((key, cells.get(key, "")) for key in order)
        nothing = word(spec, "nothing-written")
        return [line(label_of(key, columns), text if text.strip() else nothing) for key, text in texts]

    def words_asked(self, options):
        rows = len(options["row_labels"]) if "row_labels" in options else options.get("row_count", (1, 1))[0]
        return rows * sum(LONG_BOX if column.long else SHORT_BOX for column in options.get("columns", ()))


def as_table(spec: dict, value: dict) -> dict | None:
    """What was written in a table, as one: ``columns``, rows of a ``name`` and ``cells``, and whether they are ``named``.

    None where it was not written in a table.
    """
    columns, rows = spec.get("columns"), value.get("rows")
    if not columns or not isinstance(rows, list):
        return None
    labels = {each["id"]: each["label"] for each in spec.get("row_labels", ())}
    cells = [
        {"name": labels.get(str(row.get("_row")), ""), "cells": [str(row.get(column["id"], "")) for column in columns]}
        for row in rows
        if isinstance(row, dict)
    ]
    return {"columns": [column["label"] for column in columns], "rows": cells, "named": bool(labels)}


KINDS = (
    Kind(
        "evidence_table",
        "A table of what was seen, a row a case.",
        Table(),
        8,
        takes=("row_count", "row_labels", "columns"),
        needs=("columns",),
        family="evidence_table",
    ),
    Kind(
        "ledger",
        "A table of two sides, such as what is required and what is provided.",
        Table(),
        9,
        takes=("row_count", "row_labels", "columns"),
        needs=("columns",),
        family="ledger",
    ),
    Kind(
        "action_plan",
        "A table of moves with owner, date and sign.",
        Table(),
        11,
        takes=("row_count", "row_labels", "columns"),
        needs=("columns",),
        family="action_plan",
    ),
)
