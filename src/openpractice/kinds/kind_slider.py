"""A number on a line, for one thing or for each row."""

from openpractice.kinds.kind import Kind
from openpractice.kinds.kind_matrix import Matrix
from openpractice.kinds.plainwords import word
from openpractice.kinds.valuechecks import MAX_ROWS, BadValue, is_written, line


class Slider(Matrix):
    """``{"rows": {<row id>: <number>}, "comment": "..."}``

    A prompt with one slider has the row ``value``. With ``rows_from`` the rows are
    those of another answer, in order: ``1``, ``2``, ...
    """

    def rows(self, spec):
        if spec.get("rows_from"):
            return [{"id": str(n), "label": word(spec, "row", number=n)} for n in range(1, MAX_ROWS + 1)]
        return spec.get("rows") or [{"id": "value", "label": ""}]

    def point(self, point, spec, strict):
        if isinstance(point, bool) or not isinstance(point, (int, float)):
            raise BadValue("value-no-number")
        if not -(10**9) <= point <= 10**9:
            raise BadValue("value-number-not-stored")
        low, high, step = spec.get("from", 0), spec.get("to", 10), spec.get("step") or 1
        steps = (point - low) / step
        if strict and not (low <= point <= high and abs(steps - round(steps)) < 1e-6):
            raise BadValue("value-off-scale", point=point, low=low, high=high, step=step)
        return int(point) if point == int(point) else point

    def row_line(self, row, label, point, spec):
        low, high = (
            " ".join(str(part) for part in ends if part not in (None, ""))
            for ends in (
                (spec.get("from", 0), spec.get("low_label")),
                (spec.get("to", 10), spec.get("high_label")),
            )
        )
        scale = word(spec, "scale", point=point, low=low, high=high)
        return line(label, scale) if label else scale


def with_rows_of(spec: dict, other: dict) -> dict:
    """The specification with the rows that the answer to another prompt gives it: those with something in them."""
    rows = other.get("rows")
    filled = [n for n, row in enumerate(rows, 1) if is_written(row)] if isinstance(rows, list) else []
    return spec | {"rows": [{"id": str(n), "label": ""} for n in filled], "rows_from": ""}


KINDS = (
    Kind(
        "slider",
        "A number on a line, for one thing or for each row.",
        Slider(),
        7,
        takes=("comment", "rows", "from", "to", "step", "low_label", "high_label", "rows_from"),
        needs=("from", "to"),
        decides=("rows",),
        counted="rows",
    ),
)
