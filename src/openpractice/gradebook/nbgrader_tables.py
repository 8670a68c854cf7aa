"""nbgrader's tables as we know them; nbgrader makes and changes them itself.

Source: nbgrader 0.9.6, ``nbgrader/api.py``, and its migration e43177bfe90b.
"""

import sqlalchemy as sa

ALEMBIC = "e43177bfe90b"

nbgrader_tables = sa.MetaData()
_ID = sa.String(32)


def _id():
    return sa.Column("id", _ID, primary_key=True)


def _cell_type(name):
    # PostgreSQL knows it as a type of its own and takes no mere text.
    return sa.Column("cell_type", sa.Enum("code", "markdown", name=name))


course = sa.Table("course", nbgrader_tables, sa.Column("id", sa.String(128), primary_key=True))
assignment = sa.Table(
    "assignment",
    nbgrader_tables,
    _id(),
    sa.Column("name", sa.String(128)),
    sa.Column("duedate", sa.DateTime),
    sa.Column("course_id", sa.String(128)),
)
notebook = sa.Table(
    "notebook",
    nbgrader_tables,
    _id(),
    sa.Column("name", sa.String(128)),
    sa.Column("assignment_id", _ID),
    sa.Column("kernelspec", sa.String(1024)),
)
base_cell = sa.Table(
    "base_cell",
    nbgrader_tables,
    _id(),
    sa.Column("name", sa.String(128)),
    sa.Column("notebook_id", _ID),
    sa.Column("type", sa.String(50)),
)
grade_cells = sa.Table(
    "grade_cells", nbgrader_tables, _id(), sa.Column("max_score", sa.Float), _cell_type("grade_cell_type")
)
solution_cells = sa.Table("solution_cells", nbgrader_tables, _id())
source_cell = sa.Table(
    "source_cell",
    nbgrader_tables,
    _id(),
    sa.Column("name", sa.String(128)),
    _cell_type("source_cell_type"),
    sa.Column("locked", sa.Boolean),
    sa.Column("source", sa.Text),
    sa.Column("checksum", sa.String(128)),
    sa.Column("notebook_id", _ID),
)
student = sa.Table(
    "student",
    nbgrader_tables,
    sa.Column("id", sa.String(128), primary_key=True),
    sa.Column("first_name", sa.String(128)),
    sa.Column("last_name", sa.String(128)),
    sa.Column("email", sa.String(128)),
)
submitted_assignment = sa.Table(
    "submitted_assignment",
    nbgrader_tables,
    _id(),
    sa.Column("assignment_id", _ID),
    sa.Column("student_id", sa.String(128)),
    sa.Column("timestamp", sa.DateTime),
    sa.Column("extension", sa.Interval),
)
submitted_notebook = sa.Table(
    "submitted_notebook",
    nbgrader_tables,
    _id(),
    sa.Column("assignment_id", _ID),
    sa.Column("notebook_id", _ID),
    sa.Column("flagged", sa.Boolean),
    sa.Column("late_submission_penalty", sa.Float),
)
grade = sa.Table(
    "grade",
    nbgrader_tables,
    _id(),
    sa.Column("notebook_id", _ID),
    sa.Column("cell_id", _ID),
    sa.Column("auto_score", sa.Float),
    sa.Column("manual_score", sa.Float),
    sa.Column("needs_manual_grade", sa.Boolean),
)
comment = sa.Table(
    "comment",
    nbgrader_tables,
    _id(),
    sa.Column("notebook_id", _ID),
    sa.Column("cell_id", _ID),
    sa.Column("auto_comment", sa.Text),
    sa.Column("manual_comment", sa.Text),
)
