"""/start and /undang: how people come to the bot."""
