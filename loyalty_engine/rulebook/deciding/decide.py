"""Decide a purchase: lanes one after the other, each on what the ones before have left.

`decide` is a pure function of the rulebook, the facts and the discounts that are settled
already, so a quote, a return and an explanation cost nothing but arithmetic.
"""

from collections.abc import Sequence

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.lanes import Lane, Multipliers, Stacking
from loyalty_engine.domain.limits import Scope
from loyalty_engine.rulebook.deciding.combining import as_before, best_combination
from loyalty_engine.rulebook.deciding.decision import Added, Decision, Verdict
from loyalty_engine.rulebook.deciding.gain import Gain
from loyalty_engine.rulebook.deciding.line_sharing import share_lines
from loyalty_engine.rulebook.deciding.match import Match, match_every, match_lane
from loyalty_engine.rulebook.deciding.settled import Settled
from loyalty_engine.rulebook.deciding.standing import Standing
from loyalty_engine.rulebook.deciding.tally import Tally
from loyalty_engine.rulebook.deciding.verdicts import verdict_of
from loyalty_engine.rulebook.deciding.worth import Worth
from loyalty_engine.rulebook.rule import Rule
from loyalty_engine.rulebook.rulebook import Rulebook


def decide(
    rulebook: Rulebook, facts: Facts, settled: Settled | None = None, *, tell: int | None = None
) -> Decision:
    """All that the rulebook brings about for these facts; the same facts give the same decision.

    `settled` discounts are not decided again (see `Settled`); those in `settled.given` are not
    repeated in `Decision.reductions`, the caller has them. `tell` is of how many rules that are
    not met the verdicts say so, in the order of lanes and of rules in them; None is of all.
    Looking at thousands of rules only to tell of them takes longer than all the rest.
    """
    return Decider(rulebook, facts, settled, tell).run()


