"""Then and now side by side, and a text about it."""

from openpractice.kinds.kind import Kind
from openpractice.kinds.kind_text import TextValues

KINDS = (
    Kind(
        "then_now",
        "One's own baseline, then and now side by side, and a text.",
        TextValues(),
        13,
        takes=("baseline", "then", "now"),
        needs=("baseline", "then", "now"),
    ),
)
