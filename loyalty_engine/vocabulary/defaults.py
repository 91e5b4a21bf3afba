"""What words mean where a rule file does not say it."""

from loyalty_engine.rulebook.arguments import AttributeName, Milli, UnitName

POINTS = UnitName("points")
"""The unit that is earned and multiplied."""

ONE = Milli(1000)
"""One piece, one kilogram, one litre."""

BIRTHDAY = AttributeName("birthday")
"""The member attribute that holds the date of birth."""
