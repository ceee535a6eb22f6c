"""Kawal SOP: escorts an office's standard operating procedures to the signature."""

__version__ = "0.1.0"
