"""Things put in order."""

from openpractice.kinds.kind import Kind
from openpractice.kinds.kind_choice import Picks


class Order(Picks):
    """``{"order": [<item id>, ...], "comment": "..."}``"""

    def is_whole(self, value, spec):
        order = value.get("order", ())
        return bool(order) and all(item["id"] in order for item in spec.get("items", ()))


KINDS = (
    Kind(
        "ranking",
        "Things put in order.",
        Order("order", of="items", mark="{}. "),
        6,
        takes=("comment", "items"),
        needs=("items",),
        decides=("items",),
        counted="order",
    ),
)
