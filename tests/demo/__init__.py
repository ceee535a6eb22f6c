"""The local Telegram, and the office that stands on it."""
