"""What stands on a screen, as plain values: marked-up text, pages, and buttons."""
