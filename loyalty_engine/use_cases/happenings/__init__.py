"""Events that are no purchase, and what surveys have come to."""
