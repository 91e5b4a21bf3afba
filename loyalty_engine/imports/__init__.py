"""Purchases from files, driven through the engine."""
