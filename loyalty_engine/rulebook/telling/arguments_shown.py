"""Arguments of words as plain values, for machines: what a rule file says, in the units of facts."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, time
from fractions import Fraction
from typing import Any

from loyalty_engine.rulebook.words import Word


def arguments_of(word: Word) -> Mapping[str, Any]:
    """A word's arguments by name, those of its parts left to the parts."""
    given = {each.name: getattr(word, each.name) for each in fields(word)}  # type: ignore[arg-type]
    return {
        name.rstrip("_"): plain(value)
        for name, value in given.items()
        if name not in ("parts", "places") and value not in (None, ())
    }


def plain(value: object) -> Any:
    """A value as JSON has it: dates and times in ISO 8601, fractions as text, tuples as lists."""
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Fraction):
        return str(value)
    return value if isinstance(value, str | int | bool | None) else str(value)
