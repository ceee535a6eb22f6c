"""The office that stands on the local Telegram, and its page."""
