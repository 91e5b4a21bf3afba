"""Vouchers and their codes: given, presented, used, given back."""
