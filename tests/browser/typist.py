"""Somebody who answers every kind of prompt at random, and remembers what was answered."""

from __future__ import annotations

import random
from difflib import SequenceMatcher

WORDS = [
    "hour ",
    "bus duty ",
    "«aula» ",
    "校车 ",
    "الحافلة ",
    "🚌 ",
    "it’s ",
    "<b>x</b> ",
    "two  spaces ",
    "$x$ ",
    "a|b ",
    "–\n",
]


#: How many dialogs Jupyter has opened on this page, counted from the first time that it is asked.
DIALOGS = """() => {
  if (window.opDialogs === undefined) {
    window.opDialogs = document.querySelectorAll('.jp-Dialog').length;
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) for (const node of addedNodes) window.opDialogs += Number(node.classList?.contains('jp-Dialog') ?? 0);
    }).observe(document.body, { childList: true });
  }
  return window.opDialogs;
}"""


class Typist:
    """Acts on the prompts of a page; ``answers`` holds prompt id to the value that ought to be kept.

    ``typed`` counts the characters that reached a prompt, ``eaten`` those that a dialog of Jupyter's took.

    ``specs`` are the prompts to answer; ``midway`` is called in the middle of some act.
    """

    def __init__(self, page, specs: list[dict], rng: random.Random):
        self.page, self.rng = page, rng
        self.specs = {
            spec["id"]: spec
            for spec in specs
            if spec["kind"] in ACTS and not spec.get("branch") and not spec.get("rows_from")
        }
        self.forms: dict[str, dict] = {}
        self.typed, self.eaten, self.round = 0, 0, []

    def act(self, midway=lambda: None) -> str:
        """One act on one prompt; every prompt has its turn before the next round. Returns the kind."""
        if not self.round:
            self.round = self.rng.sample(list(self.specs.values()), len(self.specs))
        spec = self.round.pop()
        ACTS[spec["kind"]](self, spec, midway)
        return spec["kind"]

    def reopen(self, page) -> None:
        """Goes on at a page that was drawn anew: it has the rows that were filled, and as many as are asked for."""
        self.page = page
        for prompt, form in self.forms.items():
            spec, value = self.specs[prompt], value_of(self.specs[prompt]["kind"], form)
            if "row_count" in spec and "rows" in form:
                rows = value.get("rows", [])
                form["rows"] = [dict(row) for row in rows] + [{} for _ in range(spec["row_count"][0] - len(rows))]
            if "nodes" in form:
                form["nodes"] = [dict(node) for node in value.get("nodes", [])]
                while len(form["nodes"]) < 3:
                    number = max([0, *(int(node["id"][1:]) for node in form["nodes"])]) + 1
                    form["nodes"].append({"id": f"n{number}", "role": "", "knows": "", "title": 0, "me": 0})

    @property
    def answers(self) -> dict[str, dict]:
        return {prompt: value_of(self.specs[prompt]["kind"], form) for prompt, form in self.forms.items()}

    def card(self, spec):
        return self.page.locator(f"[data-prompt={spec['id']}]")

    def form(self, spec) -> dict:
        return self.forms.setdefault(spec["id"], {})

    def type_into(self, box, midway) -> str:
        """Types some words at a box's end, key by key; returns them."""
        said = "".join(self.rng.choices(WORDS, k=self.rng.randint(1, 3)))
        box.focus()
        box.evaluate("(one) => one.setSelectionRange(one.value.length, one.value.length)")
        half = self.rng.randint(0, len(said))
        before, dialogs = box.input_value(), self.page.evaluate(DIALOGS)
        in_the_way = self.page.locator(".jp-Dialog").count() > 0
        self.page.keyboard.type(said[:half], delay=4)
        midway()
        self.page.keyboard.type(said[half:], delay=4)
        if in_the_way or self.page.evaluate(DIALOGS) > dialogs:
            # Jupyter's own dialog about a dead kernel takes the focus, and with it what is typed until a space or Enter closes it.
            seen = box.input_value().removeprefix(before)
            self.eaten += len(said) - len(seen)
            said = seen
        self.typed += len(said)
        return said

    def text(self, spec, midway):
        form = self.form(spec)
        form["text"] = form.get("text", "") + self.type_into(self.card(spec).locator("textarea").last, midway)

    def comment(self, spec, midway):
        form = self.form(spec)
        form["comment"] = form.get("comment", "") + self.type_into(self.card(spec).locator("textarea").last, midway)

    def or_comment(self, spec, midway) -> bool:
        """Writes into the box beside a choice, now and then."""
        if not spec.get("comment") or self.rng.random() < 0.5:
            return False
        self.comment(spec, midway)
        return True

    def single(self, spec, midway):
        if not self.or_comment(spec, midway):
            at = self.rng.randrange(len(spec["choices"]))
            self.form(spec)["choice"] = spec["choices"][at]["id"]
            self.card(spec).locator("input[type=radio]").nth(at).check()
            midway()

    def multi(self, spec, midway):
        if not self.or_comment(spec, midway):
            at = self.rng.randrange(len(spec["choices"]))
            chosen = set(self.form(spec).get("choices", ())) ^ {spec["choices"][at]["id"]}
            self.form(spec)["choices"] = [one["id"] for one in spec["choices"] if one["id"] in chosen]
            self.card(spec).locator("input[type=checkbox]").nth(at).click()
            midway()

    def matrix(self, spec, midway):
        if not self.or_comment(spec, midway):
            row, point = self.rng.randrange(len(spec["rows"])), self.rng.randrange(len(spec["points"]))
            self.form(spec).setdefault("rows", {})[spec["rows"][row]["id"]] = spec["points"][point]["id"]
            self.card(spec).get_by_role("radiogroup").nth(row).locator("input").nth(point).check()
            midway()

    def ranking(self, spec, midway):
        if not self.or_comment(spec, midway):
            form = self.form(spec)
            order = form.setdefault("order", [one["id"] for one in spec["items"]])
            at = self.rng.randrange(len(order) - 1)
            order[at], order[at + 1] = order[at + 1], order[at]
            self.card(spec).locator(".op-ranked").nth(at).get_by_role("button").last.click()
            midway()

    def slider(self, spec, midway):
        if not self.or_comment(spec, midway):
            number = self.rng.randint(spec.get("from", 0), spec.get("to", 10))
            self.form(spec)["rows"] = {"value": number}
            box = self.card(spec).locator("input[type=number]").first
            box.fill(str(number))
            midway()
            box.press("Tab")

    def table(self, spec, midway):
        rows = self.form(spec).setdefault("rows", [{} for _ in range(self.card(spec).locator(".op-row").count())])
        if len(rows) < spec["row_count"][1] and self.rng.random() < 0.1:
            self.card(spec).locator(".op-add").click()
            rows.append({})
        if len(rows) > spec["row_count"][0] and self.rng.random() < 0.2:
            self.card(spec).locator(".op-row").first.locator(".op-remove").click()
            gone = rows.pop(0)
            midway()
            if self.rng.random() < 0.5:
                self.card(spec).locator(".op-undo button").click()
                rows.insert(0, gone)
            return
        at, column = self.rng.randrange(len(rows)), self.rng.randrange(len(spec["columns"]))
        key = spec["columns"][column]["id"]
        said = self.type_into(self.card(spec).locator(".op-row").nth(at).locator("textarea").nth(column), midway)
        rows[at][key] = rows[at].get(key, "") + said

    def map(self, spec, midway):
        nodes = self.form(spec).setdefault(
            "nodes", [{"id": f"n{n}", "role": "", "knows": "", "title": 0, "me": 0} for n in (1, 2, 3)]
        )
        at = self.rng.randrange(len(nodes))
        person = self.card(spec).locator(".op-person:not(.op-way)").nth(at)
        which = self.rng.randrange(4)
        key = ("role", "knows", "title", "me")[which]
        if which < 2:
            nodes[at][key] += self.type_into(person.locator("textarea").nth(which), midway)
        else:
            nodes[at][key] = 1 - nodes[at][key]
            person.locator("input[type=checkbox]").nth(which - 2).click()
            midway()

    def critique(self, spec, midway):
        critiques = self.form(spec).setdefault("critiques", [{} for _ in range(spec["count"])])
        keys = ["of", "say_back", "see", "expect", "question", "offer"]
        at, field = self.rng.randrange(len(critiques)), self.rng.randrange(len(keys))
        said = self.type_into(self.card(spec).locator("textarea").nth(at * len(keys) + field), midway)
        critiques[at][keys[field]] = critiques[at].get(keys[field], "") + said


