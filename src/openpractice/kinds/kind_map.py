"""Who goes to whom for what: people, and links between them."""

from openpractice.kinds.kind import Kind, Values
from openpractice.kinds.plainwords import word
from openpractice.kinds.valuechecks import BadValue, line, read_dict, read_id, read_list, read_text

BOX = 5  # words written for one person or one link


class Expertise(Values):
    """``{"nodes": [{"id", "role", "knows", "title": 0 or 1, "me": 0 or 1}],
    "links": [{"from": <node id>, "to": <node id>, "about"}]}``

    At most 200 nodes and 200 links; a link joins two nodes of this answer.
    """

    keys = frozenset({"nodes", "links"})

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
        cleaned: dict[str, str | int] = {"id": read_id(node.get("id"), "person")}
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

    def is_whole(self, value, spec):
        said = [node for node in value.get("nodes", ()) if (node.get("role", "") + node.get("knows", "")).strip()]
        return len(said) >= spec.get("nodes", (0,))[0]

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

    def words_asked(self, options):
        return sum(options.get("nodes", (3, 3))) // 2 * 2 * BOX


KINDS = (Kind("expertise_map", "Who goes to whom for what, by role.", Expertise(), 10, takes=("nodes",)),)
