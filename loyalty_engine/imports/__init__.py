"""Purchases from files, driven through the engine.

`read_mapping` says what is in which column, `tables` reads rows, `baskets` and `lines` make
baskets of them, `staging` brings them into the order of time, `steps` says what happened, `replay`
lets it happen, `account` sees that no line gets lost, and `totals` counts what came of it.
"""
