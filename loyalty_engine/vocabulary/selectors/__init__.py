"""What can stand under `on`: says which lines a rule is about."""
