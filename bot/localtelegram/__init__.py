"""A local Telegram: a Bot API server on the loopback, and the people that tests and demo play.

It uses nothing of the bot and of its Telegram library, and is as strict as Telegram. Limits:
one bot, private chats and groups, HTML but no Markdown, no webhooks, no network; of two pollers
it refuses one at once. `server.py` starts it.
"""
