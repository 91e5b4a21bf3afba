"""What the nearest misses would have given: never guessed, but decided with that much more.

More is in the basket, it is later, or the condition is taken as met. So a near miss knows of lanes,
of rules that stand above, and of limits: what is left of those that only it would use is asked for.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.deciding.decide import Decider
from loyalty_engine.rulebook.deciding.decision import Decision, Verdict
from loyalty_engine.rulebook.deciding.limits import counted, period_name
from loyalty_engine.rulebook.deciding.match import Match
from loyalty_engine.rulebook.deciding.settled import Settled
from loyalty_engine.rulebook.deciding.word_answers import WordFailed, selected_lines
from loyalty_engine.rulebook.rule import Rule
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.telling.judging import (
    OF_BASKETS,
    ORDER,
    Blame,
    blame,
    moved,
    too_little,
)
from loyalty_engine.rulebook.words import Near, Selector

MOST_TRIED = 40
"""So many near misses are decided at most for one explanation, the nearest first."""

LINES_TRIED = 20_000
"""So many lines are decided on at most for near misses: fewer misses of large baskets."""

STEPS = 6
"""A discount takes its part of what is added; so often the rest is added at most."""

Room = Callable[[Collection[str], date], Mapping[str, int]]
"""What is left of limits, by their names, for a purchase on a day of the programme's zone."""


@dataclass(frozen=True, slots=True)
class Would:
    """What a rule would do: at `near` more, or, without it, if only what fails were so."""

    verdict: Verdict
    near: Near | None


class Watching(Decider):
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


class NearMisses:
    """What rules that were missed nearly would have done, for one decision.

    Without `room`, limits of which the facts know nothing are full.
    """

    def __init__(
        self, rulebook: Rulebook, facts: Facts, settled: Settled | None, room: Room | None
    ) -> None:
        self.rulebook = rulebook
        self.facts = facts
        self.settled = settled
        self.room = room
        today = facts.local.date()
        self.left = {
            (name, self._period(name, today)): n
            for name, n in facts.headroom.items()
            if name in rulebook.limits
        }

    def of(self, missed: Sequence[tuple[Rule, Blame]]) -> dict[str, Would | None]:
        """By rule, what it does once nothing stands in its way; None where something else does."""
        tries = max(1, min(MOST_TRIED, LINES_TRIED // max(1, len(self.facts.purchase.lines))))
        near = [it for it in missed if it[1].alone and not isinstance(it[1].word, Selector)]
        tried = sorted(near, key=_nearness)[:tries]
        rules = [rule for rule, _ in tried if rule.limits or rule.campaign]
        if rules:  # mostly all is on the same day, and then this is the one time to ask
            self._known([name for it in rules for name in self._limits(it)], self.facts)
        return {rule.id: self._would(rule, blamed.near) for rule, blamed in tried}

    def _would(self, rule: Rule, near: Near | None) -> Would | None:
        if near is None:
            return _outcome(self._decide(self.facts, rule)[1], rule, None)
        for _ in range(STEPS):
            try:
                then = moved(self.facts, near)
            except OverflowError:
                return None  # no calendar goes that far
            trial, decision = self._decide(then)
            if found := _outcome(decision, rule, near):
                return found
            seen = trial.seen[rule.lane]
            still = blame(rule, seen, self.rulebook.program) or too_little(rule, seen)
            if not rule.live_on(then.local.date()) or not still or not still.alone:
                return None
            if not still.near or still.near.what != near.what or near.what not in OF_BASKETS:
                return None
            near = replace(near, short_by=near.short_by + still.near.short_by)
        return None

    def _decide(self, facts: Facts, taken_as_met: Rule | None = None) -> tuple[Watching, Decision]:
        """Decide on what is supposed, with what is left of every limit that then matters."""
        facts = replace(facts, headroom=self._known(facts.headroom, facts))
        while True:
            trial = Watching(self.rulebook, facts, self.settled, 0, taken_as_met)
            decision = trial.run()
            missing = [
                name
                for it in decision.verdicts
                if it.status in ("applied", "capped", "refused")
                for name in self._limits(self.rulebook.by_id[it.rule])
                if name not in facts.headroom
            ]
            if not missing or self.room is None:
                return trial, decision
            facts = replace(facts, headroom={**facts.headroom, **self._known(missing, facts)})

    def _known(self, names: Iterable[str], facts: Facts) -> dict[str, int]:
        """What is left of limits on the day of the facts, as far as anybody can tell."""
        day = facts.local.date()
        wanted = {it: self._period(it, day) for it in names if it in self.rulebook.limits}
        unknown = [name for name, period in wanted.items() if (name, period) not in self.left]
        if unknown and self.room is not None:
            for name, left in self.room(unknown, day).items():
                self.left[name, wanted[name]] = left
        return {it: self.left[it, per] for it, per in wanted.items() if (it, per) in self.left}

    def _limits(self, rule: Rule) -> Iterable[str]:
        if not rule.limits and not rule.campaign:
            return ()
        return [name for name, _ in counted(rule, self.rulebook.program)]

    def _period(self, name: str, day: date) -> str:
        return period_name(self.rulebook.limits[name].period, day)


def _nearness(it: tuple[Rule, Blame]) -> tuple[int, int, str]:
    rule, near = it[0], it[1].near
    if near is None:
        return len(ORDER), 0, rule.id
    return ORDER.index(near.what), near.short_by, rule.id


def _outcome(decision: Decision, rule: Rule, near: Near | None) -> Would | None:
    for verdict in decision.verdicts:
        if verdict.rule == rule.id and verdict.status != "not_met":
            return Would(verdict, near)
    return None
