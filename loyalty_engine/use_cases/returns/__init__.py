"""Purchases that change: returned, cancelled, corrected; what is left is worked out and booked."""
