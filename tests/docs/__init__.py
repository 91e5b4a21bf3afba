"""Tests that hold documents to what they say."""
