"""What a word needs: necessary conditions, by which an index finds the rules worth looking at.

Needs are told by dimension of the facts: the tier needs to be gold or silver, the basket needs to
hold something from one of these categories, its total needs to be 5000. They may ask too little
and never too much, because a rule whose needs are not met is not looked at.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from loyalty_engine.domain.facts import Facts


@dataclass(frozen=True, eq=False)
class OneValue:
    """A dimension with one value for all facts, None included: the tier, the weekday.

    What is needed is a frozenset: the value is one of it. Asked once for a purchase, so it looks
    at nothing that discounts change.
    """

    name: str
    of: Callable[[Facts], Hashable]


@dataclass(frozen=True, eq=False)
class SeveralValues:
    """A dimension with any number of values: the categories in the basket, the means of payment.

    What is needed is a frozenset: at least one of the values is in it. Asked once for a purchase.
    """

    name: str
    of: Callable[[Facts], Iterable[Hashable]]


@dataclass(frozen=True, eq=False)
class Amount:
    """A dimension that is a whole number. What is needed is an integer: the number is not less.

    Asked in each lane, on what the lanes before have left.
    """

    name: str
    of: Callable[[Facts], int]


Dimension = OneValue | SeveralValues | Amount

Needs = Mapping[Dimension, frozenset[Hashable] | int]
"""What is needed in each dimension that matters, in all of them at once."""

NOTHING: Final[Needs] = {}

_OF_VALUES = (OneValue, SeveralValues)


class Needing(Protocol):
    """A condition or a selector."""

    def needs(self) -> Needs:
        """What it needs."""


def needs_together(words: Iterable[Needing]) -> Needs:
    """What several words need that have to hold together.

    One that raises, or answers what cannot be meant, needs nothing: words come from plugins too.
    """
    return all_of(map(_checked, words))


def all_of(several: Iterable[Needs]) -> Needs:
    """What is needed where each of several has to hold."""
    merged: dict[Dimension, frozenset[Hashable] | int] = {}
    for needs in several:
        for dimension, need in needs.items():
            merged[dimension] = (
                _stricter(dimension, merged[dimension], need) if dimension in merged else need
            )
    return merged


def any_of(several: Iterable[Needs]) -> Needs:
    """What is needed where it is enough that one of several holds."""
    merged: Needs | None = None
    for needs in several:
        if merged is None:
            merged = needs
        else:
            merged = {
                dimension: _looser(need, needs[dimension])
                for dimension, need in merged.items()
                if dimension in needs
            }
    return merged or NOTHING


def _stricter(
    dimension: Dimension, one: frozenset[Hashable] | int, other: frozenset[Hashable] | int
) -> frozenset[Hashable] | int:
    if isinstance(one, int) or isinstance(other, int):
        assert isinstance(one, int) and isinstance(other, int), dimension
        return max(one, other)
    if isinstance(dimension, OneValue):
        return one & other
    # Two different values may meet the two: only one of them can be kept, the one with fewer.
    return other if len(other) < len(one) else one


def _looser(
    one: frozenset[Hashable] | int, other: frozenset[Hashable] | int
) -> frozenset[Hashable] | int:
    if isinstance(one, int) or isinstance(other, int):
        assert isinstance(one, int) and isinstance(other, int)
        return min(one, other)
    return one | other


def _checked(word: Needing) -> Needs:
    try:
        needs = word.needs()
        meant = all(
            type(need) is int
            if type(dimension) is Amount
            else type(dimension) in _OF_VALUES and type(need) is frozenset
            for dimension, need in needs.items()
        )
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001 - a plugin's word may raise anything
        return NOTHING
    return needs if meant else NOTHING
