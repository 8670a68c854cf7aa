"""What one colleague says of another's work, in named fields."""

from openpractice.kinds.kind import Kind, Values
from openpractice.kinds.plainwords import word
from openpractice.kinds.valuechecks import line, read_dict, read_list, read_text

FIELDS_ASKED, FIELD = 4, 12  # fields written in, and words in one of them


class Critique(Values):
    """``{"critiques": [{"of", "say_back", "see", "expect", "question", "offer"}]}``

    All texts; ``of`` names whose work it is. At most 200 critiques.
    """

    keys = frozenset({"critiques"})
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

    def is_whole(self, value, spec):
        written = [each for each in value.get("critiques", ()) if any(each.get(key, "").strip() for key in self.fields)]
        return len(written) >= (1 if spec.get("of") == "facilitator" else spec.get("count", 1))

    def lines(self, value, spec):
        lines: list = []
        critiques = value.get("critiques", ())
        for number, each in enumerate(critiques, 1):
            texts = [line(word(spec, key), each[key]) for key in self.fields if each.get(key, "").strip()]
            of = each.get("of", "").strip()
            head = word(spec, "about", whose=of) if of else word(spec, "critique", number=number)
            if texts:
                lines += [""] * bool(lines) + [head] * bool(of or len(critiques) > 1) + texts
        return lines

    def words_asked(self, options):
        return options.get("count", 1) * FIELDS_ASKED * FIELD


KINDS = (
    Kind(
        "peer_critique",
        "Say back, I see, I'd expect to see, a question.",
        Critique(),
        12,
        takes=("of", "count", "offer"),
        needs=("of",),
        family="critique",
    ),
)
