"""Run by Alembic: brings the connection that `models.database` hands over up to date, in its transaction."""

from alembic import context

from models.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # SQLite can, too: a step that fails leaves nothing behind
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
