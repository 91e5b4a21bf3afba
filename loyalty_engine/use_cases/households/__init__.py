"""Households: members who earn and spend on one account."""
