"""No time and no order beside what is counted."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

DAY_MS = 24 * 3_600_000
WITHOUT_HOUR = ("phase", "shown", "reveal", "again", "reset", "left")


def upgrade() -> None:
    op.create_table(
        "room_gone",
        _cohort("gone"),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("cohort", "mark", name=op.f("pk_room_gone")),
        sqlite_with_rowid=False,
    )
    _members()
    _log()
    with op.batch_alter_table("room_result") as table:
        table.drop_column("at")


def _members():
    op.rename_table("room_member", "room_member_before")
    _name("pk_room_member", "pk_room_member_before", "room_member_before")
    op.create_table(
        "room_member",
        _cohort("member"),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("school", sa.Text(), server_default="", nullable=False),
        sa.Column("role", sa.Text(), server_default="participant", nullable=False),
        sa.Column("appraiser", sa.Text(), server_default="", nullable=False),
        sa.Column("volunteer", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("place", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("cohort", "person", name=op.f("pk_room_member")),
        sqlite_with_rowid=False,
    )
    kept = "cohort, person, name, school, role, appraiser, volunteer"
    place = "row_number() OVER (PARTITION BY person ORDER BY joined_at, cohort)"
    op.execute(
        f"INSERT INTO room_member ({kept}, place) SELECT {kept}, {place} FROM room_member_before "
        "WHERE left_at IS NULL ORDER BY cohort, person"
    )
    op.execute(
        "INSERT INTO room_gone (cohort, mark) SELECT cohort, person FROM room_member_before "
        "WHERE left_at IS NOT NULL ORDER BY cohort, person"
    )
    op.drop_table("room_member_before")


def _log():
    op.rename_table("room_log", "room_log_before")
    _name("pk_room_log", "pk_room_log_before", "room_log_before")
    op.create_table(
        "room_log",
        sa.Column("id", sa.Text(), nullable=False),
        _cohort("log"),
        sa.Column("at", sa.BigInteger(), nullable=True),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_log")),
        sqlite_with_rowid=False,
    )
    hourless = ", ".join(f"'{what}'" for what in WITHOUT_HOUR)
    at = f"CASE WHEN what IN ({hourless}) THEN at - at % {DAY_MS} ELSE at END"
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    new = "lower(hex(randomblob(12)))" if is_sqlite else "substr(md5(random()::text || id::text), 1, 24)"
    op.execute(
        "INSERT INTO room_log (id, cohort, at, who, what, about) "
        f"SELECT {new} AS new, cohort, {at}, CASE WHEN what = 'left' THEN 'gone' ELSE who END, what, about "
        "FROM room_log_before ORDER BY new"
    )
    op.drop_table("room_log_before")


def _cohort(table):
    ends = sa.ForeignKey("room_cohort.id", name=op.f(f"fk_room_{table}_cohort"), ondelete="CASCADE")
    return sa.Column("cohort", sa.Text(), ends, nullable=False)


def _name(was, now, table):
    """PostgreSQL has one name for one key in the whole database."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {table} RENAME CONSTRAINT {was} TO {now}")
        op.execute(f"ALTER TABLE {table} RENAME CONSTRAINT {was.replace('pk_', 'fk_')}_cohort TO {now}_fk")
