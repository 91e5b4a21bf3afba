"""Where a decision stands, and what one more rule brings about on what those before have left."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from loyalty_engine.domain.changing import changed
from loyalty_engine.domain.discounting import BasketDiscounts, Percentages
from loyalty_engine.domain.facts import Carry, Facts
from loyalty_engine.domain.lanes import Multipliers
from loyalty_engine.domain.money import exact_sum
from loyalty_engine.domain.outcomes import (
    AddProduct,
    Discount,
    EarnPoints,
    Message,
    MultiplyPoints,
)
from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.deciding.carrying import carried_by, carry_key, plus
from loyalty_engine.rulebook.deciding.code_outcomes import outcomes_by_code
from loyalty_engine.rulebook.deciding.decision import Grant, Reduction, still_standing
from loyalty_engine.rulebook.deciding.floors import above_floors, declared_floors
from loyalty_engine.rulebook.deciding.gain import Gain
from loyalty_engine.rulebook.deciding.limits import Shared, cut_grant, cut_reduction
from loyalty_engine.rulebook.deciding.match import Match
from loyalty_engine.rulebook.deciding.percentages import best_only, with_percentages
from loyalty_engine.rulebook.deciding.points import (
    add_up,
    carried_points,
    in_parts,
    multiplied,
    multiplied_parts,
    shares_by_line,
    whole_points,
)  # fmt: skip
from loyalty_engine.rulebook.deciding.settled import Settled
from loyalty_engine.rulebook.deciding.word_answers import WordFailed
from loyalty_engine.rulebook.rule import Rule


class Tally:
    """Where a decision stands: what the lines cost by now, and the points that multipliers see.

    `base` holds the exact points by unit and line that rules other than multipliers have given,
    `extra` those of multipliers, which count for others only where `compound`.
    """

    def __init__(self, program: Program, facts: Facts, settled: Settled | None) -> None:
        self.program = program
        self.settled = settled
        nets = facts.nets or tuple(line.net for line in facts.purchase.lines)
        self.facts = facts.with_nets(nets, program)
        self.floors = declared_floors(program.switches, facts.purchase)
        self.apart = program.switches.basket_discounts is BasketDiscounts.NOT_SPREAD
        self.basket_wide: tuple[int, ...] = ()
        self.best_percentage = program.switches.percentages is Percentages.BEST
        self.base: dict[str, dict[int, Fraction]] = {}
        self.extra: dict[str, dict[int, Fraction]] = {}
        self.shared = Shared(program)
        self.compound = False
        self.compounds = any(it.multipliers is Multipliers.MULTIPLY for it in program.lanes)

    # --- what a rule would give --------------------------------------------------------------

    def gain(self, match: Match) -> Gain:
        """What a matching rule gives as things stand; a rule whose word fails gives nothing."""
        rule = match.rule
        try:
            outcomes = outcomes_by_code(rule, self.program, self.facts_for(rule), match.lines)
        except WordFailed:
            return Gain(match, broken=True)
        gain = Gain(match, outcomes)
        discounts: list[Discount] = []
        for outcome in outcomes:
            if isinstance(outcome, EarnPoints):
                gain.grants.append(self._grant(rule, outcome, gain.grants))
            elif isinstance(outcome, Discount):
                discounts.append(outcome)
            elif isinstance(outcome, MultiplyPoints):
                gain.grants.append(self._multiplied(rule, outcome))
            elif isinstance(outcome, Message):
                gain.messages.append(outcome)
            elif isinstance(outcome, AddProduct):
                gain.added += (outcome,)
            else:
                gain.vouchers.append(outcome.kind)
        if discounts or self.settled is not None:
            gain.reduction = self._reduction(rule, discounts)
            gain.desired_discount = gain.reduction.total if gain.reduction else 0
        if rule.limits or rule.campaign or self.facts.member is None:
            self._limit(gain)
        return gain

    def facts_for(self, rule: Rule) -> Facts:
        """What a rule looks at: one about some lines may earn on what they cost by themselves."""
        if rule.on and self.basket_wide:
            return changed(self.facts, basket_wide=self.basket_wide)
        return self.facts

    def _reduction(self, rule: Rule, discounts: Sequence[Discount]) -> Reduction | None:
        wanted: dict[int, int] = {}
        covered: dict[int, int] = {}
        if self.best_percentage:
            discounts = best_only(discounts, self.facts)
        for discount in discounts:
            for index, amount in discount.by_line.items():
                wanted[index] = wanted.get(index, 0) + amount
            covered.update(discount.units_milli)
        in_sets = any(discount.in_sets for discount in discounts)
        if self.floors or rule.lowest_price is not None:
            facts = self.facts
            wanted = above_floors(
                wanted, facts.nets, facts.purchase, self.floors, rule.lowest_price
            )
        if self.settled is not None:
            return still_standing(self.settled.frozen.get(rule.id), wanted, covered)
        nets = self.facts.nets
        bounded = {
            index: min(amount, nets[index])
            for index, amount in sorted(wanted.items())
            if amount > 0 and nets[index] > 0
        }
        return Reduction(rule.id, bounded, covered, in_sets) if bounded else None

    def _grant(self, rule: Rule, earn: EarnPoints, before: Sequence[Grant]) -> Grant:
        """The points of an effect; those of the same rule `before` it share its running sum."""
        unit = self.program.units[earn.unit]
        parts = in_parts(earn.by_line, earn.fixed)
        if earn.carry_step:
            key = carry_key(rule.id, earn, self.facts)
            so_far = self.facts.carries.get(key, Carry())
            if key in (own := carried_by(before, self.facts)):
                so_far = plus(so_far, own[key])
            points = carried_points(so_far, earn.basis, earn.carry_step, earn.carry_points)
        else:
            points = whole_points(parts, unit, self.facts.purchase)
        shares = shares_by_line(points, parts)
        return Grant(
            rule.id, earn.unit, parts.total, points, points, shares,
            earn.basis, earn.carry_step or 0, earn.carry_points,
        )  # fmt: skip

    def multiplied(self, multiply: MultiplyPoints) -> dict[int, Fraction]:
        """What multiplying adds by line, exact."""
        extra = self.extra.get(multiply.unit, {}) if self.compound else {}
        return multiplied(self.base.get(multiply.unit, {}), extra, multiply)

    def _multiplied(self, rule: Rule, multiply: MultiplyPoints) -> Grant:
        unit = self.program.units[multiply.unit]
        extra = self.extra.get(multiply.unit, {}) if self.compound else {}
        parts = multiplied_parts(self.base.get(multiply.unit, {}), extra, multiply)
        points = max(0, whole_points(parts, unit, self.facts.purchase))
        shares = shares_by_line(points, parts)
        return Grant(rule.id, multiply.unit, parts.total, points, points, shares)

    def _limit(self, gain: Gain) -> None:
        """Cut a gain to what its limits let through; nobody but a member is given points."""
        if self.facts.member is None:
            gain.grants = [replace(it, granted=0, by_line={}) for it in gain.grants]
        if not gain.rule.limits and not gain.rule.campaign:
            return
        points = [0 if self.facts.member is None else it.desired for it in gain.grants]
        more = bool(gain.added or gain.vouchers)
        wanted = self.shared.gift(points, gain.grants, gain.desired_discount, more)
        booked = self.settled.given.get(gain.rule.id) if self.settled else None
        let = self.shared.allowed(gain.rule, wanted, self.facts.headroom, booked)
        gain.limit, gain.refused = let.limit, let.refused
        if not let.added:
            gain.added = ()
            gain.vouchers.clear()
        gain.grants = [
            cut_grant(it, most) for it, most in zip(gain.grants, let.points, strict=True)
        ]
        if gain.reduction and let.money < gain.reduction.total:
            gain.reduction = cut_reduction(gain.reduction, let.money, self.facts)

    # --- taking effect -----------------------------------------------------------------------

    def take(self, gain: Gain) -> None:
        """Let a gain take effect on what comes after it."""
        rule = gain.match.rule
        if rule.campaign:
            self.shared.take(rule, gain.grants, gain.reduction, bool(gain.added))
        if gain.reduction:
            self.take_off(gain.reduction, rule)
            if self.best_percentage:
                self.facts = with_percentages(self.facts, gain.outcomes, gain.reduction)
        if not gain.grants:
            return
        earned = [it for it in gain.outcomes if isinstance(it, (EarnPoints, MultiplyPoints))]
        for outcome, grant in zip(earned, gain.grants, strict=True):
            if isinstance(outcome, EarnPoints):
                exact = outcome.by_line
                if gain.limit and grant.desired:  # what is left of a rule that is cut is multiplied
                    share = Fraction(grant.granted, grant.desired)
                    exact = {index: part * share for index, part in exact.items()}
                add_up(self.base.setdefault(outcome.unit, {}), exact)
            elif self.compounds:
                base = self.base.get(grant.unit, {})
                whole = exact_sum(base[i] for i in outcome.lines if i in base)
                if whole:
                    spread = {
                        i: grant.exact * base[i] / whole for i in sorted(outcome.lines) if i in base
                    }
                    add_up(self.extra.setdefault(grant.unit, {}), spread)

    def take_off(self, reduction: Reduction, rule: Rule | None) -> None:
        """Take a discount of a rule, if it is known, off the lines; none goes below zero."""
        nets = list(self.facts.nets)
        for index, amount in reduction.by_line.items():
            nets[index] = max(0, nets[index] - amount)
        if self.apart and rule is not None and not rule.on:
            off = zip(self.facts.nets, nets, strict=True)
            wide = self.basket_wide or (0,) * len(nets)
            self.basket_wide = tuple(w + was - now for w, (was, now) in zip(wide, off, strict=True))
        self.facts = self.facts.with_nets(tuple(nets))
