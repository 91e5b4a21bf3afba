"""Tiers (being written)."""
