"""The families of prompt values: each checks, empties and reads one shape of answer.

A family has ``keys`` (what its value may hold), ``clean`` (with ``strict`` off, ids
that the specification does not know pass, so that an old answer stays readable),
``content`` (the parts that count as an answer) and ``lines`` (the plain text).
"""

import re

from openpractice.prompts.text import clean_text

MAX_TEXT = 200_000
MAX_ROWS = 200

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}")


class BadValue(ValueError):
    """A value that does not fit its prompt; the message is a sentence for the person."""


def short(thing) -> str:
    """A few characters of something unexpected, safe to show."""
    text = thing if isinstance(thing, str) else type(thing).__name__
    text = clean_text(text)
    return text if len(text) <= 40 else text[:40] + "…"


def read_text(value, what: str) -> str:
    """The cleaned text, at most `MAX_TEXT` characters."""
    if not isinstance(value, str):
        raise BadValue(f"{what} has to be text.")
    if len(value) > MAX_TEXT:
        raise BadValue(f"{what} is too long: {len(value):,} characters, the most is {MAX_TEXT:,}.")
    return clean_text(value)


def read_id(value, what: str) -> str:
    """The id, when it has the form of one."""
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise BadValue(f"The {what} “{short(value)}” is not known to this question.")
    return value


def read_list(value, what: str) -> list:
    """The list, when it is one of at most `MAX_ROWS` entries."""
    if not isinstance(value, list):
        raise BadValue(f"This answer should hold a list of {what}.")
    if len(value) > MAX_ROWS:
        raise BadValue(f"This answer holds {len(value):,} {what}; the most is {MAX_ROWS}.")
    return value


def read_dict(value, what: str, allowed=None) -> dict:
    """The object, when it is one and holds only the `allowed` parts."""
    if not isinstance(value, dict) or len(value) > MAX_ROWS:
        raise BadValue(f"This answer should hold {what}.")
    for key in value:
        if allowed is not None and key not in allowed:
            raise BadValue(f"“{short(key)}” is not part of this question.")
    return value


def known(value, options, what: str, strict: bool) -> str:
    """The id, when the specification's `options` (id and label) hold it."""
    read_id(value, what)
    if strict and all(option["id"] != value for option in options):
        raise BadValue(f"The {what} “{short(value)}” is not known to this question.")
    return value


def label_of(value: str, options) -> str:
    """The label of an id; an id that is gone reads as its own words."""
    for option in options:
        if option["id"] == value:
            group = option.get("group")
            return f"{group} – {option['label']}" if group else option["label"]
    return value.replace("-", " ").replace("_", " ")


def line(label: str, text: str) -> str:
    """``Label: text``, or ``Question? text``."""
    return f"{label} {text}" if label[-1:] in ("?", ":", "!", "…") else f"{label}: {text}"


def comment_lines(value, spec) -> list:
    """The comment of a choice, under the label that the prompt gives it."""
    comment = value.get("comment", "")
    return [line(spec.get("comment") or "Comment", comment)] if comment.strip() else []


def _add_comment(cleaned, value):
    if "comment" in value:
        cleaned["comment"] = read_text(value["comment"], "The comment")
    return cleaned


class Text:
    """``{"text": "..."}``"""

    keys = {"text"}

    def clean(self, value, spec, strict):
        return {"text": read_text(value["text"], "This answer")} if "text" in value else {}

    def content(self, value):
        return [value.get("text", "")]

    def lines(self, value, spec):
        return [value.get("text", "")]


class Choice:
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


class Picks:
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
                raise BadValue("One of the choices appears twice.")
            cleaned[self.key] = ids
        return _add_comment(cleaned, value)

    def content(self, value):
        return [*value.get(self.key, ()), value.get("comment", "")]

    def lines(self, value, spec):
        labels = [label_of(each, spec.get(self.of, ())) for each in value.get(self.key, ())]
        lines = [self.mark.format(n) + label for n, label in enumerate(labels, 1)]
        return lines + comment_lines(value, spec)


class Matrix:
    """``{"rows": {<row id>: <point id>}, "comment": "..."}``; an empty point is left out."""

    keys = {"rows", "comment"}

    def clean(self, value, spec, strict):
        cleaned = {}
        if "rows" in value:
            rows = read_dict(value["rows"], "one point for each row")
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
            return [{"id": str(n), "label": f"Row {n}"} for n in range(1, MAX_ROWS + 1)]
        return spec.get("rows") or [{"id": "value", "label": ""}]

    def point(self, point, spec, strict):
        if isinstance(point, bool) or not isinstance(point, (int, float)):
            raise BadValue("A slider holds a number.")
        if not -(10**9) <= point <= 10**9:
            raise BadValue("This number cannot be stored.")
        low, high, step = spec.get("from", 0), spec.get("to", 10), spec.get("step") or 1
        steps = (point - low) / step
        if strict and not (low <= point <= high and abs(steps - round(steps)) < 1e-6):
            raise BadValue(f"{point:g} is not on this scale ({low} to {high}, in steps of {step}).")
        return int(point) if point == int(point) else point

    def row_line(self, row, label, point, spec):
        low, high = (
            " ".join(str(part) for part in ends if part not in (None, ""))
            for ends in (
                (spec.get("from", 0), spec.get("low_label")),
                (spec.get("to", 10), spec.get("high_label")),
            )
        )
        scale = f"{point} (from {low} to {high})"
        return line(label, scale) if label else scale


