"""Alembic's entry: the connection is handed over by `loyalty_engine.storage.sql.migrate`."""

from alembic import context

from loyalty_engine.storage.sql.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
