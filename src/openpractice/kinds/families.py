"""The families of prompt values: each checks, empties and reads one shape of answer.

A family has ``keys`` (what its value may hold), ``clean`` (with ``strict`` off, ids
that the specification does not know pass, so that an old answer stays readable),
``content`` (the parts that count as an answer), ``written`` (those in the person's own
words) and ``lines`` (the plain text).
"""

from openpractice.kinds.plainwords import word
from openpractice.kinds.valuechecks import (
    MAX_ROWS,
    BadValue,
    known,
    label_of,
    line,
    read_dict,
    read_list,
    read_text,
)


def comment_lines(value, spec) -> list:
    """The comment of a choice, under the label that the prompt gives it."""
    comment = value.get("comment", "")
    return [line(spec.get("comment") or word(spec, "comment"), comment)] if comment.strip() else []


class Family:
    """What the families have in common."""

    def written(self, value):
        return self.content(value)


class WithComment(Family):
    """A choice of some sort, where only the comment is in the person's own words."""

    def written(self, value):
        return [value.get("comment", "")]


def _add_comment(cleaned, value):
    if "comment" in value:
        cleaned["comment"] = read_text(value["comment"], "comment")
    return cleaned


class Text(Family):
    """``{"text": "..."}``"""

    keys = {"text"}

    def clean(self, value, spec, strict):
        return {"text": read_text(value["text"], "answer")} if "text" in value else {}

    def content(self, value):
        return [value.get("text", "")]

    def lines(self, value, spec):
        return [value.get("text", "")]


class Choice(WithComment):
    """``{"choice": <choice id>, "comment": "..."}``; an empty choice is left out."""

    keys = {"choice", "comment"}

    def clean(self, value, spec, strict):
        cleaned = {}
        if value.get("choice", "") != "":
            cleaned["choice"] = known(value["choice"], spec.get("choices", ()), "choice", strict)
        return _add_comment(cleaned, value)

    def content(self, value):
        return [value.get("choice", ""), value.get("comment", "")]

    def lines(self, value, spec):
        chosen = [label_of(value["choice"], spec.get("choices", ()))] if "choice" in value else []
        return chosen + comment_lines(value, spec)


class Picks(WithComment):
    """``{<key>: [<id>, ...], "comment": "..."}``: chosen options, or an order of items.

    The list may be shorter or longer than the prompt asks for: that is shown before
    handing in, and never keeps words from being saved.
    """

    def __init__(self, key, of, mark):
        self.key, self.of, self.mark = key, of, mark
        self.keys = {key, "comment"}

    def clean(self, value, spec, strict):
        cleaned = {}
        if self.key in value:
            ids = read_list(value[self.key], "choices")
            ids = [known(each, spec.get(self.of, ()), "choice", strict) for each in ids]
            if len(set(ids)) < len(ids):
                raise BadValue("value-choice-twice")
            cleaned[self.key] = ids
        return _add_comment(cleaned, value)

    def content(self, value):
        return [*value.get(self.key, ()), value.get("comment", "")]

    def lines(self, value, spec):
        labels = [label_of(each, spec.get(self.of, ())) for each in value.get(self.key, ())]
        lines = [self.mark.format(n) + label for n, label in enumerate(labels, 1)]
        return lines + comment_lines(value, spec)


class Matrix(WithComment):
    """``{"rows": {<row id>: <point id>}, "comment": "..."}``; an empty point is left out."""

    keys = {"rows", "comment"}

    def clean(self, value, spec, strict):
        cleaned = {}
        if "rows" in value:
            rows = read_dict(value["rows"], "points")
            cleaned["rows"] = {
                known(row, self.rows(spec), "row", strict): self.point(point, spec, strict)
                for row, point in rows.items()
                if point != ""
            }
        return _add_comment(cleaned, value)

    def rows(self, spec):
        return spec.get("rows", ())

    def point(self, point, spec, strict):
        return known(point, spec.get("points", ()), "point", strict)

    def content(self, value):
        return [*map(str, value.get("rows", {}).values()), value.get("comment", "")]

    def lines(self, value, spec):
        rows = self.rows(spec)
        given = value.get("rows", {})
        order = [row["id"] for row in rows if row["id"] in given]
        order += [row for row in given if row not in order]
        lines = [self.row_line(row, label_of(row, rows), given[row], spec) for row in order]
        return lines + comment_lines(value, spec)

    def row_line(self, row, label, point, spec):
        return line(label, label_of(point, spec.get("points", ())))


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
