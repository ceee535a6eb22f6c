"""What holds everywhere in the bot, and what one who adds to it is held to."""
