"""The bot as `python -m bot run`, but free of Telegram's speed limits.

Those are the bot's to keep, one message a second and chat; what is measured here is how long
the bot itself takes.
"""

from __future__ import annotations

import bot.app
from bot.chat import rate_limit

if __name__ == "__main__":
    rate_limit.RateLimiter.__init__.__defaults__ = (10_000.0, 10_000, 10_000.0, 10_000, 10_000.0)
    from bot.settings import load_settings

    raise SystemExit(bot.app.run(load_settings()))
