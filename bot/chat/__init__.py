"""The Telegram side: updates in, messages out, and the words people read."""

import os

# python-telegram-bot hands out durations as timedelta only if asked to, and warns otherwise.
os.environ.setdefault("PTB_TIMEDELTA", "true")
