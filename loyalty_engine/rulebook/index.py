"""An index of rules by what they need: from thousands to the few that are worth looking at.

A set of rules is an integer with one bit for each rule, so that sets of thousands are intersected
in a fraction of a microsecond. Each dimension keeps, by value, the rules that this value lets
through, and the rules that do not ask for it at all.
"""

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from operator import or_

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.index_of_products import PRODUCTS, ByProduct
from loyalty_engine.rulebook.needs import Amount, Dimension, Needs, OneValue
from loyalty_engine.rulebook.rule_sets import FEW, Asking, by_value, joined, set_of

MOST_STEPS = 64
"""So many thresholds of an amount are told apart; a few rules between two are looked at in vain."""

MOST_DAYS = 64
"""The live rules of so many days are kept at hand."""

Days = tuple[date | None, date | None]
"""From and until when a rule is live, both days included; None where that is open."""


def positions(rules: int) -> Iterator[int]:
    """The positions of the rules in a set, the highest first: that way is much the faster one."""
    while rules:
        highest = rules.bit_length() - 1
        yield highest
        rules ^= 1 << highest


class Index:
    """The rules by position, 0 being the lowest bit. It lets too many through and never too few.

    `pause` is called often while it is made, for whoever makes it beside other work.
    """

    def __init__(
        self, needs: Iterable[Needs], days: Sequence[Days], pause: Callable[[], None]
    ) -> None:
        self._every = (1 << len(days)) - 1
        self._days = days
        self._live: dict[date, int] = {}
        self._fixed: list[_Table] = []
        self._moving: list[_Table] = []
        by_dimension = _by_dimension(needs, pause)
        if products := {it: by_dimension.pop(it) for it in PRODUCTS if it in by_dimension}:
            self._fixed.append(ByProduct(products, self._every, pause))
        for dimension, asking in by_dimension.items():
            free = self._every ^ set_of(position for position, _ in asking)
            if isinstance(dimension, Amount):
                self._moving.append(_Steps(dimension.of, asking, free))
            elif isinstance(dimension, OneValue):
                let = {it: rules | free for it, rules in by_value(asking, pause).items()}
                self._fixed.append(_ByOneValue(dimension.of, let, free))
            else:
                self._fixed.append(_ByValues(dimension.of, by_value(asking, pause, FEW), free))

    def live(self, day: date) -> int:
        """The rules within whose dates a day lies."""
        rules = self._live.get(day)
        if rules is None:
            rules = set_of(
                position
                for position, (start, end) in enumerate(self._days)
                if (start is None or start <= day) and (end is None or day <= end)
            )
            if len(self._live) >= MOST_DAYS:
                self._live.clear()
            self._live[day] = rules
        return rules

    def possible(self, facts: Facts) -> int:
        """The live rules that nothing but an amount can still rule out."""
        return _through(self._fixed, facts, self.live(facts.local.date()))

    def afforded(self, facts: Facts) -> int:
        """The rules whose amounts are reached by what the lanes before have left."""
        return _through(self._moving, facts, self._every)


def _through(tables: Iterable["_Table"], facts: Facts, rules: int) -> int:
    for table in tables:
        try:
            rules &= table.through(facts)
        except KeyboardInterrupt:
            raise
        except BaseException:  # noqa: BLE001, S110 - a plugin's dimension may raise anything
            pass  # ... and then rules nothing out; the word that brought it speaks for itself
    return rules


@dataclass(frozen=True, slots=True)
class _ByOneValue:
    """The rules that each value lets through; `free` are those that ask for none, and in each."""

    of: Callable[[Facts], Hashable]
    let: Mapping[Hashable, int]
    free: int

    def through(self, facts: Facts) -> int:
        return self.let.get(self.of(facts), self.free)


@dataclass(frozen=True, slots=True)
class _ByValues:
    """The same where facts have several values, and one that is asked for is enough.

    There may be as many values as rules, so what few rules ask for stays a tuple of positions.
    """

    of: Callable[[Facts], Iterable[Hashable]]
    asking: Mapping[Hashable, int | tuple[int, ...]]
    free: int

    def through(self, facts: Facts) -> int:
        through = self.free
        for value in self.of(facts):
            rules = self.asking.get(value)
            if rules is None:
                continue
            if isinstance(rules, int):
                through |= rules
            else:
                through |= joined(rules)
        return through


class _Steps:
    """The rules by how much they ask for, in steps of about as many rules each.

    A step is reached at its lowest bound; `_rules[n]` are those of the first `n` steps.
    """

    def __init__(self, of: Callable[[Facts], int], asking: Asking, free: int) -> None:
        self._of = of
        asking = sorted(asking, key=lambda it: it[1])
        width = -(-len(asking) // MOST_STEPS)
        steps = [asking[first : first + width] for first in range(0, len(asking), width)]
        sets = (set_of(position for position, _ in step) for step in steps)
        self._bounds = [step[0][1] for step in steps]
        self._rules = list(accumulate(sets, or_, initial=free))

    def through(self, facts: Facts) -> int:
        return self._rules[bisect_right(self._bounds, self._of(facts))]


_Table = _ByOneValue | _ByValues | _Steps | ByProduct


def _by_dimension(needs: Iterable[Needs], pause: Callable[[], None]) -> dict[Dimension, Asking]:
    asking: dict[Dimension, Asking] = {}
    for position, each in enumerate(needs):
        pause()
        for dimension, need in each.items():
            asking.setdefault(dimension, []).append((position, need))
    return asking
