"""How many units are missing to the first set of a multi-buy."""

from collections.abc import Sequence

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.money import MILLI
from loyalty_engine.rulebook.arguments import Milli
from loyalty_engine.rulebook.deciding.units import count, runs_of
from loyalty_engine.rulebook.words import Found, Near
from loyalty_engine.vocabulary.steps import any_of


def short_of_units(size: int, facts: Facts, lines: Sequence[int]) -> Near | None:
    """So many more of the cheapest of these lines make a set of `size` units; weighed ones none."""
    whole = [index for index in lines if facts.purchase.lines[index].quantity_milli % MILLI == 0]
    short_by = size - count(runs_of(facts, whole))
    like = any_of(facts, whole)
    return Near(short_by * MILLI, "milli", like) if like and short_by > 0 else None


def units_found(size: int, facts: Facts, lines: Sequence[int]) -> Found | None:
    """How many units of them there are, where that is less than a set of `size`."""
    units = count(runs_of(facts, lines))
    return Found(units * MILLI, Milli) if units < size else None
