"""One of several choices, or several of them."""

from openpractice.kinds.kind import Kind, WithComment
from openpractice.kinds.valuechecks import BadValue, known, label_of, read_list


class Choice(WithComment):
    """``{"choice": <choice id>, "comment": "..."}``; an empty choice is left out."""

    keys = frozenset({"choice", "comment"})

    def clean(self, value, spec, strict):
        cleaned = {}
        if value.get("choice", "") != "":
            cleaned["choice"] = known(value["choice"], spec.get("choices", ()), "choice", strict)
        return self.add_comment(cleaned, value)

    def content(self, value):
        return [value.get("choice", ""), value.get("comment", "")]

    def is_whole(self, value, spec):
        return "choice" in value

    def lines(self, value, spec):
        chosen = [label_of(value["choice"], spec.get("choices", ()))] if "choice" in value else []
        return chosen + self.comment_lines(value, spec)


class Picks(WithComment):
    """``{<key>: [<id>, ...], "comment": "..."}``: chosen options, or an order of items.

    The list may be shorter or longer than the prompt asks for: that is shown before
    handing in, and never keeps words from being saved.
    """

    def __init__(self, key, of, mark):
        self.key, self.of, self.mark = key, of, mark
        self.keys = frozenset({key, "comment"})

    def clean(self, value, spec, strict):
        cleaned = {}
        if self.key in value:
            ids = read_list(value[self.key], "choices")
            ids = [known(each, spec.get(self.of, ()), "choice", strict) for each in ids]
            if len(set(ids)) < len(ids):
                raise BadValue("value-choice-twice")
            cleaned[self.key] = ids
        return self.add_comment(cleaned, value)

    def content(self, value):
        return [*value.get(self.key, ()), value.get("comment", "")]

    def is_whole(self, value, spec):
        chosen, asked = len(value.get(self.key, ())), spec.get("pick")
        return asked[0] <= chosen <= asked[-1] if asked else chosen > 0

    def lines(self, value, spec):
        labels = [label_of(each, spec.get(self.of, ())) for each in value.get(self.key, ())]
        lines = [self.mark.format(n) + label for n, label in enumerate(labels, 1)]
        return lines + self.comment_lines(value, spec)


KINDS = (
    Kind(
        "single_choice",
        "One of several choices.",
        Choice(),
        3,
        takes=("comment", "choices"),
        needs=("choices",),
        decides=("choices",),
        counted="choice",
    ),
    Kind(
        "multi_choice",
        "Several of several choices.",
        Picks("choices", of="choices", mark="- "),
        4,
        takes=("comment", "choices", "pick"),
        needs=("choices",),
        decides=("choices",),
        counted="choices",
    ),
)
