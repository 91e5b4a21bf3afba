"""Explain a decision: every rule with what stood in its way, and what would have come of more."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.deciding.decision import Decision, Verdict
from loyalty_engine.rulebook.deciding.settled import Settled
from loyalty_engine.rulebook.rule import Rule
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.telling.judging import Blame, Judged, blame, judge_rule, too_little
from loyalty_engine.rulebook.telling.near_misses import NearMisses, Room, Watching, Would


@dataclass(frozen=True, slots=True)
class Explained:
    """One rule: its verdict, None where its dates do not cover the day, and the reasons."""

    rule: Rule
    verdict: Verdict | None
    blame: Blame | None = None
    would: Would | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision and every rule of the rulebook in the order of lanes and of rules in them."""

    decision: Decision
    rules: tuple[Explained, ...]


def explain(
    rulebook: Rulebook,
    facts: Facts,
    settled: Settled | None = None,
    only: str | None = None,
    room: Room | None = None,
) -> Explanation:
    """Decide, and say of every rule, or of `only` one, why it did or did not apply.

    `room` tells what is left of limits of which the facts know nothing, because no rule that
    applied was under them; without it those are full.
    """
    watching = Watching(rulebook, facts, settled, None)
    decision = watching.run()
    verdicts = {it.rule: it for it in decision.verdicts}
    event = facts.purchase.event is not None
    told = [
        _explained(rule, verdicts.get(rule.id) or _apart(rule, facts), watching.seen, rulebook)
        for lane in rulebook.program.lanes
        for rule in rulebook.by_lane.get(lane.name, ())
        if rule.id == only or (only is None and rule.of_events is event)
    ]
    missed = [(it.rule, it.blame) for it in told if it.blame]
    would = NearMisses(rulebook, facts, settled, room).of(missed)
    return Explanation(decision, tuple(replace(it, would=would.get(it.rule.id)) for it in told))


def _apart(rule: Rule, facts: Facts) -> Verdict | None:
    """The verdict on a rule about events where a purchase is explained: nobody looked at it."""
    if facts.purchase.event is None and rule.of_events and rule.live_on(facts.local.date()):
        return Verdict(rule.id, "not_met", failed=rule.when[0])
    return None


def conditions_of(
    rulebook: Rulebook, rule: Rule, facts: Facts, settled: Settled | None = None
) -> tuple[tuple[Judged, ...], Facts]:
    """Every condition of a rule, whether it held when the rule's turn came, and the facts then."""
    watching = Watching(rulebook, facts, settled, 0)
    watching.run()
    then = watching.seen[rule.lane]
    return judge_rule(rule, then), then


def _explained(
    rule: Rule, verdict: Verdict | None, seen: Mapping[str, Facts], rulebook: Rulebook
) -> Explained:
    if verdict is None or verdict.status != "not_met":
        return Explained(rule, verdict)
    then = seen[rule.lane]
    return Explained(rule, verdict, blame(rule, then, rulebook.program) or too_little(rule, then))
