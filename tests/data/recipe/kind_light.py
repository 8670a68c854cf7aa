"""Green, yellow or red for each row."""

from openpractice.kinds.kind import Kind
from openpractice.kinds.kind_matrix import Matrix
from openpractice.kinds.valuechecks import known, label_of, line

LIGHTS = (
    {"id": "green", "label": "Green"},
    {"id": "yellow", "label": "Yellow"},
    {"id": "red", "label": "Red"},
)


class Lights(Matrix):
    """``{"rows": {<row id>: "green", "yellow" or "red"}, "comment": "..."}``"""

    def point(self, point, spec, strict):
        return known(point, LIGHTS, "point", strict=True)

    def row_line(self, row, label, point, spec):
        return line(label, label_of(point, LIGHTS))


KINDS = (
    Kind(
        "traffic_light",
        "Green, yellow or red for each row.",
        Lights(),
        14,
        takes=("comment", "rows"),
        needs=("rows",),
        decides=("rows",),
    ),
)
