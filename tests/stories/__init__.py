"""Stories: people and the bot over HTTP, through the local Telegram."""
