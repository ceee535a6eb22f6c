"""Tasks: cards, reminders and details of one's own steps, and confirming them."""
