"""Rules that compete in a lane, and which of them have to do with each other at all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from loyalty_engine.rulebook.deciding.gain import Gain
from loyalty_engine.rulebook.deciding.match import Match
from loyalty_engine.rulebook.rule import Rule


@dataclass
class Item:
    """One rule that competes: its bit in sets of rules, and the most that it can give.

    `gain` is what it gives alone, `most` what that is worth, `points` the part of it that is no
    money; `against` are those beside which it
    does not stand.
    """

    gain: Gain
    bit: int
    most: int
    points: int
    against: int = 0

    @property
    def match(self) -> Match:
        """The rule and its lines."""
        return self.gain.match

    @property
    def rule(self) -> Rule:
        """The rule."""
        return self.gain.rule

    @property
    def earns(self) -> bool:
        """Whether it gives points, which discounts before it could make fewer."""
        return bool(self.gain.grants)

    @cached_property
    def looks_at(self) -> frozenset[int]:
        """The lines it looks at."""
        return frozenset(self.match.lines)

    @cached_property
    def changes(self) -> frozenset[int]:
        """The lines it makes cheaper."""
        return frozenset(self.gain.reduction.by_line if self.gain.reduction else ())

    def shares_campaign(self, other: "Item") -> bool:
        """Whether two rules are under the same limits."""
        return bool(self.rule.campaign) and self.rule.campaign == other.rule.campaign

    def minds(self, other: "Item", *, shared: bool) -> bool:
        """Whether what another rule does can make a difference to this one.

        With `shared` a part is paid by what earns nothing, and a discount anywhere moves what of it
        falls to each line.
        """
        if self.shares_campaign(other) or self.against & other.bit:
            return True
        if not self.looks_at.isdisjoint(other.changes):
            return True
        if self.match.multiplies or (shared and other.changes):
            return self.earns and (other.earns or bool(other.changes))
        return False


def parts_of(items: Sequence[Item], *, shared: bool) -> Iterator[list[Item]]:
    """The items in parts that have nothing to do with each other, the smallest part first."""
    parts: list[list[Item]] = []
    for item in items:
        joined = [item]
        apart = []
        for part in parts:
            if any(it.minds(item, shared=shared) or item.minds(it, shared=shared) for it in part):
                joined += part
            else:
                apart.append(part)
        parts = [*apart, joined]
    yield from sorted(parts, key=lambda part: (len(part), -max(it.bit for it in part)))


def bits(rules: int) -> Iterator[int]:
    """The rules of a set, each as its bit, in the published order."""
    while rules:
        bit = 1 << (rules.bit_length() - 1)
        yield bit
        rules ^= bit
