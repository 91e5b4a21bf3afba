"""Deciding a purchase for real: facts gathered, limits looked up, points to spend checked.

Quote, record, correction and claim all decide here; none of it writes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from loyalty_engine.domain.errors import InvalidRequest
from loyalty_engine.domain.facts import Carry, Facts, MemberFacts
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purchase import Purchase, Scalar
from loyalty_engine.ports import CounterKey, MemberRecord, View
from loyalty_engine.rulebook.decide import decide
from loyalty_engine.rulebook.decision import Decision, Reduction
from loyalty_engine.rulebook.gains import Settled
from loyalty_engine.rulebook.limits import period_name
from loyalty_engine.rulebook.rule import Limit, Rulebook, Scope, limit_name
from loyalty_engine.use_cases.codec import Flag, local_time
from loyalty_engine.use_cases.members import next_tier
from loyalty_engine.use_cases.tender import check_shares, tender_value


@dataclass(frozen=True, slots=True)
class Case:
    """A purchase decided: on what, with what result, and what it counts against which limit."""

    rulebook: Rulebook
    facts: Facts
    decision: Decision
    given: Mapping[str, Reduction]
    counters: Mapping[str, tuple[CounterKey, int]]
    flags: tuple[Flag, ...] = ()


@dataclass(slots=True)
class Question:
    """A purchase to decide, and all that is known about it."""

    rulebook: Rulebook
    purchase: Purchase
    member: MemberRecord | None
    member_facts: MemberFacts | None
    plugins: Mapping[str, Mapping[str, Scalar]] = field(default_factory=dict)
    reserved: Mapping[str, Reduction] = field(default_factory=dict)
    given_back: Mapping[str, int] = field(default_factory=dict)
    headroom_at_most: Mapping[str, int] | None = None
    carries_without: Mapping[str, Carry] | None = None

    @property
    def program(self) -> Program:
        """The programme."""
        return self.rulebook.program


def settle_case(view: View, question: Question) -> Case:
    """Decide; limits are read (and locked, in a unit of work) as the decision asks for them.

    Where the programme says so, a tier that the purchase reaches counts in the purchase itself.
    """
    case = _settle(view, question)
    member, facts = question.member, question.member_facts
    if member is None or facts is None or not question.program.switches.tier_reached_counts_at_once:
        return case
    at = question.purchase.occurred_at
    reached = next_tier(view, question.program, member, at, gains_of(case.decision))
    rank = question.program.tiers.rank
    if rank.get(reached, 0) <= rank.get(facts.tier, 0):
        return case
    return _settle(view, replace(question, member_facts=replace(facts, tier=reached)))


def gains_of(decision: Decision) -> dict[str, int]:
    """What a purchase counts for tiers."""
    return {**decision.points(), "spend": decision.counted, "visits": 1}


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
    )
    given = _given(purchase, question.reserved)
    settled = Settled(given=given) if given else None
    counters: dict[str, tuple[CounterKey, int]] = {}
    tell = question.program.switches.receipt_not_met
    facts, decision = _decide(view, question, facts, settled, counters, tell)
    flags: tuple[Flag, ...] = ()
    if given:
        _, due = _decide(view, question, facts, None, counters, 0)
        flags = _differences(question, due, given)
    flags += _check_totals(question.program, purchase, facts, decision)
    return Case(question.rulebook, facts, decision, given, counters, flags)


def _decide(
    view: View,
    question: Question,
    facts: Facts,
    settled: Settled | None,
    counters: dict[str, tuple[CounterKey, int]],
    tell: int,
) -> tuple[Facts, Decision]:
    """Decide with the room that is left of every limit that matters; fills `counters` with them.

    `tell` is of how many rules the receipt says that they were not met.
    """
    while True:
        decision = decide(question.rulebook, facts, settled, tell=tell)
        missing = _uncounted(question, decision, counters)
        if not missing:
            return facts, decision
        counters |= _read_counters(view, question, missing, facts.local.date())
        facts = replace(facts, headroom=_headroom(question, counters))


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


def _uncounted(
    question: Question, decision: Decision, known: Mapping[str, object]
) -> dict[str, Limit]:
    """Limits that rules of this decision are under and that have not been looked at yet."""
    missing: dict[str, Limit] = {}
    for verdict in decision.verdicts:
        if verdict.status not in ("applied", "capped", "refused"):
            continue
        rule = question.rulebook.by_id[verdict.rule]
        for limit in rule.limits:
            name = limit_name(rule, limit)
            if limit.scope is not Scope.PURCHASE and name not in known:
                missing[name] = limit
    return missing


def _read_counters(
    view: View, question: Question, limits: Mapping[str, Limit], day: date
) -> dict[str, tuple[CounterKey, int]]:
    """What is used of each limit. Always asked for in the same order, so that none deadlock."""
    number = question.member.number if question.member else None
    keys = {
        name: counter_key(name, limit, number, question.purchase.store, day)
        for name, limit in limits.items()
    }
    used = view.counters(sorted(keys.values(), key=lambda key: (key.owner, key.counter)))
    return {name: (key, used.get(key, 0)) for name, key in keys.items()}


def counter_key(name: str, limit: Limit, member: int | None, store: str, day: date) -> CounterKey:
    """Where the use of a limit is counted: whose it is, and in which period `day` lies."""
    owner = "all"
    if limit.scope is Scope.MEMBER:
        owner = "guests" if member is None else f"member:{member}"
    elif limit.scope is Scope.STORE:
        owner = f"store:{store}"
    return CounterKey(owner, name, period_name(limit.period, day))


def _headroom(question: Question, counters: Mapping[str, tuple[CounterKey, int]]) -> dict[str, int]:
    room: dict[str, int] = {}
    for name, (_, used) in counters.items():
        left = question.rulebook.limits[name].ceiling - used + question.given_back.get(name, 0)
        room[name] = max(0, left)
        if question.headroom_at_most is not None and name in question.headroom_at_most:
            room[name] = min(room[name], question.headroom_at_most[name])
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
