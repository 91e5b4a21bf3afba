"""Regions of single values: one of several, or whole numbers in spans."""

from collections.abc import Hashable
from dataclasses import dataclass
from math import gcd
from typing import Final

Span = tuple[int, int | None]
"""From the first whole number to just before the second, or on and on."""

LOWEST: Final = -(10**18)
"""Below every number that there is here."""


@dataclass(frozen=True, slots=True)
class Among:
    """One value of `values`, or with `others` any value but those; None stands for no value."""

    values: frozenset[Hashable]
    others: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.values and not self.others

    @property
    def is_certain(self) -> bool:
        """Whether there is a value at all, None left out."""
        return (None in self.values) is self.others

    def but(self) -> "Among":
        """All that lies outside."""
        return Among(self.values, not self.others)

    def meet(self, other: "Among") -> "Among":
        """What lies in both."""
        if self.others and other.others:
            return Among(self.values | other.values, others=True)
        if self.others:
            return Among(other.values - self.values)
        return Among(self.values - other.values if other.others else self.values & other.values)

    def within(self, other: "Among") -> bool:
        """Whether all of it lies in the other."""
        return self.meet(other.but()).is_empty


@dataclass(frozen=True, slots=True)
class Spans:
    """Whole numbers: those in `spans` (apart, in order) that `step` divides.

    `absent` adds the case that there is no number: the days since a first purchase.
    """

    spans: tuple[Span, ...]
    absent: bool = False
    step: int = 1

    @property
    def is_empty(self) -> bool:
        return not self.absent and not any(map(self._holds_a_multiple, self.spans))

    @property
    def is_certain(self) -> bool:
        """Whether there is a number at all."""
        return not self.absent

    def but(self) -> "Spans | None":
        """All that lies outside; not known for multiples."""
        if self.step != 1:
            return None
        outside: list[Span] = []
        begin: int | None = LOWEST
        for first, end in self.spans:
            if begin is not None and first > begin:
                outside.append((begin, first))
            begin = end
        if begin is not None:
            outside.append((begin, None))
        return Spans(tuple(outside), not self.absent)

    def meet(self, other: "Spans") -> "Spans":
        """What lies in both."""
        met: list[Span] = []
        for begin, end in self.spans:
            for other_begin, other_end in other.spans:
                first = max(begin, other_begin)
                last = (
                    other_end if end is None else end if other_end is None else min(end, other_end)
                )
                if last is None or first < last:
                    met.append((first, last))
        step = self.step * other.step // gcd(self.step, other.step)
        return Spans(tuple(met), self.absent and other.absent, step)

    def within(self, other: "Spans") -> bool:
        """Whether all of it lies in the other."""
        if self.is_empty:
            return True
        outside = Spans(other.spans, other.absent).but()
        assert outside is not None
        return self.step % other.step == 0 and self.meet(outside).is_empty

    def _holds_a_multiple(self, span: Span) -> bool:
        begin, end = span
        return end is None or -(-begin // self.step) * self.step < end
