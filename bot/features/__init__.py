"""What people can do with the bot, one feature a file; `registry.py` lists them."""
