"""The local Telegram, judged from outside and in its parts."""