ACTS = {
    "short_text": Typist.text,
    "long_text": Typist.text,
    "then_now": Typist.text,
    "single_choice": Typist.single,
    "multi_choice": Typist.multi,
    "likert_matrix": Typist.matrix,
    "ranking": Typist.ranking,
    "slider": Typist.slider,
    "evidence_table": Typist.table,
    "ledger": Typist.table,
    "action_plan": Typist.table,
    "expertise_map": Typist.map,
    "peer_critique": Typist.critique,
}


def value_of(kind: str, form: dict) -> dict:
    """The value that a form filled in like this ought to be kept as."""
    if kind in ("evidence_table", "ledger", "action_plan", "peer_critique"):
        key = "critiques" if kind == "peer_critique" else "rows"
        rows = [{name: text for name, text in row.items() if text} for row in form[key]]
        while rows and not rows[-1]:
            rows.pop()
        return {key: rows} if rows else {}
    if kind == "expertise_map":
        said = [node for node in form["nodes"] if any(node[key] for key in ("role", "knows", "title", "me"))]
        return {"nodes": said} if said else {}
    return {key: part for key, part in form.items() if part not in ("", [], {})}


def leaves(value, path=()):
    """Every text, number and mark in a value, by where it stands."""
    if isinstance(value, dict):
        return {at: leaf for key, part in value.items() for at, leaf in leaves(part, (*path, key)).items()}
    if isinstance(value, list):
        return {at: leaf for key, part in enumerate(value) for at, leaf in leaves(part, (*path, key)).items()}
    return {path: value}


def lost(wanted: dict[str, dict], found: dict[str, dict]) -> tuple[int, int]:
    """How many characters, and how many chosen values, of ``wanted`` are not in ``found``."""
    there = leaves(found)
    characters = values = 0
    for at, leaf in leaves(wanted).items():
        if isinstance(leaf, str) and at[-1:] != ("choice",):
            other = str(there.get(at, ""))
            same = sum(block.size for block in SequenceMatcher(None, leaf, other, autojunk=False).get_matching_blocks())
            characters += len(leaf) - same
        else:
            values += there.get(at) != leaf
    return characters, values
