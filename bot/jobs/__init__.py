"""What runs by itself: one worker, one file, and the file's name is its job."""
