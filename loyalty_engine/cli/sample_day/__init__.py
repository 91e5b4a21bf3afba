"""A shop day that the project makes itself: who comes, what they buy, what they bring back.

The same day is always the same, to the last unit, so playing it twice records nothing twice.
"""
