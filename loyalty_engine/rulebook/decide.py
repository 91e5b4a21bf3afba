"""Decide a purchase: lanes one after the other, each on what the ones before have left.

`decide` is a pure function of the rulebook, the facts and the discounts that are settled
already, so a quote, a return and an explanation cost nothing but arithmetic.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from loyalty_engine.domain.facts import Carry, Facts
from loyalty_engine.domain.money import share_out
from loyalty_engine.domain.outcomes import Discount, EarnPoints, Message, MultiplyPoints, Outcome
from loyalty_engine.domain.program import Lane, Multipliers, Stacking
from loyalty_engine.rulebook.decision import Decision, Grant, Reduction, Verdict
from loyalty_engine.rulebook.limits import allowed, use
from loyalty_engine.rulebook.match import Match, match_lane
from loyalty_engine.rulebook.points import shares_by_line, whole_points
from loyalty_engine.rulebook.rule import Rule, Rulebook
from loyalty_engine.rulebook.word_answers import WordFailed, outcomes_of


@dataclass(frozen=True, slots=True)
class Settled:
    """Discounts that are decided already, by rule; no others are decided beside them.

    `given` ones are facts (the till has given them, or a reservation promised them); `frozen`
    ones, from the time of purchase, stand only while their rule still holds on what is kept.
    """

    given: Mapping[str, Reduction] = field(default_factory=dict)
    frozen: Mapping[str, Reduction] = field(default_factory=dict)


@dataclass(slots=True)
class Gain:
    """What one rule would bring about, before and after its limits."""

    match: Match
    outcomes: Sequence[Outcome] = ()
    reduction: Reduction | None = None
    grants: list[Grant] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    limit: str | None = None
    refused: bool = False
    desired_discount: int = 0

    @property
    def rule(self) -> Rule:
        """The rule that brings it."""
        return self.match.rule

    @property
    def matters(self) -> bool:
        """Whether its effects had anything to work on, be it for no points in the end."""
        return bool(self.reduction or self.grants or self.messages or self.limit)

    @property
    def gives(self) -> bool:
        """Whether anything comes of it."""
        return bool(
            (self.reduction and self.reduction.total)
            or any(grant.granted for grant in self.grants)
            or self.messages
        )


class Decider:
    """One decision in the making."""

    def __init__(self, rulebook: Rulebook, facts: Facts, settled: Settled | None) -> None:
        self.program = rulebook.program
        self.rulebook = rulebook
        self.settled = settled
        self.given = settled.given if settled else {}
        self.frozen = settled.frozen if settled else {}
        nets = facts.nets or tuple(line.net for line in facts.purchase.lines)
        self.facts = facts.with_nets(nets)
        self.base: dict[str, dict[int, Fraction]] = {}
        self.multiplied: dict[str, dict[int, Fraction]] = {}
        self.verdicts: list[Verdict] = []
        self.gains: list[Gain] = []
        self.broken: set[str] = set()
        self._compound = False

    def run(self) -> Decision:
        """Go through the lanes."""
        for reduction in self.given.values():
            self._take_off(reduction)
        for lane in self.program.lanes:
            self._lane(lane)
        return Decision(
            verdicts=tuple(self.verdicts),
            reductions=tuple(gain.reduction for gain in self.gains if gain.reduction),
            grants=tuple(grant for gain in self.gains for grant in gain.grants),
            messages=tuple((gain.rule.id, text) for gain in self.gains for text in gain.messages),
            nets=self.facts.nets,
            used=self._used(),
        )

    def _used(self) -> dict[str, int]:
        """What counts against limits, discounts that the till has given included."""
        used: dict[str, int] = {}
        for gain in self.gains:
            points = sum(grant.granted for grant in gain.grants)
            money = gain.reduction.total if gain.reduction else 0
            if gain.rule.id in self.given:
                money = self.given[gain.rule.id].total
            used |= use(gain.rule, points, money)
        matched = {gain.rule.id for gain in self.gains}
        for rule_id, reduction in self.given.items():
            if rule_id not in matched and rule_id in self.rulebook.by_id:
                used |= use(self.rulebook.by_id[rule_id], 0, reduction.total)
        return used

    def _lane(self, lane: Lane) -> None:
        matches, failures, broken = match_lane(self.rulebook, lane.name, self.facts)
        for rule, failed in failures:
            self.verdicts.append(Verdict(rule.id, "not_met", failed=failed))
        for rule in broken:
            self.verdicts.append(Verdict(rule.id, "error"))
        plain = [it for it in matches if not it.multiplies]
        multipliers = [it for it in matches if it.multiplies]
        winner = self._stack(lane.stacking, plain, None)
        stacking = lane.stacking
        if stacking is Stacking.ALL and lane.multipliers is Multipliers.BEST:
            stacking = Stacking.BEST
        self._compound = lane.multipliers is Multipliers.MULTIPLY
        self._stack(stacking, multipliers, winner if lane.stacking is not Stacking.ALL else None)

    def _stack(self, stacking: Stacking, matches: Sequence[Match], won: Rule | None) -> Rule | None:
        """Let the matching rules of a lane take effect as they stack; answers the winner."""
        if stacking is Stacking.ALL:
            for match in matches:
                self._take(self._gain(match))
            return None
        if won is None:
            won = self._winner(stacking, matches)
        for match in matches:
            if won is None or match.rule is won:
                self._take(self._gain(match))
            elif match.rule.id in self.broken:
                self.verdicts.append(Verdict(match.rule.id, "error"))
            else:
                self.verdicts.append(Verdict(match.rule.id, "overshadowed", by=won.id))
        return won

    def _winner(self, stacking: Stacking, matches: Sequence[Match]) -> Rule | None:
        """The one rule that takes effect; matches come by priority, then by rule id."""
        settled = [it for it in matches if it.rule.id in self.frozen or it.rule.id in self.given]
        if settled:
            return settled[0].rule
        giving = [gain for gain in map(self._gain, matches) if gain.gives]
        if not giving:
            return None
        if stacking is Stacking.FIRST:
            return giving[0].rule
        return max(giving, key=self._worth).rule  # max keeps the first of equals

    def _worth(self, gain: Gain) -> Fraction:
        money = gain.reduction.total if gain.reduction else 0
        points = sum(
            (self.program.units[it.unit].value * it.granted for it in gain.grants), Fraction(0)
        )
        return money + points

    # --- what one rule gives -----------------------------------------------------------------

    def _gain(self, match: Match) -> Gain:
        try:
            outcomes = outcomes_of(match.rule, self.program, self.facts, match.lines)
        except WordFailed:
            self.broken.add(match.rule.id)
            return Gain(match)
        gain = Gain(match, outcomes)
        taken_off: dict[int, int] = {}
        covered: dict[int, int] = {}
        in_sets = False
        for outcome in outcomes:
            if isinstance(outcome, EarnPoints):
                gain.grants.append(self._grant(match.rule, outcome))
            elif isinstance(outcome, MultiplyPoints):
                gain.grants.append(self._multiplied(match.rule, outcome))
            elif isinstance(outcome, Discount):
                for index, amount in outcome.by_line.items():
                    taken_off[index] = taken_off.get(index, 0) + amount
                covered.update(outcome.units_milli)
                in_sets = in_sets or outcome.in_sets
            else:
                gain.messages.append(outcome)
        reduction = self._reduction(match.rule, taken_off, covered, in_sets)
        gain.desired_discount = reduction.total if reduction else 0
        gain.reduction = reduction
        self._limit(gain)
        return gain

    def _reduction(
        self, rule: Rule, taken_off: dict[int, int], covered: dict[int, int], in_sets: bool
    ) -> Reduction | None:
        if self.settled is not None:
            frozen = self.frozen.get(rule.id)
            if frozen is None:
                return None
            if frozen.in_sets and sum(taken_off.values()) < frozen.total:
                return Reduction(rule.id, taken_off, covered, in_sets) if taken_off else None
            return frozen
        nets = self.facts.nets
        bounded = {
            index: min(amount, nets[index])
            for index, amount in sorted(taken_off.items())
            if amount > 0 and nets[index] > 0
        }
        return Reduction(rule.id, bounded, covered, in_sets) if bounded else None

    def _grant(self, rule: Rule, earn: EarnPoints) -> Grant:
        unit = self.program.units[earn.unit]
        if earn.carry_step:
            so_far = self.facts.carries.get(rule.id, Carry())
            points = carried_points(so_far, earn.basis, earn.carry_step, earn.carry_points)
        else:
            points = whole_points(earn.by_line, earn.fixed, unit, self.facts.purchase)
        exact = sum(earn.by_line.values(), earn.fixed)
        shares = shares_by_line(points, earn.by_line, earn.fixed)
        return Grant(
            rule.id, earn.unit, exact, points, points, shares,
            earn.basis, earn.carry_step or 0, earn.carry_points,
        )  # fmt: skip

    def _multiplied(self, rule: Rule, multiply: MultiplyPoints) -> Grant:
        base = self.base.get(multiply.unit, {})
        extra = self.multiplied.get(multiply.unit, {}) if self._compound else {}
        by_line = {
            index: (exact + extra.get(index, Fraction(0))) * (multiply.factor - 1)
            for index, exact in base.items()
            if index in multiply.lines
        }
        unit = self.program.units[multiply.unit]
        points = max(0, whole_points(by_line, Fraction(0), unit, self.facts.purchase))
        shares = shares_by_line(points, by_line, Fraction(0))
        return Grant(
            rule.id, multiply.unit, sum(by_line.values(), Fraction(0)), points, points, shares
        )

    def _limit(self, gain: Gain) -> None:
        if not gain.rule.limits:
            return
        desired = sum(grant.desired for grant in gain.grants)
        let = allowed(gain.rule, desired, gain.desired_discount, self.facts.headroom)
        gain.limit, gain.refused = let.limit, let.refused
        left = let.points
        for position, grant in enumerate(gain.grants):
            given = min(grant.desired, left)
            left -= given
            if given != grant.granted:
                parts = list(grant.by_line.values())
                shares = share_out(given, parts) if parts else ()
                by_line = {i: n for i, n in zip(grant.by_line, shares, strict=True) if n}
                gain.grants[position] = replace(grant, granted=given, by_line=by_line)
        if gain.reduction and let.money < gain.reduction.total:
            gain.reduction = _cut(gain.reduction, let.money)

    # --- taking effect -----------------------------------------------------------------------

    def _take(self, gain: Gain) -> None:
        self.gains.append(gain)
        if gain.reduction:
            self._take_off(gain.reduction)
        for outcome in () if gain.limit else gain.outcomes:
            if isinstance(outcome, EarnPoints):
                _add(self.base.setdefault(outcome.unit, {}), outcome.by_line)
        for grant in gain.grants:
            if gain.match.multiplies and grant.exact:
                share = self.base.get(grant.unit, {})
                whole = sum(share.values(), Fraction(0)) or Fraction(1)
                spread = {index: grant.exact * part / whole for index, part in share.items()}
                _add(self.multiplied.setdefault(grant.unit, {}), spread)
        self.verdicts.append(self._verdict(gain))

    def _take_off(self, reduction: Reduction) -> None:
        nets = list(self.facts.nets)
        for index, amount in reduction.by_line.items():
            nets[index] = max(0, nets[index] - amount)
        self.facts = self.facts.with_nets(tuple(nets))

    def _verdict(self, gain: Gain) -> Verdict:
        status = "error" if gain.rule.id in self.broken else "applied"
        idle = status == "applied" and not gain.matters
        if idle:
            status = "not_met"
        if gain.limit:
            status = "refused" if gain.refused else "capped"
        desired: dict[str, int] = {}
        granted: dict[str, int] = {}
        for grant in gain.grants:
            desired[grant.unit] = desired.get(grant.unit, 0) + grant.desired
            granted[grant.unit] = granted.get(grant.unit, 0) + grant.granted
        discount = gain.reduction.total if gain.reduction else 0
        if gain.rule.id in self.given:
            discount = self.given[gain.rule.id].total
        return Verdict(
            gain.rule.id, status, failed=gain.rule.then[0] if idle else None, limit=gain.limit, desired=desired, granted=granted,
            discount=discount, desired_discount=gain.desired_discount,
        )  # fmt: skip


def carried_points(so_far: Carry, basis: int, step: int, points: int) -> int:
    """Points of a rule with carry: whole steps of the running sum, less what it has given.

    Below zero where a return has made the sum smaller than what was given on it.
    """
    return (so_far.basis + basis) // step * points - so_far.given


def _add(sums: dict[int, Fraction], more: Mapping[int, Fraction]) -> None:
    for index, exact in more.items():
        sums[index] = sums.get(index, Fraction(0)) + exact


def _cut(reduction: Reduction, total: int) -> Reduction | None:
    if total <= 0:
        return None
    parts = share_out(total, list(reduction.by_line.values()))
    by_line = {i: part for i, part in zip(reduction.by_line, parts, strict=True) if part}
    return Reduction(reduction.rule, by_line, reduction.units_milli, reduction.in_sets)


def decide(rulebook: Rulebook, facts: Facts, settled: Settled | None = None) -> Decision:
    """All that the rulebook brings about for these facts; the same facts give the same decision.

    `settled` discounts are not decided again (see `Settled`); those in `settled.given` are not
    repeated in `Decision.reductions`, the caller has them.
    """
    return Decider(rulebook, facts, settled).run()
