"""A local Telegram: a Bot API server on the loopback, with people who use it.

The bot talks to it over HTTP exactly as it talks to Telegram, so it cannot tell the two
apart; tests and the demo play the people. It is an independent judge: it knows nothing of
this project and nothing of the library the bot uses, and it is strict where Telegram is.

`server.py` starts it, `http.py` answers requests, `methods.py` has what a bot may ask and
`content.py` what it may send, `world.py` holds what there is, `people.py` and `groups.py` what
people can do, `updates.py` how updates travel, `faults.py` how things fail, `log.py` what
happened, `snapshot.py` how it outlives its process.

It is one bot in private chats and groups. Unlike Telegram it knows HTML but no Markdown,
delivers no webhooks, fetches nothing from the network and answers a quarrel of two pollers at once.
"""
