"""Bundles: one unit for each slot, chosen from what fits it, best for the member.

Units that fit one slot only are taken dearest first. Where a unit fits several, which units a
number of sets is made of is found exactly: units are looked at dearest first, and each is taken
where those taken before can be moved so that it finds a slot (that gives the dearest units that
can be set together). How many sets give most is found by halving, for each set more gives less
than the one before. Work grows with lines times lines times slots at the most, times the binary
logarithm of the number of sets; never with the number of ways to combine units.
"""

from collections.abc import Collection, Sequence
from itertools import pairwise

from loyalty_engine.rulebook.deciding.units import Run, count, dearest_first, divided

Streams = list[list[Run]]


def best_streams(
    runs: Sequence[Run], slots: Sequence[Collection[int]], price: int | None, times: int | None
) -> Streams:
    """For each slot its units, dearest first, as many for each: one of each makes a set.

    `slots` are the lines that fit each, `runs` come dearest first. With a `price` for the set no
    more sets are made than are worth it; there are at most so many `times`.
    """
    fitting = [[run for run in runs if run.line in slot] for slot in slots]
    most = min(count(stream) for stream in fitting)
    most = most if times is None else min(most, times)
    if sum(len(slot) for slot in slots) == len(set().union(*slots)):
        return [divided(stream, most)[0] for stream in fitting]
    return _assigned(runs, slots, _best_number(runs, slots, price, most))


def _best_number(
    runs: Sequence[Run], slots: Sequence[Collection[int]], price: int | None, most: int
) -> int:
    """The largest number of sets of which the last still gives something."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        value = _value(runs, slots, middle)
        before = _value(runs, slots, middle - 1)
        if value is None or before is None or value - before <= (price or 0):
            high = middle - 1
        else:
            low = middle
    return low


def _value(runs: Sequence[Run], slots: Sequence[Collection[int]], sets: int) -> int | None:
    """What the units of so many sets cost at most; None where there are not so many sets."""
    streams = _assigned(runs, slots, sets)
    if any(count(stream) < sets for stream in streams):
        return None
    return sum(run.cost for stream in streams for run in stream)


def _assigned(runs: Sequence[Run], slots: Sequence[Collection[int]], sets: int) -> Streams:
    """The dearest units that fill each slot so many times, as far as there are any."""
    filling = _Filling(runs, slots, sets)
    for place in range(len(runs)):
        filling.take(place)
    return [
        dearest_first(
            Run(runs[place].line, runs[place].price, units)
            for place, units in held.items()
            if units
        )
        for held in filling.held
    ]


class _Filling:
    """Slots with room for `sets` units each, and what each holds: units by the run's place."""

    def __init__(self, runs: Sequence[Run], slots: Sequence[Collection[int]], sets: int) -> None:
        self.runs = runs
        self.free = [sets] * len(slots)
        self.held: list[dict[int, int]] = [{} for _ in slots]
        self.fits = [[s for s, lines in enumerate(slots) if run.line in lines] for run in runs]

    def take(self, place: int) -> None:
        """Take as many units of a run as find a slot."""
        left = self.runs[place].units
        while left and (path := self._path(place)):
            left -= self._shift(path, left)

    def _path(self, place: int) -> list[tuple[int, int]]:
        """Moves, the last first, that give a unit of the run a slot: (run, into slot) each."""
        came: dict[int, tuple[int, int | None]] = dict.fromkeys(self.fits[place], (place, None))
        queue = [*came]
        for slot in queue:
            if self.free[slot]:
                return self._back(slot, came)
            for other, units in self.held[slot].items():
                for target in self.fits[other] if units else ():
                    if target not in came:
                        came[target] = (other, slot)
                        queue.append(target)
        return []

    @staticmethod
    def _back(slot: int, came: dict[int, tuple[int, int | None]]) -> list[tuple[int, int]]:
        path = []
        at: int | None = slot
        while at is not None:
            run, before = came[at]
            path.append((run, at))
            at = before
        return path

    def _shift(self, path: list[tuple[int, int]], most: int) -> int:
        """Make the moves with as many units as all of them allow."""
        units = min(most, self.free[path[0][1]])
        for (run, _), (_, out_of) in pairwise(path):
            units = min(units, self.held[out_of][run])
        self.free[path[0][1]] -= units
        for (run, _), (_, out_of) in pairwise(path):
            self.held[out_of][run] -= units
        for run, into in path:
            self.held[into][run] = self.held[into].get(run, 0) + units
        return units
