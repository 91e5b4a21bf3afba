"""Limits of a rule: which period a day is in, and how much of a gain they let through."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.limits import Limit, Measure, NamedLimits, Period, Scope, Short
from loyalty_engine.domain.money import Rounding, exact_sum, round_to_int, share_out
from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.deciding.decision import Grant, Reduction
from loyalty_engine.rulebook.rule import Rule, limits_of


def period_name(period: Period, day: date) -> str:
    """Which period `day` (in the programme's zone) belongs to."""
    if period is Period.DAY:
        return day.isoformat()
    if period is Period.WEEK:
        return f"week of {(day - timedelta(days=day.weekday())).isoformat()}"
    if period is Period.MONTH:
        return f"{day:%Y-%m}"
    if period is Period.YEAR:
        return f"{day:%Y}"
    return ""


def counted(rule: Rule, program: Program) -> Iterator[tuple[str, Limit]]:
    """The limits that are counted over several purchases, with their names."""
    for name, limit in limits_of(rule, program):
        if limit.scope is not Scope.PURCHASE:
            yield name, limit


@dataclass(frozen=True, slots=True)
class Gift:
    """What a rule gives: points by grant with what one is worth in minor units, and money off.

    `added` tells that it gives products on top, which count as a use and as nothing else.
    """

    points: Sequence[int]
    values: Sequence[Fraction]
    money: int
    added: bool = False

    def amount(self, measure: Measure) -> int:
        """How much of a measure it is; liability is rounded up, once for the rule and purchase."""
        match measure:
            case Measure.USES:
                return 1
            case Measure.POINTS:
                return sum(self.points)
            case Measure.MONEY:
                return self.money
        worth = exact_sum(n * value for n, value in zip(self.points, self.values, strict=True))
        return round_to_int(worth, Rounding.UP) + self.money

    def within(self, measure: Measure, room: int) -> "Gift":
        """As much of it as `room` lets through; of liability, money off goes before points."""
        points, money = list(self.points), self.money
        match measure:
            case Measure.USES:
                return self if room else Gift([0] * len(points), self.values, 0)
            case Measure.MONEY:
                money = min(money, room)
            case Measure.POINTS:
                for place, wanted in enumerate(points):
                    points[place] = min(wanted, room)
                    room -= points[place]
            case Measure.LIABILITY:
                money = min(money, room)
                left = Fraction(room - money)
                for place, value in enumerate(self.values):
                    if value:
                        points[place] = min(points[place], int(left / value))
                        left -= points[place] * value
        return Gift(points, self.values, money, self.added)


@dataclass(frozen=True, slots=True)
class Allowed:
    """How much of a gain may be given; `limit` names the one that cut it, None if none did."""

    points: Sequence[int]
    money: int
    limit: str | None = None
    refused: bool = False
    added: bool = False


def allowed(
    named: NamedLimits,
    wanted: Gift,
    headroom: Mapping[str, int],
    taken: Mapping[str, int],
    booked: int = 0,
) -> Allowed:
    """What limits let through of a gain; `taken` is what this purchase uses of them already.

    `booked` is money off by the same rule that the till has given: nothing cuts it any more, but
    it leaves less liability for the points.
    A limit without headroom in the mapping is full: that is how it is asked for the first time.
    """
    gift, cut, refused = wanted, None, False
    for name, limit in named:
        room = headroom.get(name, limit.ceiling)
        if name in taken:
            if limit.measure is Measure.USES:
                continue  # a purchase is one use, however many rules of a campaign apply to it
            room -= taken[name]
        elif limit.measure is Measure.LIABILITY:
            room -= booked
        left = gift.within(limit.measure, max(0, room))
        if (left.points, left.money, left.added) != (gift.points, gift.money, gift.added):
            refused = limit.short is Short.REFUSE
            gift = gift.within(Measure.USES, 0) if refused else left
            cut = name
    return Allowed(gift.points, gift.money, cut, refused, gift.added)


def cut_grant(grant: Grant, most: int) -> Grant:
    """A grant of at most so many points, which its lines share as before."""
    if grant.granted <= most:
        return grant
    parts = list(grant.by_line.values())
    shares = share_out(most, parts) if parts else ()
    by_line = {i: n for i, n in zip(grant.by_line, shares, strict=True) if n}
    return replace(grant, granted=most, by_line=by_line)


def cut_reduction(reduction: Reduction, total: int, facts: Facts) -> Reduction | None:
    """A discount of `total` minor units, which its lines share as declared; None of nothing."""
    if total <= 0:
        return None
    parts = facts.spread(total, list(reduction.by_line), list(reduction.by_line.values()))
    by_line = {i: part for i, part in zip(reduction.by_line, parts, strict=True) if part}
    return replace(reduction, by_line=by_line)


def count(used: dict[str, int], named: NamedLimits, gift: Gift) -> None:
    """Add to `used` what a gift counts against each limit; nothing when it gives nothing."""
    if not gift.money and not any(gift.points) and not gift.added:
        return
    for name, limit in named:
        if limit.measure is Measure.USES:
            used[name] = 1
        else:
            used[name] = used.get(name, 0) + gift.amount(limit.measure)


class Shared:
    """What one purchase uses of limits while it is decided.

    `taken` is what rules have used so far of what they share with others, by the limit's name.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.taken: dict[str, int] = {}

    def gift(
        self, points: Sequence[int], grants: Sequence[Grant], money: int, added: bool = False
    ) -> Gift:
        """Points of these grants, with what they are worth; a carry rule may owe some."""
        values = [self.program.units[it.unit].value for it in grants]
        return Gift([max(0, n) for n in points], values, money, added)

    def allowed(
        self, rule: Rule, wanted: Gift, headroom: Mapping[str, int], booked: Reduction | None
    ) -> Allowed:
        """What the limits of a rule let through."""
        money = booked.total if booked else 0
        return allowed(limits_of(rule, self.program), wanted, headroom, self.taken, money)

    def count(
        self,
        used: dict[str, int],
        rule: Rule,
        grants: Sequence[Grant],
        money: int,
        added: bool = False,
    ) -> None:
        """Add what a rule uses of its limits, with `money` off in minor units."""
        if rule.limits or rule.campaign:
            gift = self.gift([it.granted for it in grants], grants, money, added)
            count(used, limits_of(rule, self.program), gift)

    def take(
        self,
        rule: Rule,
        grants: Sequence[Grant],
        reduction: Reduction | None,
        added: bool = False,
    ) -> None:
        """Let the rules that follow find less of the limits of their campaign."""
        if rule.campaign:
            money = reduction.total if reduction else 0
            gift = self.gift([it.granted for it in grants], grants, money, added)
            count(self.taken, self.program.campaigns[rule.campaign].named_limits, gift)
