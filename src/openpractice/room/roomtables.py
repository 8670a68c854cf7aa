"""The room's tables. Times are milliseconds since 1970, UTC.

Two tables hold what is counted, and nothing joins them: `answered` says who, `ballot` what.
Both are kept in the order of their keys, so that no row tells when it came. And nothing says when a
count was shown, or when somebody came or left: whose answer came after it could be had from the two.
"""

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)


def _table(name, *parts, **options):
    return sa.Table(f"room_{name}", metadata, *parts, **options)


def _text(name, **options):
    return sa.Column(name, sa.Text, **{"nullable": False, **options})


def _time(name, **options):
    return sa.Column(name, sa.BigInteger, **{"nullable": True, **options})


def _whole(name, default=0):
    return sa.Column(name, sa.Integer, nullable=False, server_default=str(default))


def _mark(name, **options):
    return sa.Column(name, sa.Boolean, **{"nullable": False, "server_default": sa.false(), **options})


def _cohort():
    return sa.Column("cohort", sa.Text, sa.ForeignKey("room_cohort.id", ondelete="CASCADE"), nullable=False)


# `number` counts what everybody may see change, `pulse` only heads: who is here, how many answered.
cohort = _table(
    "cohort",
    _text("id", primary_key=True),
    _text("title"),
    _text("join_code", unique=True),
    _whole("count_from", 5),
    _whole("number"),
    _whole("pulse"),
    _time("made_at"),
    _time("closed_at"),
)

# `place` is the how-manieth of a person's cohorts this is: they are in the last.
member = _table(
    "member",
    _cohort(),
    _text("person"),
    _text("name"),
    _text("school", server_default=""),
    _text("role", server_default="participant"),
    _text("appraiser", server_default=""),
    _mark("volunteer"),
    _whole("place", 1),
    sa.PrimaryKeyConstraint("cohort", "person"),
    sqlite_with_rowid=False,
)

# Who left and has not come back, without a name or a time.
gone = _table(
    "gone",
    _cohort(),
    _text("mark"),
    sa.PrimaryKeyConstraint("cohort", "mark"),
    sqlite_with_rowid=False,
)

share = _table(
    "share",
    _text("id", primary_key=True),
    _cohort(),
    _text("prompt"),
    _text("person"),
    _text("name"),
    _whole("version", 1),
    _mark("lead"),
    _time("shared_at"),
    _time("read_at"),
    _time("recalled_at"),
    _time("hidden_at"),
    _text("hidden_by", server_default=""),
    _text("hidden_why", server_default=""),
    sa.UniqueConstraint("cohort", "prompt", "person"),
)

share_version = _table(
    "share_version",
    sa.Column("share", sa.Text, sa.ForeignKey("room_share.id", ondelete="CASCADE"), nullable=False),
    _whole("version", 1),
    _text("text"),
    _text("sha256"),
    _time("at"),
    sa.PrimaryKeyConstraint("share", "version"),
)

report = _table(
    "report",
    _text("id", primary_key=True),
    sa.Column("share", sa.Text, sa.ForeignKey("room_share.id", ondelete="CASCADE"), nullable=False),
    _text("person"),
    _text("why"),
    _time("at"),
    _time("settled_at"),
    _text("settled_by", server_default=""),
    sa.UniqueConstraint("share", "person"),
)

# `shown` is the facilitator's own word; None leaves it to the phase.
question = _table(
    "question",
    _cohort(),
    _text("prompt"),
    _text("phase"),
    _mark("shown", nullable=True, server_default=None),
    _mark("open_to_all"),
    _whole("round", 1),
    sa.PrimaryKeyConstraint("cohort", "prompt"),
)

# A round ends when the question is asked again; `why` is first, again or reset.
round_ = _table(
    "round",
    _cohort(),
    _text("prompt"),
    _whole("round", 1),
    _text("why"),
    sa.PrimaryKeyConstraint("cohort", "prompt", "round"),
)

# `person` is their mark in `gone` where somebody left and their ballot could not be found.
answered = _table(
    "answered",
    _cohort(),
    _text("prompt"),
    _whole("round", 1),
    _text("person"),
    sa.PrimaryKeyConstraint("cohort", "prompt", "round", "person"),
    sqlite_with_rowid=False,
)

ballot = _table(
    "ballot",
    _cohort(),
    _text("prompt"),
    _whole("round", 1),
    _text("code"),
    _text("answer"),
    _mark("fresh", server_default=sa.true()),
    sa.PrimaryKeyConstraint("cohort", "prompt", "round", "code"),
    sqlite_with_rowid=False,
)

# What was shown, as it was shown: masked, and never computed again.
result = _table(
    "result",
    _cohort(),
    _text("prompt"),
    _whole("round", 1),
    _whole("issue", 1),
    _whole("answers"),
    _text("rows"),
    sa.PrimaryKeyConstraint("cohort", "prompt", "round", "issue"),
)

assignment = _table(
    "assignment",
    _text("id", primary_key=True),
    _cohort(),
    _text("prompt"),
    _text("reviewer"),
    _text("author"),
    _text("share"),
    _whole("version", 1),
    _text("state"),
    _text("why", server_default=""),
    _time("opened_at"),
    _time("until"),
    _time("ended_at"),
    sa.UniqueConstraint("cohort", "prompt", "reviewer", "author"),
)

critique = _table(
    "critique",
    sa.Column("id", sa.Text, sa.ForeignKey("room_assignment.id", ondelete="CASCADE"), primary_key=True),
    _text("fields"),
    _text("about"),
    _time("given_at"),
    _time("read_at"),
    _text("change", server_default=""),
    _text("keep", server_default=""),
    _time("replied_at"),
)

live = _table(
    "live",
    sa.Column("cohort", sa.Text, sa.ForeignKey("room_cohort.id", ondelete="CASCADE"), primary_key=True),
    _text("lesson"),
    _whole("step"),
    _time("step_at"),
    _time("ends_at"),
    _time("paused_at"),
    _text("message", server_default=""),
    _time("message_at"),
    _text("shows", server_default=""),
    _time("opened_at"),
    _time("closed_at"),
)

stuck = _table(
    "stuck",
    _cohort(),
    _text("person"),
    _text("note", server_default=""),
    _time("at"),
    sa.PrimaryKeyConstraint("cohort", "person"),
)

grouping = _table(
    "grouping",
    _cohort(),
    _text("lesson"),
    _text("person"),
    _whole("number", 1),
    sa.PrimaryKeyConstraint("cohort", "lesson", "person"),
)

attendance = _table(
    "attendance",
    _cohort(),
    _text("lesson"),
    _text("person"),
    _text("name"),
    _text("school", server_default=""),
    _time("joined_at"),
    _time("seen_at"),
    _whole("minutes"),
    sa.Column("corrected", sa.Integer, nullable=True),
    _text("corrected_by", server_default=""),
    _text("corrected_why", server_default=""),
    sa.PrimaryKeyConstraint("cohort", "lesson", "person"),
)

projector = _table(
    "projector",
    _text("mark", primary_key=True),
    _cohort(),
    _text("made_by"),
    _time("made_at"),
    _time("until"),
)

log = _table(
    "log",
    _text("id", primary_key=True),
    _cohort(),
    _time("at"),
    _text("who"),
    _text("what"),
    _text("about"),
    sqlite_with_rowid=False,
)