class Decider:
    """One decision in the making."""

    def __init__(
        self, rulebook: Rulebook, facts: Facts, settled: Settled | None, tell: int | None
    ) -> None:
        self.rulebook = rulebook
        self.given = settled.given if settled else {}
        self.frozen = settled.frozen if settled else {}
        self.tally = Tally(rulebook.program, facts, settled)
        self.verdicts: list[Verdict] = []
        self.gains: list[Gain] = []
        self.tell = tell
        self.possible = 0 if tell is None else rulebook.index.possible(self.tally.facts)
        self.broken: set[str] = set()
        self.bounded: dict[str, int] = {}
        self.lines: dict[str, tuple[str, ...]] = {}
        self.effective = settled.effective if settled else None
        self.standing = Standing(rulebook, settled) if rulebook.sets_apart else None

    def run(self) -> Decision:
        """Go through the lanes."""
        for rule_id, reduction in self.given.items():
            rule = self.rulebook.by_id.get(rule_id)
            self.tally.take_off(reduction, rule)
            if rule:
                self.tally.shared.take(rule, (), reduction)
        for lane in self.rulebook.program.lanes:
            self._lane(lane)
        return Decision(
            verdicts=tuple(self.verdicts),
            reductions=tuple(gain.reduction for gain in self.gains if gain.reduction),
            grants=tuple(grant for gain in self.gains for grant in gain.grants),
            messages=tuple((gain.rule.id, text) for gain in self.gains for text in gain.messages),
            nets=self.tally.facts.nets,
            used=self._used(),
            due=sum(self.tally.facts.due),
            counted=self.tally.facts.total,
            bounded=self.bounded,
            lines=self.lines,
            added=tuple(
                Added(gain.rule.id, it.sku, it.quantity_milli)
                for gain in self.gains
                for it in gain.added
            ),
            vouchers=tuple((gain.rule.id, it) for gain in self.gains for it in gain.vouchers),
        )

    def _used(self) -> dict[str, int]:
        """What counts against limits, discounts that the till has given included."""
        used: dict[str, int] = {}
        for gain in (it for it in self.gains if it.rule.limits or it.rule.campaign):
            money = gain.reduction.total if gain.reduction else 0
            if gain.rule.id in self.given:
                money = self.given[gain.rule.id].total
            given = bool(gain.added or gain.vouchers)
            self.tally.shared.count(used, gain.rule, gain.grants, money, given)
        matched = {gain.rule.id for gain in self.gains} if self.given else ()
        for rule_id, reduction in self.given.items():
            rule = self.rulebook.by_id.get(rule_id)
            if rule_id not in matched and rule is not None:
                self.tally.shared.count(used, rule, (), reduction.total)
        limits = self.rulebook.limits
        return {it: n for it, n in used.items() if limits[it].scope is not Scope.PURCHASE}

    # --- stacking ----------------------------------------------------------------------------

    def _lane(self, lane: Lane) -> None:
        self.tally.compound = lane.multipliers is Multipliers.MULTIPLY
        matches = self._match(lane.name)
        plain = [it for it in matches if not it.multiplies]
        multipliers = [it for it in matches if it.multiplies]
        if lane.stacking is Stacking.BEST_COMBINATION:
            self._combine(lane, plain, multipliers)
            return
        if lane.stacking is Stacking.BEST_PER_LINE:
            self._share_out(lane, [*plain, *multipliers])
            return
        winner = self._stack(lane.stacking, plain, None)
        stacking = lane.stacking
        if stacking is Stacking.ALL and lane.multipliers is Multipliers.BEST:
            stacking = Stacking.BEST
        self._stack(stacking, multipliers, winner)

    def _match(self, lane: str) -> Sequence[Match]:
        """The rules of a lane that match; those that are told of not to match get verdicts."""
        if lane not in self.rulebook.by_lane:
            return ()
        facts = self.tally.facts
        if self.tell is None:
            matches, failures = match_every(self.rulebook, lane, facts)
        else:
            matches, failures = match_lane(
                self.rulebook, lane, facts, self.possible, max(0, self.tell)
            )
        for failure in failures:
            if failure.failed is not None:
                self._say(Verdict(failure.rule.id, "not_met", failed=failure.failed))
        self.verdicts += (Verdict(it.rule.id, "error") for it in failures if it.failed is None)
        return matches

    def _say(self, verdict: Verdict) -> None:
        self.verdicts.append(verdict)
        if verdict.status == "not_met" and self.tell is not None:
            self.tell -= 1

    def _stack(self, stacking: Stacking, matches: Sequence[Match], won: Rule | None) -> Rule | None:
        """Let the matching rules of a lane take effect as they stack; answers the winner."""
        matches = self._free(matches)
        first = None
        if stacking is not Stacking.ALL and won is None:
            won, first = self._winner(stacking, matches)
        for match in matches:
            if won is None or match.rule is won:
                if self.standing is None or not self._stands_aside(match.rule):
                    # Nothing has taken effect since the winner's gain was compared.
                    self._take(first or self.tally.gain(match))
            elif match.rule.id in self.broken:
                self.verdicts.append(Verdict(match.rule.id, "error"))
            else:
                self.verdicts.append(Verdict(match.rule.id, "overshadowed", by=won.id))
        return won

    def _combine(self, lane: Lane, plain: Sequence[Match], multipliers: Sequence[Match]) -> None:
        """Let those rules of a lane take effect that together are best for the member."""
        plain, multipliers = self._free(plain), self._free(multipliers)
        matches = [*plain, *multipliers]
        if not matches:
            return
        if self.effective is None:
            found = best_combination(self.tally, plain, multipliers, lane.multipliers)
        else:
            found = as_before(matches, self.effective)
        if found.more is not None:
            self.bounded[lane.name] = found.more
        chosen = [it.rule for it in matches if it.rule.id in found.chosen]
        for match in matches:
            rule = match.rule
            by = next((it for it in chosen if it is not rule and not it.stands_beside(rule)), None)
            if rule.id in found.chosen or (rule.id in found.idle and by is None):
                self._take(self.tally.gain(match))
            elif rule.id in found.broken:
                self.verdicts.append(Verdict(rule.id, "error"))
            else:
                by = by or next(iter(chosen), None)
                self.verdicts.append(Verdict(rule.id, "overshadowed", by=by.id if by else None))

    def _share_out(self, lane: Lane, matches: Sequence[Match]) -> None:
        """Give each line to one of the rules of a lane, and let each take effect on its lines."""
        if not (matches := self._free(matches)):
            return
        found = share_lines(self.tally, matches, self.rulebook.by_id)
        if found.more is not None:
            self.bounded[lane.name] = found.more
        ids = [line.id for line in self.tally.facts.purchase.lines]
        for match in matches:
            rule = match.rule.id
            if lines := found.lines.get(rule):
                self.lines[rule] = tuple(ids[i] for i in lines)
                self._take(self.tally.gain(Match(match.rule, lines)))
            elif rule in found.idle:
                self._take(self.tally.gain(match))
            elif rule in found.broken:
                self.verdicts.append(Verdict(rule, "error"))
            else:
                self.verdicts.append(Verdict(rule, "overshadowed", by=found.by.get(rule)))

    def _free(self, matches: Sequence[Match]) -> Sequence[Match]:
        """Those that need not leave the field to a rule that has taken effect."""
        if self.standing is None:
            return matches
        return [it for it in matches if not self._stands_aside(it.rule)]

    def _stands_aside(self, rule: Rule) -> bool:
        """Whether a rule leaves the field to one that has taken effect; then its verdict says so."""
        by = self.standing.against(rule) if self.standing else None
        if by is not None:
            self.verdicts.append(Verdict(rule.id, "overshadowed", by=by.id))
        return by is not None

    def _winner(
        self, stacking: Stacking, matches: Sequence[Match]
    ) -> tuple[Rule | None, Gain | None]:
        """The one rule that takes effect, with its gain where gains were compared.

        Matches come by priority, then by rule id.
        """
        if settled := [it for it in matches if it.rule.id in {**self.frozen, **self.given}]:
            return settled[0].rule, None
        gains = [self.tally.gain(match) for match in matches]
        self.broken |= {gain.rule.id for gain in gains if gain.broken}
        giving = [gain for gain in gains if gain.gives]
        if not giving:
            return None, None
        if stacking is Stacking.FIRST or len(giving) == 1:
            best = giving[0]
        else:
            best = max(giving, key=Worth(self.rulebook.program).of)  # the first of equals
        return best.rule, best

    # --- taking effect -----------------------------------------------------------------------

    def _take(self, gain: Gain) -> None:
        self.gains.append(gain)
        self.tally.take(gain)
        if self.standing is not None and gain.gives:
            self.standing.add(gain.rule)
        self._say(verdict_of(gain, self.given.get(gain.match.rule.id)))
