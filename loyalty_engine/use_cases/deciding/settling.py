"""Deciding a purchase for real: facts gathered, limits looked up, points to spend checked.

Quote, record, correction and claim all decide here; none of it writes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from loyalty_engine.domain.changing import changed
from loyalty_engine.domain.errors import InvalidRequest
from loyalty_engine.domain.facts import Carry, Facts
from loyalty_engine.domain.limits import Limit
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purchase import Purchase
from loyalty_engine.ports import CounterKey, View
from loyalty_engine.rulebook.deciding.decide import decide
from loyalty_engine.rulebook.deciding.decision import Decision, Reduction
from loyalty_engine.rulebook.deciding.limits import counted
from loyalty_engine.rulebook.deciding.settled import Settled
from loyalty_engine.use_cases.deciding.case import Case, Question
from loyalty_engine.use_cases.deciding.codec import local_time
from loyalty_engine.use_cases.deciding.counting import Counting, counting, in_order, key_text
from loyalty_engine.use_cases.deciding.stored_forms import Flag
from loyalty_engine.use_cases.members.standing import next_tier
from loyalty_engine.use_cases.spending.tender import check_shares, tender_value


def settle_case(view: View, question: Question) -> Case:
    """Decide; limits are read (and locked, in a unit of work) as the decision asks for them.

    Where the programme says so, a tier that the purchase reaches counts in the purchase itself.
    """
    case = _settle(view, question)
    member, facts = question.member, question.member_facts
    if member is None or facts is None or not question.program.switches.tier_reached_counts_at_once:
        return case
    at = question.purchase.occurred_at
    visits = 1 if question.purchase.event is None else 0
    reached = next_tier(view, question.program, member, at, gains_of(case.decision, visits))
    rank = question.program.tiers.rank
    if rank.get(reached, 0) <= rank.get(facts.tier, 0):
        return case
    return _settle(view, replace(question, member_facts=replace(facts, tier=reached)))


def gains_of(decision: Decision, visits: int = 1) -> dict[str, int]:
    """What a purchase, or an event as no visit, counts for tiers."""
    return {**decision.points(), "spend": decision.counted, "visits": visits}


def _settle(view: View, question: Question) -> Case:
    purchase = question.purchase
    facts = Facts(
        purchase=purchase,
        local=local_time(question.program, purchase.occurred_at),
        member=question.member_facts,
        tender=tender_value(question.program, purchase.spend),
        carries=_carries(view, question),
        plugins=question.plugins,
        counting=question.program.counting,
        not_earning=question.program.counting.paid_otherwise(purchase.payments),
        codes=question.codes,
        worths=question.worths,
    )
    given = _given(purchase, question.reserved)
    settled = Settled(given=given) if given else None
    counters: dict[CounterKey, int] = {}
    place = counting(question.program, purchase, question.member)
    tell = question.program.switches.receipt_not_met
    facts, decision = _decide(view, question, facts, settled, place, counters, tell)
    flags: tuple[Flag, ...] = ()
    if given:
        _, due = _decide(view, question, facts, None, place, counters, 0)
        flags = _differences(question, due, given)
    flags += _bounded(decision)
    flags += _check_totals(question.program, purchase, facts, decision)
    return Case(question.rulebook, facts, decision, given, place, counters, flags)


def _decide(
    view: View,
    question: Question,
    facts: Facts,
    settled: Settled | None,
    place: Counting,
    counters: dict[CounterKey, int],
    tell: int,
) -> tuple[Facts, Decision]:
    """Decide with the room that is left of every limit that matters; fills `counters` with them.

    `tell` is of how many rules the receipt says that they were not met.
    """
    while True:
        decision = decide(question.rulebook, facts, settled, tell=tell)
        missing = _uncounted(question, decision, facts)
        if not missing:
            return facts, decision
        room = dict(facts.headroom)
        keys = {it: place.keys(question.rulebook, it, limit) for it, limit in missing.items()}
        wanted = in_order({key for those in keys.values() for key in those} - counters.keys())
        counters |= view.counters(wanted)
        for name, limit in missing.items():
            room[name] = _room(question, name, limit.ceiling, keys[name], counters)
        facts = changed(facts, headroom=room)
        cut = settled or any(verdict.limit for verdict in decision.verdicts)
        if not cut and all(decision.used.get(it, 0) <= room[it] for it in missing):
            return facts, decision  # all that is wanted is there: it would come out the same


def _applied(purchase: Purchase) -> dict[str, Reduction]:
    """The discounts that the till has already given, by rule."""
    by_rule: dict[str, dict[int, int]] = {}
    for index, line in enumerate(purchase.lines):
        for it in line.applied:
            amounts = by_rule.setdefault(it.rule, {})
            amounts[index] = amounts.get(index, 0) + it.amount
    return {rule: Reduction(rule, amounts) for rule, amounts in by_rule.items()}


def _given(purchase: Purchase, reserved: Mapping[str, Reduction]) -> dict[str, Reduction]:
    """What the till has given, then what was promised, as far as a line's price reaches."""
    given = _applied(purchase)
    if not reserved:
        return given
    room = [line.net - sum(it.amount for it in line.applied) for line in purchase.lines]
    for rule, promised in reserved.items():
        if rule in given:
            continue
        amounts = {i: min(amount, room[i]) for i, amount in promised.by_line.items()}
        for i, amount in amounts.items():
            room[i] -= amount
        given[rule] = replace(promised, by_line=amounts)
    return given


