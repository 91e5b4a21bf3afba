"""What stays of a purchase when only part of it is kept: always a function of what is kept.

So the result of returns never depends on how they were split or ordered.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from loyalty_engine.domain.challenges import Step
from loyalty_engine.domain.facts import Carry, Facts
from loyalty_engine.domain.money import share_kept
from loyalty_engine.domain.switches import ReturnedPoints
from loyalty_engine.rulebook.deciding.carrying import carried_after
from loyalty_engine.rulebook.deciding.decide import decide
from loyalty_engine.rulebook.deciding.decision import Added, Decision, Grant, Reduction
from loyalty_engine.rulebook.deciding.points_left import grants_left, points_by_rule, used_by
from loyalty_engine.rulebook.deciding.settled import Settled
from loyalty_engine.rulebook.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Original:
    """A purchase as it was decided.

    `given` and `frozen` are the discounts booked (see `Settled`), by line of the whole purchase;
    `grants` the points; `spent` the points used as tender by unit; `paid` what was due after
    discounts in minor units, the part paid with points included; `added` the products added, in
    thousandths by rule and sku; `lines` those (ids) that rules got of a lane that gives each line
    to one of them; `value` is what stored value paid, by purse in minor units.
    """

    facts: Facts
    given: Mapping[str, Reduction]
    frozen: Mapping[str, Reduction]
    grants: tuple[Grant, ...]
    spent: Mapping[str, int]
    paid: int
    added: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    lines: Mapping[str, Sequence[str]] = field(default_factory=dict)
    value: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is left, by line id. Money in minor units; points by unit and rule; `nets` after discounts.

    `refunded`, `tender_back` (minor units), `points_back` (points used as tender, by unit) and
    `value_back` (minor units, by purse) say what has come back so far, all returns together.
    `carried` is what it adds to running sums by their keys, `used` what still counts against limits
    by their name, `counted` the same by the place where it is counted (see `use_cases.deciding.counting`).
    `spend` and `visits` count for tiers.
    `added` are the products added that still stand, in thousandths by rule and sku; `vouchers`
    for next time those that what is kept would give, by rule and kind; `steps` what it counts for
    challenges, by the card on which it stands (see `use_cases.challenges.challenge_cards`).
    """

    lines: Mapping[str, int]
    nets: Mapping[str, int]
    points: Mapping[str, Mapping[str, int]]
    discounts: Mapping[str, Mapping[str, int]]
    refunded: int
    tender_back: int
    points_back: Mapping[str, int]
    used: Mapping[str, int]
    counted: Mapping[str, int] = field(default_factory=dict)
    carried: Mapping[str, Carry] = field(default_factory=dict)
    spend: int = 0
    visits: int = 0
    added: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    vouchers: tuple[tuple[str, str], ...] = ()
    steps: Mapping[str, Step] = field(default_factory=dict)
    value_back: Mapping[str, int] = field(default_factory=dict)


def keep(
    rulebook: Rulebook,
    original: Original,
    kept_milli: Mapping[str, int],
    carries: Mapping[str, Carry],
) -> Kept:
    """What stays with these quantities (thousandths by line id).

    Points are those that the kept lines earn under the rulebook, facts and headroom of the
    purchase, or those that the programme leaves them otherwise (see `points_left`); never more
    than first granted. Discounts are the frozen shares of the rules that
    still hold. `carries` are the member's running sums without this purchase.
    """
    lines = original.facts.purchase.lines
    places = [i for i, line in enumerate(lines) if kept_milli.get(line.id, 0) > 0]
    if not places:
        return _nothing(original, carries)
    kept_lines = tuple(lines[i].kept(kept_milli[lines[i].id]) for i in places)
    settled = Settled(
        given=_shares(original.given.values(), original, kept_milli, places),
        frozen=_shares(original.frozen.values(), original, kept_milli, places),
        effective=_effective(original),
        lines=original.lines,
    )
    facts = replace(
        original.facts,
        purchase=replace(original.facts.purchase, lines=kept_lines),
        nets=(),
        tender=0,
        not_earning=0,
        carries=carries,
    )
    decision, refunded, tender_back = _decide_again(rulebook, original, facts, settled)
    value = original.paid - refunded
    reductions = [*settled.given.values(), *decision.reductions]
    grants, used = decision.grants, decision.used
    if rulebook.program.switches.returned_points is not ReturnedPoints.RECOMPUTE:
        grants = grants_left(
            rulebook.program, original.grants, grants, original.facts.purchase, kept_milli,
            (value, original.paid),
        )  # fmt: skip
        used = used_by(rulebook, grants, reductions, decision.added)
    carried = carried_after(original.grants, grants, original.facts, carries)
    return Kept(
        lines={line.id: line.quantity_milli for line in kept_lines},
        nets={line.id: net for line, net in zip(kept_lines, decision.nets, strict=True)},
        points=points_by_rule(original.grants, grants, carried),
        discounts={
            it.rule: {kept_lines[i].id: amount for i, amount in it.by_line.items()}
            for it in reductions
        },
        refunded=refunded,
        tender_back=tender_back,
        points_back={
            unit: _part(points, refunded, original.paid) for unit, points in original.spent.items()
        },
        used=used,
        carried=carried,
        spend=min(value, decision.counted),
        visits=1,
        added=_added(original, decision.added) if original.added else {},
        vouchers=decision.vouchers,
        value_back={it: _part(n, refunded, original.paid) for it, n in original.value.items()},
    )


