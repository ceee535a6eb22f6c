"""Background jobs: one file each, named after the job."""
