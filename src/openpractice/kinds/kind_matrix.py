"""One point of a scale for each row."""

from openpractice.kinds.kind import Kind, WithComment
from openpractice.kinds.valuechecks import known, label_of, line, read_dict


class Matrix(WithComment):
    """``{"rows": {<row id>: <point id>}, "comment": "..."}``; an empty point is left out."""

    keys = frozenset({"rows", "comment"})

    def clean(self, value, spec, strict):
        cleaned = {}
        if "rows" in value:
            rows = read_dict(value["rows"], "points")
            cleaned["rows"] = {
                known(row, self.rows(spec), "row", strict): self.point(point, spec, strict)
                for row, point in rows.items()
                if point != ""
            }
        return self.add_comment(cleaned, value)

    def rows(self, spec):
        return spec.get("rows", ())

    def point(self, point, spec, strict):
        return known(point, spec.get("points", ()), "point", strict)

    def content(self, value):
        return [*map(str, value.get("rows", {}).values()), value.get("comment", "")]

    def is_whole(self, value, spec):
        given = value.get("rows", {})
        return bool(given) and all(row["id"] in given for row in self.rows(spec))

    def lines(self, value, spec):
        rows = self.rows(spec)
        given = value.get("rows", {})
        order = [row["id"] for row in rows if row["id"] in given]
        order += [row for row in given if row not in order]
        lines = [self.row_line(row, label_of(row, rows), given[row], spec) for row in order]
        return lines + self.comment_lines(value, spec)

    def row_line(self, row, label, point, spec):
        return line(label, label_of(point, spec.get("points", ())))


KINDS = (
    Kind(
        "likert_matrix",
        "One point of a scale for each row.",
        Matrix(),
        5,
        takes=("comment", "rows", "points"),
        needs=("rows", "points"),
        decides=("rows",),
        counted="rows",
    ),
)
