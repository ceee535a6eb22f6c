"""Evidence: files that people attach to their tasks."""
