"""Sets of rules as integers, one bit for each rule by its position in the index."""

from collections.abc import Callable, Hashable, Iterable
from typing import Any

Asking = list[tuple[int, Any]]
"""Positions of rules, each with what it needs in one dimension."""

FEW = 4
"""A value that so few rules ask for keeps their positions: a set is as wide as the rulebook."""


def set_of(places: Iterable[int]) -> int:
    """The set of rules at some positions, in time linear in the last of them."""
    places = list(places)
    bits = bytearray(max(places, default=-1) // 8 + 1)
    for place in places:
        bits[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(bits, "little")


def joined(few: tuple[int, ...]) -> int:
    """The same of few positions."""
    rules = 0
    for place in few:
        rules |= 1 << place
    return rules


def by_value(asking: Asking, pause: Callable[[], None], few: int = 0) -> dict[Hashable, Any]:
    """The sets of rules by value; up to `few` rules as a tuple of positions."""
    found: dict[Hashable, Any] = {}
    for position, need in asking:
        for value in need:
            found.setdefault(value, []).append(position)
    for value, places in found.items():
        pause()
        found[value] = tuple(places) if len(places) <= few else set_of(places)
    return found