def _carries(view: View, question: Question) -> Mapping[str, Carry]:
    if question.carries_without is not None:
        return question.carries_without
    rules = question.rulebook.carrying
    if question.member is None or not rules:
        return {}
    return view.carries(question.member.number, rules)


def _uncounted(question: Question, decision: Decision, facts: Facts) -> dict[str, Limit]:
    """Limits that rules of this decision are under and that have not been looked at yet."""
    missing: dict[str, Limit] = {}
    for verdict in decision.verdicts:
        if verdict.status not in ("applied", "capped", "refused"):
            continue
        rule = question.rulebook.by_id[verdict.rule]
        if rule.limits or rule.campaign:
            known = facts.headroom
            missing |= {n: it for n, it in counted(rule, question.program) if n not in known}
    return missing


def _room(
    question: Question,
    name: str,
    ceiling: int,
    keys: Iterable[CounterKey],
    counters: Mapping[CounterKey, int],
) -> int:
    """What is left of a limit; where several vouchers are counted, of the one with the least."""
    back = question.given_back
    left = [ceiling - counters[key] + back.get(key_text(key), 0) for key in keys]
    room = max(0, min(left, default=ceiling))
    if question.headroom_at_most is not None:
        room = min(room, question.headroom_at_most.get(name, room))
    return room


def _differences(
    question: Question, due_now: Decision, given: Mapping[str, Reduction]
) -> tuple[Flag, ...]:
    """Where the till's discounts are not what would have been decided: booked, but flagged."""
    flags = []
    decided = {it.rule: it.total for it in due_now.reductions}
    for rule in sorted(decided.keys() | given.keys()):
        due, there = decided.get(rule, 0), given[rule].total if rule in given else 0
        if rule not in question.rulebook.by_id:
            flags.append(Flag("rule_unknown", f"no rule {rule} is in force; {there} was given"))
        elif rule not in question.reserved and due != there:
            flags.append(Flag("discount_differs", f"{rule}: {there} was given, {due} was due"))
    return tuple(flags)


def _bounded(decision: Decision) -> tuple[Flag, ...]:
    """Lanes with more promotions than could be tried in every combination."""
    return tuple(
        Flag("combination_bounded", f"another combination in {lane} could give at most {more} more")
        for lane, more in decision.bounded.items()
    )


def _check_totals(
    program: Program, purchase: Purchase, facts: Facts, decision: Decision
) -> tuple[Flag, ...]:
    due = decision.due
    if facts.tender > due:
        raise InvalidRequest(
            f"points worth {facts.tender} are to pay for {due}; spend fewer",
            code="spend_above_total", pointer="/spend",
        )  # fmt: skip
    if facts.tender:
        check_shares(program, purchase.spend, due)
    paid = sum(payment.amount for payment in purchase.payments)
    if purchase.payments and paid + facts.tender != due:
        return (Flag("payments_differ", f"{paid} was paid and {due - facts.tender} was due"),)
    return ()


def given_by_till(purchase: Purchase) -> dict[str, Reduction]:
    """The discounts that the till has already given on the engine's word, by rule."""
    return _given(purchase, {})
