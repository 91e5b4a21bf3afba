"""Explain a decision: every rule with what stood in its way, and what would have come of more.

What a near miss would give is never guessed: it is decided, with that much more in the basket,
later, or with the condition taken as met. So it knows of lanes, limits and rules that stand above.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.decide import Decider
from loyalty_engine.rulebook.decision import Decision, Verdict
from loyalty_engine.rulebook.judging import ORDER, Blame, Judged, blame, judge_rule, moved
from loyalty_engine.rulebook.match import Match
from loyalty_engine.rulebook.rule import Rule, Rulebook
from loyalty_engine.rulebook.settled import Settled
from loyalty_engine.rulebook.word_answers import WordFailed, selected_lines
from loyalty_engine.rulebook.words import Condition, Near

MOST_TRIED = 40
"""So many near misses are decided at most for one explanation, the nearest first."""

LINES_TRIED = 20_000
"""So many lines are decided on at most for near misses: fewer misses of large baskets."""

STEPS = 4
"""A discount takes its part of what is added; so often the rest is added at most."""


@dataclass(frozen=True, slots=True)
class Would:
    """What a rule would do: at `near` more, or, without it, if only what fails were so."""

    verdict: Verdict
    near: Near | None


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
    rulebook: Rulebook, facts: Facts, settled: Settled | None = None, only: str | None = None
) -> Explanation:
    """Decide, and say of every rule, or of `only` one, why it did or did not apply."""
    watching = _Watching(rulebook, facts, settled, None)
    decision = watching.run()
    verdicts = {it.rule: it for it in decision.verdicts}
    event = facts.purchase.event is not None
    told = [
        _explained(rule, verdicts.get(rule.id) or _apart(rule, facts), watching.seen, rulebook)
        for lane in rulebook.program.lanes
        for rule in rulebook.by_lane.get(lane.name, ())
        if rule.id == only or (only is None and rule.of_events is event)
    ]
    return Explanation(decision, _with_near_misses(rulebook, facts, settled, told))


def _apart(rule: Rule, facts: Facts) -> Verdict | None:
    """The verdict on a rule about events where a purchase is explained: nobody looked at it."""
    if facts.purchase.event is None and rule.of_events and rule.live_on(facts.local.date()):
        return Verdict(rule.id, "not_met", failed=rule.when[0])
    return None


def conditions_of(
    rulebook: Rulebook, rule: Rule, facts: Facts, settled: Settled | None = None
) -> tuple[tuple[Judged, ...], Facts]:
    """Every condition of a rule, whether it held when the rule's turn came, and the facts then."""
    watching = _Watching(rulebook, facts, settled, 0)
    watching.run()
    then = watching.seen[rule.lane]
    return judge_rule(rule, then), then


def _explained(
    rule: Rule, verdict: Verdict | None, seen: Mapping[str, Facts], rulebook: Rulebook
) -> Explained:
    if verdict is None or verdict.status != "not_met":
        return Explained(rule, verdict)
    return Explained(rule, verdict, blame(rule, seen[rule.lane], rulebook.program))


def _with_near_misses(
    rulebook: Rulebook, facts: Facts, settled: Settled | None, told: Sequence[Explained]
) -> tuple[Explained, ...]:
    """The rules with what the nearest misses would have given."""
    missed = [it for it in told if it.blame and it.blame.alone and _is_condition(it.blame)]
    tries = min(MOST_TRIED, LINES_TRIED // max(1, len(facts.purchase.lines)))
    would = {
        it.rule.id: _would(rulebook, facts, settled, it)
        for it in sorted(missed, key=_nearness)[: max(1, tries)]
    }
    return tuple(replace(it, would=would.get(it.rule.id)) for it in told)


def _is_condition(blamed: Blame) -> bool:
    return isinstance(blamed.word, Condition)


def _nearness(it: Explained) -> tuple[int, int, str]:
    near = it.blame.near if it.blame else None
    if near is None:
        return len(ORDER), 0, it.rule.id
    return ORDER.index(near.what), near.short_by, it.rule.id


def _would(
    rulebook: Rulebook, facts: Facts, settled: Settled | None, missed: Explained
) -> Would | None:
    """What the rule does once nothing stands in its way; None where something else then does."""
    rule, near = missed.rule, missed.blame.near if missed.blame else None
    if near is None:
        trial = _Watching(rulebook, facts, settled, 0, taken_as_met=rule)
        return _outcome(trial.run(), rule, None)
    for _ in range(STEPS):
        try:
            then = moved(facts, near)
        except OverflowError:
            return None  # no calendar goes that far
        trial = _Watching(rulebook, then, settled, 0)
        decision = trial.run()
        if found := _outcome(decision, rule, near):
            return found
        still = blame(rule, trial.seen[rule.lane], rulebook.program)
        if not rule.live_on(then.local.date()) or not still or not still.alone or not still.near:
            return None
        if still.near.what != near.what or near.what not in ("minor", "milli"):
            return None
        near = replace(near, short_by=near.short_by + still.near.short_by)
    return None


def _outcome(decision: Decision, rule: Rule, near: Near | None) -> Would | None:
    for verdict in decision.verdicts:
        if verdict.rule == rule.id and verdict.status != "not_met":
            return Would(verdict, near)
    return None


class _Watching(Decider):
    """A decision that remembers what each lane began with.

    A rule `taken_as_met` takes part whatever its conditions say, where it selects any line.
    """

    def __init__(
        self,
        rulebook: Rulebook,
        facts: Facts,
        settled: Settled | None,
        tell: int | None,
        taken_as_met: Rule | None = None,
    ) -> None:
        super().__init__(rulebook, facts, settled, tell)
        self.seen: dict[str, Facts] = {}
        self.taken_as_met = taken_as_met

    def _match(self, lane: str) -> Sequence[Match]:
        facts = self.seen[lane] = self.tally.facts
        matches, rule = super()._match(lane), self.taken_as_met
        if rule is None or rule.lane != lane:
            return matches
        try:
            lines = selected_lines(rule, facts)
        except WordFailed:
            return matches
        return _in_order([*matches, Match(rule, lines)]) if lines else matches


def _in_order(matches: Iterable[Match]) -> Sequence[Match]:
    return sorted(matches, key=lambda it: (-it.rule.priority, it.rule.id))
