"""What one rulebook came to over a past: sums that add up, whoever worked them out in which order.

Points are worth what the programme declares: whole numbers of `1/scale` minor units, so that
nothing is rounded before it is shown.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import lcm
from typing import Final

import msgspec

from loyalty_engine.domain.ledger import Entry
from loyalty_engine.domain.program import Program
from loyalty_engine.imports.totals import UnitTotals, count_move

TOTAL: Final = "total"
RULE: Final = "rule"
WEEK: Final = "week"
STORE: Final = "store"


class Sums(msgspec.Struct, array_like=True):
    """Money in minor units. `times` counts purchases (of a rule: those on which it gave
    something), `sales` what was paid for them, `discount` money off; `worth` is that of the
    `points` that rules gave, those that turned into others counted as what they became.

    All is less what came back: a purchase of which nothing is kept counts for nothing.
    """

    times: int = 0
    sales: int = 0
    discount: int = 0
    worth: int = 0
    points: dict[str, int] = msgspec.field(default_factory=dict)

    def add(self, other: "Sums") -> None:
        """Add other sums to these."""
        self.times += other.times
        self.sales += other.sales
        self.discount += other.discount
        self.worth += other.worth
        for unit, points in other.points.items():
            self.points[unit] = self.points.get(unit, 0) + points

    def cost(self, scale: int) -> int:
        """Money off and the worth of points, in `1/scale` minor units."""
        return self.discount * scale + self.worth


class Member(msgspec.Struct, array_like=True):
    """What one member came to, and its tier at the end."""

    id: str
    sums: Sums
    tier: str
    attributes: dict[str, str] = {}


@dataclass(slots=True)
class Figures:
    """All sums of one side, by dimension and key; `lacking` are points by unit that purchases spent
    in the past and that these rules had not given.
    """

    sums: dict[str, dict[str, Sums]] = field(default_factory=dict)
    units: dict[str, UnitTotals] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    lacking: Counter[str] = field(default_factory=Counter)
    members: int = 0
    returns: int = 0

    def at(self, dimension: str, key: str) -> Sums:
        """The sums of one key."""
        keys = self.sums.setdefault(dimension, {})
        found = keys.get(key)
        if found is None:
            found = keys[key] = Sums()
        return found

    @property
    def total(self) -> Sums:
        """The sums over all purchases."""
        return self.at(TOTAL, "")

    def moved(self, entries: Iterable[Entry]) -> None:
        """Count what entries of an account move."""
        for it in entries:
            sums = self.units.setdefault(it.unit, UnitTotals())
            count_move(sums, it.kind, it.source, it.destination, it.reason or "", it.amount)

    def add(self, other: "Figures") -> None:
        """Add another part's figures to these."""
        for dimension, keys in other.sums.items():
            for key, sums in keys.items():
                self.at(dimension, key).add(sums)
        for unit, more in other.units.items():
            self.units.setdefault(unit, UnitTotals()).add(more)
        self.refused.update(other.refused)
        self.lacking.update(other.lacking)
        self.members += other.members
        self.returns += other.returns


@dataclass(frozen=True, slots=True)
class Worth:
    """What points are worth under a programme, in `1/scale` minor units."""

    scale: int
    values: Mapping[str, int]

    def of(self, points: Mapping[str, int]) -> int:
        """The worth of points by unit."""
        return sum(self.values[unit] * amount for unit, amount in points.items())


def scale_of(programs: Iterable[Program]) -> int:
    """A scale in which the points of all these programmes have whole values."""
    return lcm(*(unit.value.denominator for it in programs for unit in it.units.values()))


def worth_under(program: Program, scale: int) -> Worth:
    """What the points of a programme are worth."""
    return Worth(scale, {name: int(it.value * scale) for name, it in program.units.items()})
