"""Limits of a rule: how each is named in the books, and how much of a gain it lets through."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from loyalty_engine.rulebook.rule import (
    Limit,
    Measure,
    Period,
    Rule,
    Scope,
    Short,
    limit_name,
)


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


def counted(rule: Rule) -> Iterator[tuple[str, Limit]]:
    """The limits that are counted over several purchases, with their names."""
    for limit in rule.limits:
        if limit.scope is not Scope.PURCHASE:
            yield limit_name(rule, limit), limit


@dataclass(frozen=True, slots=True)
class Allowed:
    """How much of a gain may be given; `limit` names the one that cut it, None if none did."""

    points: int
    money: int
    limit: str | None = None
    refused: bool = False


def allowed(rule: Rule, points: int, money: int, headroom: Mapping[str, int]) -> Allowed:
    """What the rule's limits let through of `points` and `money` (minor units).

    A limit without headroom in the mapping is full: that is how it is asked for the first time.
    """
    result = Allowed(points, money)
    for limit in rule.limits:
        name = limit_name(rule, limit)
        room = headroom.get(name, limit.ceiling)
        left_points, left_money = result.points, result.money
        if limit.measure is Measure.USES:
            if room < 1:
                left_points = left_money = 0
        elif limit.measure is Measure.POINTS:
            left_points = min(left_points, max(0, room))
        else:
            left_money = min(left_money, max(0, room))
        if (left_points, left_money) != (result.points, result.money):
            refused = limit.short is Short.REFUSE
            if refused:
                left_points = left_money = 0
            result = Allowed(left_points, left_money, name, refused)
    return result


def use(rule: Rule, points: int, money: int) -> dict[str, int]:
    """What giving `points` and `money` counts against each counted limit."""
    if not points and not money:
        return {}
    amounts = {Measure.USES: 1, Measure.POINTS: points, Measure.MONEY: money}
    return {name: amounts[limit.measure] for name, limit in counted(rule)}
