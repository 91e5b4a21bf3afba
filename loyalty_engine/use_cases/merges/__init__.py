"""Two members who turn out to be one: all that either has is the one's."""
