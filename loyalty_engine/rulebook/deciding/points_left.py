"""How many points stay with what is kept, where the programme does not recompute them.

Both ways are functions of what is kept and of what was granted at first, so that returns in any
split and order come to the same; neither leaves more than was granted. Rules with carry are
recomputed in any case: their points are those of a running sum over all purchases.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from loyalty_engine.domain.facts import Carry
from loyalty_engine.domain.limits import Scope
from loyalty_engine.domain.money import round_to_int, share_kept
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purchase import Purchase
from loyalty_engine.domain.switches import ReturnedPoints
from loyalty_engine.rulebook.deciding.carrying import rule_of, unit_of
from loyalty_engine.rulebook.deciding.decision import Added, Grant, Reduction
from loyalty_engine.rulebook.deciding.limits import Shared
from loyalty_engine.rulebook.rulebook import Rulebook


def grants_left(
    program: Program,
    first: Sequence[Grant],
    again: Sequence[Grant],
    purchase: Purchase,
    kept_milli: Mapping[str, int],
    paid: tuple[int, int],
) -> tuple[Grant, ...]:
    """The grants that stay of the `first`; `again` are those that what is kept would earn.

    `purchase` is the whole one, `kept_milli` what is kept of it in thousandths by line id, `paid`
    what the kept lines cost and what all of them did, in minor units.
    """
    by_line = program.switches.returned_points is ReturnedPoints.BY_LINE
    left = [grant for grant in again if grant.carry_step]
    for grant in first:
        if not grant.carry_step:
            if by_line:
                points = _by_line(grant, purchase, kept_milli)
            else:
                points = _by_amount(program, grant, paid)
            left.append(replace(grant, granted=points))
    return tuple(left)


def _by_line(grant: Grant, purchase: Purchase, kept_milli: Mapping[str, int]) -> int:
    """What the kept lines earned; points that belong to no line stay as long as anything does."""
    points = grant.granted - sum(grant.by_line.values())
    for index, earned in grant.by_line.items():
        line = purchase.lines[index]
        points += share_kept(earned, line.quantity_milli, kept_milli.get(line.id, 0))
    return points


def _by_amount(program: Program, grant: Grant, paid: tuple[int, int]) -> int:
    """The part of the points that is the part of the money; all of them where nothing was paid."""
    kept, whole = paid
    if not whole:
        return grant.granted
    exact = Fraction(grant.granted * kept, whole)
    return round_to_int(exact, program.units[grant.unit].rounding)


def points_by_rule(
    first: Iterable[Grant], left: Iterable[Grant], carried: Mapping[str, Carry]
) -> dict[str, dict[str, int]]:
    """Points left by unit and rule: in sum never more than `first` granted, carried ones apart."""
    room: dict[str, int] = {}
    for it in first:
        if not it.carry_step:
            room[it.unit] = room.get(it.unit, 0) + it.granted
    points: dict[str, dict[str, int]] = {}
    for it in left:
        if not it.carry_step:
            by_rule = points.setdefault(it.unit, {})
            by_rule[it.rule] = by_rule.get(it.rule, 0) + it.granted
    for unit, by_rule in points.items():
        for rule in sorted(by_rule):
            by_rule[rule] = min(by_rule[rule], room.get(unit, 0))
            room[unit] = room.get(unit, 0) - by_rule[rule]
    for key, own in carried.items():
        by_rule = points.setdefault(unit_of(key), {})
        by_rule[rule_of(key)] = by_rule.get(rule_of(key), 0) + own.given
    return points


def used_by(
    rulebook: Rulebook,
    grants: Iterable[Grant],
    reductions: Iterable[Reduction],
    added: Iterable[Added],
) -> dict[str, int]:
    """What these count against limits over several purchases, by the limit's name."""
    points: dict[str, list[Grant]] = {}
    money: dict[str, int] = {}
    for grant in grants:
        points.setdefault(grant.rule, []).append(grant)
    for it in reductions:
        money[it.rule] = money.get(it.rule, 0) + it.total
    giving = {it.rule for it in added}
    used: dict[str, int] = {}
    shared = Shared(rulebook.program)
    for name in sorted(points.keys() | money.keys() | giving):
        if rule := rulebook.by_id.get(name):
            shared.count(used, rule, points.get(name, ()), money.get(name, 0), name in giving)
    limits = rulebook.limits
    return {it: n for it, n in used.items() if limits[it].scope is not Scope.PURCHASE}
