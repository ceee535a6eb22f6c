"""Starting a run: what people choose, one last look, and ten minutes to take it back."""
