"""Tests of what runs the examples beside the rules."""
