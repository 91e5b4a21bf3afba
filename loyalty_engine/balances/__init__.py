"""Balances in Redis: versioned values, or none without Redis."""
