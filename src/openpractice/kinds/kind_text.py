"""Text in a box: a few lines, or longer with a count of words."""

from openpractice.kinds.kind import Kind, Values
from openpractice.kinds.valuechecks import read_text

SHORT = 40  # words written where nothing says how many


class TextValues(Values):
    """``{"text": "..."}``"""

    keys = frozenset({"text"})
    length_is_said = True

    def clean(self, value, spec, strict):
        return {"text": read_text(value["text"], "answer")} if "text" in value else {}

    def content(self, value):
        return [value.get("text", "")]

    def lines(self, value, spec):
        return [value.get("text", "")]

    def words_asked(self, options):
        return options.get("max_words", SHORT)


KINDS = (
    Kind("short_text", "A few lines of text.", TextValues(), 1, takes=("min_words", "max_words")),
    Kind(
        "long_text",
        "A longer text with a count of words.",
        TextValues(),
        2,
        takes=("min_words", "max_words"),
        family="long_text",
    ),
)
