"""The families of values made of rows: tables, the map of expertise, critiques."""

from openpractice.kinds.families import Family
from openpractice.kinds.plainwords import word
from openpractice.kinds.valuechecks import (
    BadValue,
    known,
    label_of,
    line,
    read_dict,
    read_id,
    read_list,
    read_text,
)


class Table(Family):
    """``{"rows": [{<column id>: "text", "_row": <row label id>}, ...]}``

    ``_row`` only where the prompt names its rows. At most 200 rows.
    """

    keys = {"rows"}

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

    def lines(self, value, spec):
        lines = []
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


class Expertise(Family):
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
            raise BadValue("value-person-twice")
        if "links" in value:
            cleaned["links"] = [self.link(each, ids) for each in read_list(value["links"], "links")]
        return cleaned

    def node(self, node):
        read_dict(node, "people", ("id", "role", "knows", "title", "me"))
        cleaned = {"id": read_id(node.get("id"), "person")}
        for key in ("role", "knows"):
            if key in node:
                cleaned[key] = read_text(node[key], "map-field")
        for key in ("title", "me"):
            if key in node:
                if not isinstance(node[key], int) or node[key] not in (0, 1):
                    raise BadValue("value-mark-not-set")
                cleaned[key] = int(node[key])
        return cleaned

    def link(self, link, ids):
        read_dict(link, "links", ("from", "to", "about"))
        for end in ("from", "to"):
            if link.get(end) not in ids:
                raise BadValue("value-link-to-nobody")
        cleaned = {"from": link["from"], "to": link["to"]}
        if "about" in link:
            cleaned["about"] = read_text(link["about"], "map-field")
        return cleaned

    def content(self, value):
        nodes = [node.get(key, "") for node in value.get("nodes", ()) for key in ("role", "knows")]
        return nodes + [link.get("about", "") for link in value.get("links", ())]

    def lines(self, value, spec):
        nodes = value.get("nodes", ())
        names = {
            node["id"]: node.get("role", "").strip() or word(spec, "person", number=number)
            for number, node in enumerate(nodes, 1)
        }
        lines = [self.node_line(node, names, spec) for node in nodes]
        for link in value.get("links", ()):
            way = word(spec, "goes-to", one=names[link["from"]], other=names[link["to"]])
            about = link.get("about", "")
            lines.append(line(way, about) if about.strip() else way)
        return lines

    def node_line(self, node, names, spec):
        marks = [word(spec, key) for key in ("title", "me") if node.get(key)]
        name = names[node["id"]] + (f" ({', '.join(marks)})" if marks else "")
        return line(name, node["knows"]) if node.get("knows", "").strip() else name


class Critique(Family):
    """``{"critiques": [{"of", "say_back", "see", "expect", "question", "offer"}]}``

    All texts; ``of`` names whose work it is. At most 200 critiques.
    """

    keys = {"critiques"}
    fields = ("say_back", "see", "expect", "question", "offer")

    def clean(self, value, spec, strict):
        if "critiques" not in value:
            return {}
        return {"critiques": [self.one(each) for each in read_list(value["critiques"], "critiques")]}

    def one(self, critique):
        read_dict(critique, "critiques", ("of", *self.fields))
        return {key: read_text(text, "critique-field") for key, text in critique.items()}

    def content(self, value):
        return [each.get(key, "") for each in value.get("critiques", ()) for key in self.fields]

    def lines(self, value, spec):
        lines = []
        critiques = value.get("critiques", ())
        for number, each in enumerate(critiques, 1):
            texts = [line(word(spec, key), each[key]) for key in self.fields if each.get(key, "").strip()]
            of = each.get("of", "").strip()
            head = word(spec, "about", whose=of) if of else word(spec, "critique", number=number)
            if texts:
                lines += [""] * bool(lines) + [head] * bool(of or len(critiques) > 1) + texts
        return lines
