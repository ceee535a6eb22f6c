"""Background jobs: deliver what is in the outbox, fetch files, and do what is due."""
