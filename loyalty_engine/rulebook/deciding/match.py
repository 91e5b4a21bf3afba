"""Which rules of a lane match: every condition holds and some line is selected.

`match_every` looks at each rule and is what the word matching means. `match_lane` finds the same
matches through the rulebook's index and looks only at rules that may match, and at as many others
as there is to be told of.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.deciding.word_answers import WordFailed, unmet_or_lines
from loyalty_engine.rulebook.index import positions
from loyalty_engine.rulebook.only_goods import ONLY_GOODS
from loyalty_engine.rulebook.rule import Rule
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.words import Condition, Selector

_GOODS = (ONLY_GOODS,)


# Not frozen, like what follows: a decision makes one for each rule that matches.
@dataclass(slots=True)
class Match:
    """A rule that matches, and the lines it is about, by index."""

    rule: Rule
    lines: tuple[int, ...]

    @property
    def multiplies(self) -> bool:
        """Whether it works on what other rules earn, and so comes after them."""
        return self.rule.multiplies


# A decision makes one for most rules, and freezing triples what each costs.
@dataclass(slots=True)
class Failure:
    """A rule that does not match, and the first condition or selector that failed.

    `failed` is None where a word broke, so that nobody knows.
    """

    rule: Rule
    failed: Condition | Selector | None


def look_at(rule: Rule, facts: Facts) -> Match | Failure:
    """Whether a rule matches, and where not, why."""
    try:
        found = unmet_or_lines(rule, facts)
    except WordFailed:
        return Failure(rule, None)
    if not isinstance(found, tuple):
        return Failure(rule, found)
    if found or _of_event(rule, facts):
        return Match(rule, found)
    return Failure(rule, (rule.on or _GOODS)[0])


def _of_event(rule: Rule, facts: Facts) -> bool:
    """Whether a rule needs no line, because it is about the event that happened."""
    return facts.purchase.event is not None and rule.of_events and not rule.on


def match_every(
    rulebook: Rulebook, lane: str, facts: Facts
) -> tuple[Sequence[Match], Sequence[Failure]]:
    """The rules of a lane that match and, of those that are live, those that do not.

    Rules about events are told of where an event happened, all others where a purchase did.
    """
    today = facts.local.date()
    event = facts.purchase.event is not None
    found = [
        look_at(rule, facts)
        for rule in rulebook.by_lane.get(lane, ())
        if rule.live_on(today) and rule.of_events is event
    ]
    matches = [it for it in found if isinstance(it, Match)]
    return matches, [it for it in found if isinstance(it, Failure)]


def match_lane(
    rulebook: Rulebook, lane: str, facts: Facts, possible: int, tell: int
) -> tuple[Sequence[Match], Sequence[Failure]]:
    """The rules of a lane that match, and the first `tell` of the live ones that do not.

    `possible` is what the rulebook's index makes of the facts. A rule that breaks when it is
    looked at is told beside those.
    """
    index, span, rules = rulebook.index, rulebook.spans[lane], rulebook.by_lane[lane]
    matches: list[Match] = []
    failures: dict[int, Failure] = {}
    others = _of_lane(index.live(facts.local.date()), span) if tell else 0
    if facts.purchase.event is not None:
        possible &= rulebook.of_events
        others &= _of_lane(rulebook.of_events, span)
    elif rulebook.of_events:
        others &= ~_of_lane(rulebook.of_events, span)
    for position in positions(_of_lane(possible & index.afforded(facts), span)):
        found = look_at(rules[~position], facts)
        if isinstance(found, Match):
            matches.append(found)
            others &= ~(1 << position)
        elif tell or found.failed is None:
            failures[position] = found
    if not failures and not others:
        return matches, []
    told = [position for position, it in failures.items() if it.failed is None]
    for position in positions(others):
        if tell == 0:
            break
        found = failures.get(position) or look_at(rules[~position], facts)
        if isinstance(found, Match):
            continue  # a plugin's word needs less than it says: the rule is taken at its word
        if position not in failures or found.failed is not None:
            told.append(position)
        failures[position] = found
        tell -= found.failed is not None
    return matches, [failures[position] for position in sorted(told, reverse=True)]


def _of_lane(rules: int, span: range) -> int:
    """A lane's part of a set of rules, counted from its first."""
    return (rules >> span.start) & ((1 << len(span)) - 1)
