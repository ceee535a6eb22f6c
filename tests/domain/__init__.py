"""The pure core: what is true of working time, runs, the engine and its reminders."""
