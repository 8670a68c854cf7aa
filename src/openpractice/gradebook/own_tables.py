"""Our own tables, in the gradebook's database but apart from nbgrader's.

They go by natural keys and never point into nbgrader's tables, whose rows
nbgrader deletes and makes again. `audit` only grows.
"""

import sqlalchemy as sa

own = sa.MetaData()


def _key(name, size=63):
    return sa.Column(name, sa.String(size), primary_key=True)


def _json(name):
    return sa.Column(name, sa.Text, nullable=False, default="{}")


# One reviewer's reading of one answer. The reviewer "=agreed" holds what two
# reviewers settled on; "=" is in no id, so nobody can be called so.
mark = sa.Table(
    "op_mark",
    own,
    _key("lesson"),
    _key("prompt"),
    _key("participant"),
    _key("reviewer"),
    _json("levels"),
    _json("notes"),
    sa.Column("comment", sa.Text, nullable=False, default=""),
    sa.Column("flagged", sa.Boolean, nullable=False, default=False),
    sa.Column("skipped", sa.Boolean, nullable=False, default=False),
    sa.Column("rubric", sa.Integer, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("seconds", sa.Float, nullable=False, default=0.0),
    sa.Column("first_at", sa.String(40), nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("by", sa.String(63), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)
AGREED = "=agreed"
# What the kit did by itself, and what somebody typed at the server, in the audit.
COLLECT, COMMAND_LINE = "=collect", "=command-line"
sa.Index("ix_op_mark_reviewer", mark.c.reviewer)

# What we last wrote into nbgrader's tables; where these say otherwise, somebody scored in formgrader.
given = sa.Table(
    "op_given",
    own,
    _key("lesson"),
    _key("prompt"),
    _key("participant"),
    sa.Column("score", sa.Float),
    sa.Column("comment", sa.Text, nullable=False, default=""),
)

lease = sa.Table(
    "op_lease",
    own,
    _key("lesson"),
    _key("prompt"),
    _key("participant"),
    sa.Column("reviewer", sa.String(63), nullable=False),
    sa.Column("until", sa.Float, nullable=False),
)

# Who is to read what: a lesson, and a person or a school.
assigned = sa.Table(
    "op_assigned",
    own,
    _key("reviewer"),
    _key("lesson"),
    _key("scope", 16),
    _key("name", 200),
)

person = sa.Table(
    "op_person",
    own,
    _key("participant"),
    sa.Column("name", sa.String(200), nullable=False, default=""),
    sa.Column("email", sa.String(200), nullable=False, default=""),
    sa.Column("school", sa.String(200), nullable=False, default=""),
    sa.Column("role", sa.String(40), nullable=False, default="participant"),
    sa.Column("appraiser", sa.String(63), nullable=False, default=""),
)

# A row of the list whose id is not the one that the person joined by.
alias = sa.Table(
    "op_alias",
    own,
    _key("listed"),
    sa.Column("participant", sa.String(63), nullable=False),
)

phrase = sa.Table(
    "op_phrase",
    own,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("criterion", sa.String(8), nullable=False),
    sa.Column("from_level", sa.Integer),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("uses", sa.Integer, nullable=False, default=0),
    sa.Column("by", sa.String(63), nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
)

calibrated = sa.Table(
    "op_calibrated",
    own,
    _key("reviewer"),
    _key("anchor"),
    _json("levels"),
    sa.Column("at", sa.String(40), nullable=False),
)

returned = sa.Table(
    "op_returned",
    own,
    _key("lesson"),
    _key("participant"),
    sa.Column("handin", sa.String(32), nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("by", sa.String(63), nullable=False),
)

audit = sa.Table(
    "op_audit",
    own,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("who", sa.String(63), nullable=False),
    sa.Column("what", sa.String(40), nullable=False),
    sa.Column("lesson", sa.String(63), nullable=False, default=""),
    sa.Column("prompt", sa.String(63), nullable=False, default=""),
    sa.Column("participant", sa.String(63), nullable=False, default=""),
    _json("detail"),
    sqlite_autoincrement=True,
)
sa.Index("ix_op_audit_answer", audit.c.participant, audit.c.lesson, audit.c.prompt)
version = sa.Table("op_version", own, sa.Column("version", sa.Integer, primary_key=True))
response = sa.Table(
    "op_response",
    own,
    sa.Column("participant", sa.String(63), primary_key=True),
    sa.Column("lesson", sa.String(63), primary_key=True),
    sa.Column("prompt", sa.String(63), primary_key=True),
    sa.Column("handin", sa.String(32), primary_key=True),
    sa.Column("rev", sa.Integer, nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("handed_in_at", sa.DateTime, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("beside", sa.Text, nullable=False),
    sa.Column("source", sa.String(8), nullable=False),
    sa.Column("language", sa.String(35), nullable=False, server_default=""),  # in which the question was read
    sa.Column("late", sa.Boolean, nullable=False),
    sa.Column("latest", sa.Boolean, nullable=False),
    sa.Column("ingested_at", sa.DateTime, nullable=False),
    sa.Index("ix_op_response_prompt", "lesson", "prompt", "latest"),
)
