"""What a unit of work can read, by noun."""
