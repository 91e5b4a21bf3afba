"""Running sums of rules whose remainder counts with the next purchase.

Each way of counting has a sum of its own: what a rule counted in steps of 10.00 says nothing about
steps of 20.00, other points for a step, another unit, or amounts without tax. So a return always
meets the sum that its purchase went into, whatever the rule says by now.
"""

from collections.abc import Iterable, Mapping

from loyalty_engine.domain.counting import Tax
from loyalty_engine.domain.facts import Carry, Facts
from loyalty_engine.domain.outcomes import EarnPoints
from loyalty_engine.rulebook.deciding.decision import Grant
from loyalty_engine.rulebook.deciding.points import carried_points


def carry_key(rule: str, earn: EarnPoints | Grant, facts: Facts) -> str:
    """Which running sum a rule adds to: `base/points/1/1000` is a point for each 1000 minor units."""
    key = f"{rule}/{earn.unit}/{earn.carry_points}/{earn.carry_step}"
    return key if facts.counting.basis is Tax.INCLUDED else f"{key}/{facts.counting.basis}"


def unit_of(key: str) -> str:
    """The unit of a running sum."""
    return key.split("/")[1]


def rule_of(key: str) -> str:
    """The rule of a running sum."""
    return key.split("/", maxsplit=1)[0]


def carried_by(grants: Iterable[Grant], facts: Facts) -> dict[str, Carry]:
    """What grants add to running sums, by their keys."""
    sums: dict[str, Carry] = {}
    for it in grants:
        if it.carry_step:
            key = carry_key(it.rule, it, facts)
            sums[key] = plus(sums.get(key, Carry()), Carry(it.basis, it.granted))
    return sums


def plus(one: Carry, other: Carry) -> Carry:
    """Two sums together."""
    return Carry(one.basis + other.basis, one.given + other.given)


def less(one: Carry, other: Carry) -> Carry:
    """A sum without what another one says went into it."""
    return Carry(one.basis - other.basis, one.given - other.given)


def carried_after(
    first: Iterable[Grant], again: Iterable[Grant], facts: Facts, carries: Mapping[str, Carry]
) -> dict[str, Carry]:
    """What a purchase adds to running sums once what is kept of it earns `again`, not `first`.

    To those only that it was in from the beginning. To one in which nothing of it is kept it adds
    no more, and owes the points that this makes too many. `carries` are the sums without it.
    """
    now = carried_by(again, facts)
    carried: dict[str, Carry] = {}
    for it in first:
        if it.carry_step:
            key = carry_key(it.rule, it, facts)
            so_far = carries.get(key, Carry())
            owed = carried_points(so_far, 0, it.carry_step, it.carry_points)
            carried[key] = now.get(key, Carry(0, owed))
    return carried