class Table:
    """``{"rows": [{<column id>: "text", "_row": <row label id>}, ...]}``

    ``_row`` only where the prompt names its rows. At most 200 rows.
    """

    keys = {"rows"}

    def clean(self, value, spec, strict):
        rows = read_list(value.get("rows", []), "rows")
        return {"rows": [self.row(row, spec, strict) for row in rows]} if "rows" in value else {}

    def row(self, row, spec, strict):
        cleaned = {}
        for key, cell in read_dict(row, "rows with a text in each column").items():
            if key == "_row":
                cleaned[key] = known(cell, spec.get("row_labels", ()), "row", strict)
            else:
                column = known(key, spec.get("columns", ()), "column", strict)
                cleaned[column] = read_text(cell, "A field of the table")
        return cleaned

    def content(self, value):
        return [cell for row in value.get("rows", ()) for key, cell in row.items() if key != "_row"]

    def lines(self, value, spec):
        lines = []
        for number, row in enumerate(value.get("rows", ()), 1):
            cells = {key: cell for key, cell in row.items() if key != "_row"}
            if not any(cell.strip() for cell in cells.values()):
                continue
            name = label_of(row["_row"], spec.get("row_labels", ())) if "_row" in row else f"Row {number}"
            lines += [""] * bool(lines) + [name, *self.cell_lines(cells, spec.get("columns", ()))]
        return lines

    def cell_lines(self, cells, columns):
        order = [column["id"] for column in columns]
        order += [key for key in cells if key not in order]
        texts = ((key, cells.get(key, "")) for key in order)
        return [line(label_of(key, columns), text if text.strip() else "(nothing written)") for key, text in texts]


class Expertise:
    """``{"nodes": [{"id", "role", "knows", "title": 0 or 1, "me": 0 or 1}],
    "links": [{"from": <node id>, "to": <node id>, "about"}]}``

    At most 200 nodes and 200 links; a link joins two nodes of this answer.
    """

    keys = {"nodes", "links"}

    def clean(self, value, spec, strict):
        cleaned = {}
        if "nodes" in value:
            cleaned["nodes"] = [self.node(each) for each in read_list(value["nodes"], "people")]
        ids = [node["id"] for node in cleaned.get("nodes", ())]
        if len(set(ids)) < len(ids):
            raise BadValue("Two people in this answer have the same id.")
        if "links" in value:
            cleaned["links"] = [self.link(each, ids) for each in read_list(value["links"], "links")]
        return cleaned

    def node(self, node):
        read_dict(node, "people", ("id", "role", "knows", "title", "me"))
        cleaned = {"id": read_id(node.get("id"), "person")}
        for key in ("role", "knows"):
            if key in node:
                cleaned[key] = read_text(node[key], "A field of the map")
        for key in ("title", "me"):
            if key in node:
                if not isinstance(node[key], int) or node[key] not in (0, 1):
                    raise BadValue("A mark on the map is either set or not set.")
                cleaned[key] = int(node[key])
        return cleaned

    def link(self, link, ids):
        read_dict(link, "links", ("from", "to", "about"))
        for end in ("from", "to"):
            if link.get(end) not in ids:
                raise BadValue("A link on the map leads to nobody.")
        cleaned = {"from": link["from"], "to": link["to"]}
        if "about" in link:
            cleaned["about"] = read_text(link["about"], "A field of the map")
        return cleaned

    def content(self, value):
        nodes = [node.get(key, "") for node in value.get("nodes", ()) for key in ("role", "knows")]
        return nodes + [link.get("about", "") for link in value.get("links", ())]

    def lines(self, value, spec):
        nodes = value.get("nodes", ())
        names = {
            node["id"]: node.get("role", "").strip() or f"Person {number}"
            for number, node in enumerate(nodes, 1)
        }
        lines = [self.node_line(node, names) for node in nodes]
        for link in value.get("links", ()):
            way = f"{names[link['from']]} goes to {names[link['to']]}"
            about = link.get("about", "")
            lines.append(line(way, about) if about.strip() else way)
        return lines

    def node_line(self, node, names):
        marks = [word for key, word in (("title", "has the title"), ("me", "this is me")) if node.get(key)]
        name = names[node["id"]] + (f" ({', '.join(marks)})" if marks else "")
        return line(name, node["knows"]) if node.get("knows", "").strip() else name


class Critique:
    """``{"critiques": [{"of", "say_back", "see", "expect", "question", "offer"}]}``

    All texts; ``of`` names whose work it is. At most 200 critiques.
    """

    keys = {"critiques"}
    fields = {
        "say_back": "What I heard",
        "see": "I see",
        "expect": "I would expect to see",
        "question": "A question that could change it",
        "offer": "What I can offer",
    }

    def clean(self, value, spec, strict):
        if "critiques" not in value:
            return {}
        return {"critiques": [self.one(each) for each in read_list(value["critiques"], "critiques")]}

    def one(self, critique):
        read_dict(critique, "critiques", ("of", *self.fields))
        return {key: read_text(text, "A field of the critique") for key, text in critique.items()}

    def content(self, value):
        return [each.get(key, "") for each in value.get("critiques", ()) for key in self.fields]

    def lines(self, value, spec):
        lines = []
        critiques = value.get("critiques", ())
        for number, each in enumerate(critiques, 1):
            texts = [line(name, each[key]) for key, name in self.fields.items() if each.get(key, "").strip()]
            of = each.get("of", "").strip()
            head = f"About: {of}" if of else f"Critique {number}"
            if texts:
                lines += [""] * bool(lines) + [head] * bool(of or len(critiques) > 1) + texts
        return lines
