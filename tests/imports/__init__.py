"""Purchases from files."""
