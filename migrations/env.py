"""How Alembic runs here: on the connection, and in the transaction, that it is given.

`bot/store/schema.py` calls it; there is no alembic.ini, and nothing here touches logging.
"""

from __future__ import annotations

from alembic import context

from bot.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite changes a column only by making the table anew.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
