"""What a purchase, or what is kept of one, counts for a challenge."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from loyalty_engine.domain.challenges import Count, Step, bucket, first_day, in_order_key
from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purchase import Line
from loyalty_engine.rulebook.challenges import Challenge
from loyalty_engine.rulebook.deciding.eligible import unmet
from loyalty_engine.rulebook.deciding.kept import Kept
from loyalty_engine.rulebook.deciding.match import Failure, look_at

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)


def step_of(challenge: Challenge, facts: Facts) -> Step | None:
    """What the purchase or event counts; None for nothing. `facts` have the lines' net amounts."""
    if challenge.of_events is not (facts.purchase.event is not None):
        return None
    found = look_at(challenge.rule, facts)
    if isinstance(found, Failure) or unmet(challenge.who, facts):
        return None
    lines = _goods(challenge, facts, found.lines)
    if not lines and not challenge.of_events:
        return None
    amount, keys = _counted(challenge.scheme.count, facts, lines)
    if challenge.scheme.in_order and amount:
        micros = (facts.purchase.occurred_at - _EPOCH) // _MICRO
        keys = (in_order_key(micros, facts.purchase.id),)
        return Step(amount, {keys[0]: amount})
    return Step(amount, dict.fromkeys(keys, 1)) if amount else None


def _goods(challenge: Challenge, facts: Facts, lines: Sequence[int]) -> Sequence[int]:
    """Delivery charges and deposits count only where the challenge names them."""
    if facts.goods is None or challenge.rule.names_kinds:
        return lines
    goods = frozenset(facts.goods)
    return [index for index in lines if index in goods]


def _counted(count: Count, facts: Facts, lines: Sequence[int]) -> tuple[int, Sequence[str]]:
    """How much, and where it matters what it was, by that."""
    bought = [facts.purchase.lines[index] for index in lines]
    match count:
        case Count.PURCHASES | Count.EVENTS:
            return 1, ()
        case Count.UNITS:
            return sum(line.quantity_milli for line in bought), ()
        case Count.SPEND:
            return sum(facts.amounts[index] for index in lines), ()
    keys = _keys(count, facts, bought)
    return len(keys), keys


def _keys(count: Count, facts: Facts, bought: Sequence[Line]) -> Sequence[str]:
    match count:
        case Count.CATEGORIES:
            return _distinct(line.category for line in bought)
        case Count.BRANDS:
            return _distinct(line.brand for line in bought)
        case Count.PRODUCTS:
            return _distinct(line.sku for line in bought)
        case Count.STORES:
            return _distinct((facts.purchase.store,))
    day = facts.local.date()
    return ((first_day(count, bucket(count, day)) if count.in_a_row else day).isoformat(),)


def _distinct(values: Iterable[str]) -> Sequence[str]:
    return sorted({value for value in values if value})


def kept_facts(facts: Facts, kept: Kept, program: Program) -> Facts:
    """The facts of a purchase as if only what is kept of it had been bought."""
    lines = tuple(
        line.kept(milli)
        for line in facts.purchase.lines
        if (milli := kept.lines.get(line.id, 0)) > 0
    )
    part = replace(facts, purchase=replace(facts.purchase, lines=lines))
    return part.with_nets(tuple(kept.nets[line.id] for line in lines), program)
