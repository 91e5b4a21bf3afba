"""What a unit of work can write, by noun."""
