"""Buttons, messages and markup, by themselves."""
