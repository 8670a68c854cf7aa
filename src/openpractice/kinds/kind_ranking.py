"""Things put in order."""

from openpractice.kinds.kind import Kind
from openpractice.kinds.kind_choice import Picks

KINDS = (
    Kind(
        "ranking",
        "Things put in order.",
        Picks("order", of="items", mark="{}. "),
        6,
        takes=("comment", "items"),
        needs=("items",),
        decides=("items",),
        counted="order",
    ),
)