def bound_to_rules(rulebook: Rulebook, original: Original) -> Original:
    """The same, with the discounts that a till or a reservation gave bound to their rules.

    Where the whole purchase satisfies the rule, its discount falls with the rule's conditions when
    part comes back, as every other does. What was given by a rule that is unknown or did not hold,
    or beyond a limit, is a fact for good.
    """
    if not original.given:
        return original
    settled = Settled(
        frozen={**original.given, **original.frozen},
        effective=_effective(original),
        lines=original.lines,
    )
    facts = replace(original.facts, nets=(), tender=0, not_earning=0)
    stands = {it.rule: it.total for it in decide(rulebook, facts, settled, tell=0).reductions}
    bound = {rule: it for rule, it in original.given.items() if stands.get(rule) == it.total}
    facts_for_good = {rule: it for rule, it in original.given.items() if rule not in bound}
    return replace(original, given=facts_for_good, frozen={**bound, **original.frozen})


def _decide_again(
    rulebook: Rulebook, original: Original, facts: Facts, settled: Settled
) -> tuple[Decision, int, int]:
    """The decision on the kept lines; what comes back, and how much of that as points (minor units).

    Points that paid stay in the same part as the rest, and are known only once that is.
    """
    decision = decide(rulebook, facts, settled, tell=0)
    refunded = original.paid - min(original.paid, decision.due)
    tender, others = original.facts.tender, original.facts.not_earning
    tender_back = _part(tender, refunded, original.paid)
    if tender or others:
        others -= _part(others, refunded, original.paid)
        facts = replace(facts, tender=tender - tender_back, not_earning=others)
        decision = decide(rulebook, facts, settled, tell=0)
    return decision, refunded, tender_back


def _added(original: Original, added: Iterable[Added]) -> dict[str, dict[str, int]]:
    """Of the products added, as many as the kept lines would get, the same ones where they can be.

    Others that had been added stay in their place, the first by sku.
    """
    now: dict[str, dict[str, int]] = {}
    for it in added:
        by_sku = now.setdefault(it.rule, {})
        by_sku[it.sku] = by_sku.get(it.sku, 0) + it.quantity_milli
    left: dict[str, dict[str, int]] = {}
    for rule, by_sku in now.items():
        first = original.added.get(rule, {})
        same = {sku: min(milli, by_sku.get(sku, 0)) for sku, milli in first.items()}
        rest = sum(by_sku.values()) - sum(same.values())
        for sku in sorted(first):
            more = min(rest, first[sku] - same[sku])
            same[sku] += more
            rest -= more
        left[rule] = {sku: milli for sku, milli in same.items() if milli}
    return left


def _effective(original: Original) -> frozenset[str]:
    """The rules of which anything came at the time of purchase."""
    granted = (it.rule for it in original.grants if it.granted or it.carry_step)
    return frozenset((*original.given, *original.frozen, *original.added, *granted))


def _part(amount: int, refunded: int, paid: int) -> int:
    return amount * refunded // paid if paid else 0


def _nothing(original: Original, carries: Mapping[str, Carry]) -> Kept:
    """A purchase undone in full: as if it had never been, but for what carry rules now owe."""
    carried = carried_after(original.grants, (), original.facts, carries)
    return Kept(
        lines={},
        nets={},
        points=points_by_rule(original.grants, (), carried),
        discounts={},
        refunded=original.paid,
        tender_back=original.facts.tender,
        points_back=dict(original.spent),
        used={},
        carried=carried,
        value_back=dict(original.value),
    )


def _shares(
    reductions: Iterable[Reduction],
    original: Original,
    kept_milli: Mapping[str, int],
    places: Sequence[int],
) -> dict[str, Reduction]:
    """The frozen shares of what is kept, by the kept lines' new places.

    Where a discount covers only some units of a line, the units that came back are first those
    it does not cover.
    """
    lines = original.facts.purchase.lines
    kept: dict[str, Reduction] = {}
    for reduction in reductions:
        by_line: dict[int, int] = {}
        covered: dict[int, int] = {}
        for new, old in enumerate(places):
            amount = reduction.by_line.get(old, 0)
            units = reduction.units_milli.get(old, lines[old].quantity_milli)
            kept_units = min(units, kept_milli[lines[old].id])
            if amount and (share := share_kept(amount, units, kept_units)):
                by_line[new] = share
                covered[new] = kept_units
        kept[reduction.rule] = Reduction(reduction.rule, by_line, covered, reduction.in_sets)
    return kept
