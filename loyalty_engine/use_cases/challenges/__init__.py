"""Challenges: what counts on which card, what goals give, what is told of them."""
