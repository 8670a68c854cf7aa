"""What alembic runs; the connection is ours, and so is the name of its table."""

from alembic import context

from openpractice.room.migrations.moving import VERSION_TABLE
from openpractice.room.roomtables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
