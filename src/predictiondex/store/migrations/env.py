"""Alembic's entry: runs the migrations on the connection it is handed, inside its transaction."""

from alembic import context

from predictiondex.store.tables import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    compare_server_default=True,
    transactional_ddl=True,
    render_as_batch=False,
)
with context.begin_transaction():
    context.run_migrations()
