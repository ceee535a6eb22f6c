"""The team of a run, by the office's decree."""
