"""How long a test waits before it says that it waited in vain."""

from __future__ import annotations

SECONDS = 60.0
"""Far more than anything needs on a slow and busy machine: no test measures by it."""
