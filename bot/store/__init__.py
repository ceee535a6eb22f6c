"""The database: one `Store` per process, and transactions on it (`begin` to write, `read`)."""

from bot.store.transaction import AlreadyHandledError, Store, StoreUnavailableError, Transaction

__all__ = ["AlreadyHandledError", "Store", "StoreUnavailableError", "Transaction"]
