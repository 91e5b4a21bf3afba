"""Tiers: reviewed, given by hand, shown."""
