"""Measurements against the project's budgets. Not tests: nothing here passes or fails."""
