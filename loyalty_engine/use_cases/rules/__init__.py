"""Rulebooks in force: kept at hand, changed, shown with their budgets."""
