"""The tests, laid out as loyalty_engine is."""
