"""Discounts on sets of units: made best for the member, spread over the whole set.

Sets are made dearest first. The later ones are then worth less than the earlier ones, so whoever
stops at the first that gives nothing, or after so many, has given the most there is. Work grows
with the number of lines (to sort them), never with that of units.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from loyalty_engine.domain.discounting import FreeUnit
from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.money import MILLI
from loyalty_engine.domain.outcomes import Discount
from loyalty_engine.rulebook.deciding.units import Run, count, divided, rows


@dataclass(frozen=True, slots=True)
class UnitSet:
    """`times` equal sets: the units of one, and those of them that the offer is about."""

    times: int
    parts: Sequence[Run]
    got: Sequence[Run]


def multi_buys(runs: Sequence[Run], paid: int, got: int, which: FreeUnit) -> Iterator[UnitSet]:
    """Sets of `paid` and `got` units of the same choice; in each the cheapest or dearest are got.

    Where it is the cheapest, each set takes the dearest units left and so spares the member the
    most; where it is the dearest, the dearest of all are got, each beside others.
    """
    if which is FreeUnit.CHEAPEST:
        for times, (parts,) in rows([runs], [paid + got]):
            yield UnitSet(times, parts, divided(parts, paid)[1])
    else:
        sets = count(runs) // (paid + got)
        first, rest = divided(runs, sets * got)
        yield from other_buys(rest, first, paid, got)


def other_buys(
    paid_runs: Sequence[Run], got_runs: Sequence[Run], paid: int, got: int
) -> Iterator[UnitSet]:
    """Sets of `paid` units of one choice and `got` of another, each in the order given."""
    for times, (got_parts, paid_parts) in rows([got_runs, paid_runs], [got, paid]):
        yield UnitSet(times, [*got_parts, *paid_parts], got_parts)


def at_most(sets: Iterable[UnitSet], times: int | None) -> Iterator[UnitSet]:
    """The first so many sets; all of them where there is no end."""
    for each in sets:
        if times is None:
            yield each
            continue
        if times <= 0:
            return
        yield UnitSet(min(times, each.times), each.parts, each.got)
        times -= each.times


def set_discount(
    facts: Facts, sets: Iterable[UnitSet], off: Callable[[UnitSet], int]
) -> Discount | None:
    """What the sets give, up to the first that gives nothing; `off` says what one gives.

    The discount of a set is spread over all of it in proportion to the prices.
    """
    by_line: dict[int, int] = defaultdict(int)
    units: dict[int, int] = defaultdict(int)
    for each in sets:
        discount = off(each)
        if discount <= 0:
            break
        if len(each.parts) == 1:
            (part,) = each.parts
            by_line[part.line] += each.times * discount
            units[part.line] += each.times * part.units
            continue
        cost: dict[int, int] = defaultdict(int)
        pieces: dict[int, int] = defaultdict(int)
        for part in each.parts:
            cost[part.line] += part.cost
            pieces[part.line] += part.units
        lines = sorted(cost)
        shares = facts.spread(
            discount,
            lines,
            [cost[line] for line in lines],
            [pieces[line] * MILLI for line in lines],
        )
        for line, share in zip(lines, shares, strict=True):
            by_line[line] += each.times * share
            units[line] += each.times * pieces[line]
    found = {line: by_line[line] for line in sorted(by_line) if by_line[line]}
    if not found:
        return None
    return Discount(found, {line: units[line] * MILLI for line in sorted(units)}, in_sets=True)
