"""Limits that nothing can reach, that let nothing through, or that count what the rule never gives."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Final

from loyalty_engine.domain.limits import Limit, Measure, Period, Scope, Short
from loyalty_engine.domain.money import Rounding, round_to_int
from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.deciding.limits import period_name
from loyalty_engine.rulebook.dimensions import MEMBER, PURCHASE_NUMBER
from loyalty_engine.rulebook.findings import Finding, Level
from loyalty_engine.rulebook.ground import Ground
from loyalty_engine.rulebook.regions import lies_within, one_of
from loyalty_engine.rulebook.regions_of_values import Spans
from loyalty_engine.rulebook.rule import Rule, limits_of
from loyalty_engine.rulebook.words import Most

NAME: Final = "idle-limits"
LONGEST: Final = 4000
"""Days of a rule that are counted out; a longer one is taken to have no end."""

_TIMES: Final = {
    (Period.DAY, Period.WEEK): 7,
    (Period.DAY, Period.MONTH): 31,
    (Period.DAY, Period.YEAR): 366,
    (Period.WEEK, Period.MONTH): 6,
    (Period.WEEK, Period.YEAR): 54,
    (Period.MONTH, Period.YEAR): 12,
}
"""How many of a shorter period begin, go on or end within a longer one, at most."""

_WITHIN: Final = {
    Period.DAY: {Period.DAY, Period.WEEK, Period.MONTH, Period.YEAR, Period.LIFE},
    Period.WEEK: {Period.WEEK, Period.LIFE},
    Period.MONTH: {Period.MONTH, Period.YEAR, Period.LIFE},
    Period.YEAR: {Period.YEAR, Period.LIFE},
    Period.LIFE: {Period.LIFE},
}
"""The periods that a period lies in as a whole: a week may lie in two months."""

_SHARED: Final = {
    Scope.PURCHASE: {Scope.MEMBER, Scope.HOUSEHOLD, Scope.STORE, Scope.CAMPAIGN, Scope.ALL},
    Scope.MEMBER: {Scope.MEMBER, Scope.HOUSEHOLD, Scope.CAMPAIGN, Scope.ALL},
    Scope.HOUSEHOLD: {Scope.HOUSEHOLD, Scope.CAMPAIGN, Scope.ALL},
    Scope.CODE: {Scope.CODE, Scope.CAMPAIGN, Scope.ALL},
    Scope.STORE: {Scope.STORE, Scope.CAMPAIGN, Scope.ALL},
    Scope.CAMPAIGN: {Scope.CAMPAIGN},
    Scope.ALL: {Scope.ALL, Scope.CAMPAIGN},
}
"""Whose limits count all that a limit of a scope counts."""


def check(ground: Ground) -> Iterator[Finding]:
    """Compare each limit with what its rule gives and with those beside it, of its campaign too."""
    for rule in ground.rules:
        if not rule.limits or ground.is_over(rule) or not ground.situations(rule):
            continue
        most, cost = most_of(rule), cost_of(rule, ground.program)
        once = _once(ground, rule)
        every = [limit for _, limit in limits_of(rule, ground.program)]
        for limit in rule.limits:
            told = _alone(limit, most, cost, once=once)
            if limit.scope is Scope.CODE and not ground.rulebook.codes_of(rule):
                told = Level.WARNING, "counts for each voucher, and the rule asks for none"
            if told is None and (other := before(limit, every, rule)):
                told = Level.WARNING, f"is never reached: that of {named(other)} is before it"
            if told is not None:
                level, text = told
                yield Finding(NAME, level, rule.place, f"the limit of {named(limit)} {text}")


def _alone(limit: Limit, most: Most, cost: int | None, *, once: bool) -> tuple[Level, str] | None:
    """What is to be said of a limit by itself; `cost` is the most liability of one purchase."""
    most_of = {
        Measure.POINTS: most.points, Measure.MONEY: most.money, Measure.USES: 1,
        Measure.LIABILITY: cost,
    }[limit.measure]  # fmt: skip
    if most_of == 0:
        return Level.WARNING, f"counts {limit.measure}, and the rule gives none"
    if most_of is None:
        return None
    if limit.ceiling >= most_of:
        if limit.scope is Scope.PURCHASE:
            return Level.WARNING, "is never reached: no purchase counts more than it allows"
        if once and limit.scope is Scope.MEMBER:
            return Level.WARNING, "is never reached: the rule applies to one purchase of a member"
    elif most.always and limit.measure is Measure.POINTS:
        if limit.short is Short.REFUSE:
            return Level.ERROR, f"refuses the rule each time: it gives {most_of}"
        return Level.WARNING, f"always cuts the rule short: it gives {most_of}"
    return None


def before(limit: Limit, others: Iterable[Limit], rule: Rule | None = None) -> Limit | None:
    """Which of other limits is always reached before, or no later; `rule` tells for which days."""
    for other in others:
        if other is limit or other.measure is not limit.measure:
            continue
        if other.scope in _SHARED[limit.scope] and (
            limit.scope is Scope.PURCHASE or other.period in _WITHIN[limit.period]
        ):
            if other.ceiling <= limit.ceiling:
                return other
        elif other.scope is limit.scope:
            times = _times(rule, other.period, limit.period)
            if times is not None and other.ceiling * times <= limit.ceiling:
                return other
    return None


def _times(rule: Rule | None, shorter: Period, longer: Period) -> int | None:
    """How often a shorter period comes in a longer one, for a rule; None without end."""
    most = _TIMES.get((shorter, longer))
    if most is None and longer is not Period.LIFE:
        return None
    if rule is None or rule.start is None or rule.end is None:
        return most
    if (rule.end - rule.start).days > LONGEST:
        return most
    days = (rule.start + timedelta(days=n) for n in range((rule.end - rule.start).days + 1))
    in_all = len({period_name(shorter, day) for day in days})
    return in_all if most is None else min(most, in_all)


def most_of(rule: Rule) -> Most:
    """What all effects of a rule give together at most, for one purchase."""
    each = [effect.most() for effect in rule.then]
    points, money = [it.points for it in each], [it.money for it in each]
    return Most(_sum(points), _sum(money), all(it.always for it in each))


def cost_of(rule: Rule, program: Program) -> int | None:
    """What a rule costs at most for one purchase, minor units; None without end."""
    total = Fraction(0)
    for effect in rule.then:
        most, unit = effect.most(), getattr(effect, "unit", "")
        value = program.units[unit].value if unit in program.units else Fraction(0)
        if most.money is None or (value and most.points is None):
            return None
        total += most.money + value * (most.points or 0)
    return round_to_int(total, Rounding.UP)


def _sum(amounts: Sequence[int | None]) -> int | None:
    known = [it for it in amounts if it is not None]
    return sum(known) if len(known) == len(amounts) else None


def _once(ground: Ground, rule: Rule) -> bool:
    """Whether a rule applies to one purchase of each member only, by its number."""
    numbers = [it.basket[PURCHASE_NUMBER] for it in ground.situations(rule)]
    spans = {it.spans for it in numbers if isinstance(it, Spans)}
    if len(spans) != 1 or not all(
        lies_within(it.basket[MEMBER], one_of({True})) for it in ground.situations(rule)
    ):
        return False
    ((*_, (begin, end)),) = spans
    return end is not None and len(next(iter(spans))) == 1 and end - begin == 1


def named(limit: Limit) -> str:
    each = "" if limit.period is Period.LIFE else f" each {limit.period}"
    amount = f"{limit.ceiling} {limit.measure}"
    if limit.measure.is_money:
        amount = f"{limit.measure}"
    return f"{amount} per {limit.scope}{each}"
