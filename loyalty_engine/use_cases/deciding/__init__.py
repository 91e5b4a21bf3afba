"""What a purchase is decided on, and the decision as it is kept."""
