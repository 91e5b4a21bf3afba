"""Two rulebooks over the same past."""
