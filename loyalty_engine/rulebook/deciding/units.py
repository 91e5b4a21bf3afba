"""Units of a basket as runs of equal price, so that a wholesale line costs no more work than one.

A line is one run, or two where its price does not divide: its first units take the odd cents.
"""

from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.money import MILLI


class Run(NamedTuple):
    """Units of one line that cost the same; `price` is that of one, in minor units."""

    line: int
    price: int
    units: int

    @property
    def cost(self) -> int:
        """What all of its units cost."""
        return self.price * self.units

    def of(self, units: int) -> "Run":
        """So many units of it."""
        return self if units == self.units else Run(self.line, self.price, units)


_LINE, _PRICE = itemgetter(0), itemgetter(1)


def runs_of(facts: Facts, lines: Iterable[int]) -> list[Run]:
    """The units of lines sold by the piece, dearest first, ties by line; weighed lines have none."""
    found = []
    for index in lines:
        units, weighed = divmod(facts.purchase.lines[index].quantity_milli, MILLI)
        if weighed or not units:
            continue
        price, odd = divmod(facts.nets[index], units)
        if odd:
            found.append(Run(index, price + 1, odd))
        found.append(Run(index, price, units - odd))
    found.sort(key=_LINE)
    found.sort(key=_PRICE, reverse=True)  # which keeps the order of equals
    return found


def dearest_first(runs: Iterable[Run]) -> list[Run]:
    """Runs by price, ties by line."""
    return sorted(runs, key=lambda run: (-run.price, run.line))


def count(runs: Iterable[Run]) -> int:
    """How many units there are."""
    return sum(run.units for run in runs)


def divided(runs: Sequence[Run], units: int) -> tuple[list[Run], list[Run]]:
    """The first so many units, and the rest."""
    first: list[Run] = []
    rest: list[Run] = []
    for run in runs:
        taken = min(units, run.units)
        units -= taken
        if taken:
            first.append(run.of(taken))
        if taken < run.units:
            rest.append(run.of(run.units - taken))
    return first, rest


def rows(
    streams: Sequence[Sequence[Run]], sizes: Sequence[int]
) -> Iterator[tuple[int, list[list[Run]]]]:
    """Rows of `sizes[i]` units of each stream in order, until one has no full row left.

    Rows that are all the same come as one, with how often: there are never more than twice as
    many different ones as there are runs.
    """
    rests = [[*reversed(stream)] for stream in streams]
    left = min(count(stream) // size for stream, size in zip(streams, sizes, strict=True))
    while left:
        alike = min(rest[-1].units // size for rest, size in zip(rests, sizes, strict=True))
        times = max(1, min(alike, left))
        left -= times
        yield times, [_pull(rest, size, times) for rest, size in zip(rests, sizes, strict=True)]


def _pull(rest: list[Run], size: int, times: int) -> list[Run]:
    """Take `times` rows of `size` units, and answer one of them."""
    taken: list[Run] = []
    if times > 1:
        run = rest.pop()
        if run.units > size * times:
            rest.append(run.of(run.units - size * times))
        return [run.of(size)]
    while size:
        run = rest.pop()
        used = min(size, run.units)
        if used < run.units:
            rest.append(run.of(run.units - used))
        taken.append(run.of(used))
        size -= used
    return taken
