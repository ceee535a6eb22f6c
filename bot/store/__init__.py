"""The database: tables, transactions, and the rows each part of the bot needs.

One `Store` per process. A use case opens one transaction on it (`begin` to write, `read` to
read), works with the tables of the transaction (`tx.runs`, `tx.people`, `tx.outbox`, …), and
leaves: commit on a normal end, rollback on an exception.
"""

from bot.store.transaction import AlreadyHandledError, Store, StoreUnavailableError, Transaction

__all__ = ["AlreadyHandledError", "Store", "StoreUnavailableError", "Transaction"]
