"""One file under `challenges/`: what counts, which goals there are, and what reaching them gives."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Final

from loyalty_engine.domain.challenges import Count
from loyalty_engine.domain.limits import Measure, Scope
from loyalty_engine.rulebook.challenges import Challenge, Each, Owner
from loyalty_engine.rulebook.faults import Place, nearest
from loyalty_engine.rulebook.parsing.argument_parsers import parser_for, read_sentence
from loyalty_engine.rulebook.parsing.parse_goals import PRIZE_KEYS, read_scheme, read_time
from loyalty_engine.rulebook.parsing.parse_rule import RULE_KEYS, parse_rule, words_of
from loyalty_engine.rulebook.parsing.parse_words import Vocabulary
from loyalty_engine.rulebook.parsing.reading import Entries, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import MapNode, Node
from loyalty_engine.rulebook.rule import Rule

FOLDER: Final = "challenges/"
NAMED_BY: Final = "challenge"
OF_RULE: Final = ("title", "from", "until", "repeat", "when", "on", "then", "limits")
OWN_KEYS: Final = (
    "text", "count", "one", "many", "goal", "goals", "rounds", "overflow", "forgiven", "for",
    "each", "within", "opt_in", "owner", *PRIZE_KEYS[1:],
)  # fmt: skip
CHALLENGE_KEYS: Final = (NAMED_BY, *OF_RULE, *OWN_KEYS)
SHARED_BY: Final = (Scope.MEMBER, Scope.HOUSEHOLD, Scope.ALL)
MEASURES: Final = (Measure.USES, Measure.POINTS)


class ChallengeFiles:
    """All challenge files of a programme: `found` are the challenges by name, as they are added."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.found: dict[str, Challenge] = {}
        self._vocabulary = vocabulary

    def add(self, tree: Node, reader: Reader) -> None:
        """Add what a file says."""
        made = parse_challenge(tree, self._vocabulary, reader)
        if made is None:
            return
        twin = self.found.setdefault(made.id, made)
        if twin is not made:
            reader.fault(tree, f"the challenge '{made.id}' stands already in {twin.place}")

    def lost(self, rewards: Collection[str]) -> Iterator[tuple[Place, str, str | None]]:
        """Where a challenge gives a reward of which there is none, and which may be meant."""
        for it in self.found.values():
            for prize in it.prizes:
                if prize.reward and prize.reward not in rewards:
                    told = f"there is no reward '{prize.reward}'"
                    yield it.place, told, nearest(prize.reward, rewards)

    def without(self, names: Iterable[str]) -> dict[str, Challenge]:
        """All but those that somebody has stopped, by name."""
        stopped = set(names)
        return {name: it for name, it in sorted(self.found.items()) if name not in stopped}


def parse_challenge(tree: Node, vocabulary: Vocabulary, reader: Reader) -> Challenge | None:
    """The challenge of one file, or None when anything is wrong with it."""
    before = len(reader.findings.faults)
    rule = _rule(tree, vocabulary, reader)
    if not isinstance(tree, MapNode):
        return None
    entries = Entries(reader, tree, {key.text: (key, value) for key, value in tree.entries})
    count = entries.parse("count", parser_for(Count).read, Count.PURCHASES)
    scheme, prizes = read_scheme(entries, vocabulary, count)
    text: dict[str, str] = entries.parse("text", read_sentence, {})
    one: dict[str, str] = entries.parse("one", read_sentence, {})
    many: dict[str, str] = entries.parse("many", read_sentence, {})
    each = entries.parse("each", parser_for(Each).read, Each.LIFE)
    within = entries.read("within", read_time, None)
    opt_in = entries.parse("opt_in", parser_for(bool).read, False)
    owner = entries.parse("owner", parser_for(Owner).read, Owner.MEMBER)
    who, _ = words_of(_only(entries, "for"), replace(vocabulary.when, key="for"))
    if "within" in entries and "each" in entries:
        entries.reader.fault(
            entries.nodes["each"][0], "each: is about the calendar, 'within' is not"
        )
    if ("one" in entries) != ("many" in entries):
        entries.reader.fault(tree, "'one' and 'many' belong together: a coffee, coffees")
    if rule is not None:
        _check_rule(entries, rule, count)
    if rule is None or len(reader.findings.faults) > before:
        return None
    return Challenge(
        replace(rule, then=()), scheme, prizes, text=text, one=one, many=many, who=who,
        each=each, within=within, opt_in=opt_in, owner=owner,
    )  # fmt: skip


def _rule(tree: Node, vocabulary: Vocabulary, reader: Reader) -> Rule | None:
    """What a challenge has in common with rules; a key of theirs that it has no use for is told."""
    rule = parse_rule(tree, vocabulary, reader, named_by=NAMED_BY, whole=False, beside=OWN_KEYS)
    if isinstance(tree, MapNode):
        for key, _ in tree.entries:
            if key.text in RULE_KEYS and key.text not in OF_RULE:
                reader.fault(key, f"{key.text}: is for rules; a challenge has no use for it")
        there = {key.text for key, _ in tree.entries}
        for needed in ("title", "count"):
            if needed not in there:
                reader.fault(tree, f"a challenge needs '{needed}'")
    if rule is not None and any(
        it.measure not in MEASURES or it.scope not in SHARED_BY for it in rule.limits
    ):
        told = (
            f"limits: a challenge is limited in uses or points, per one of {', '.join(SHARED_BY)}"
        )
        reader.fault(tree, told)
    return rule


def _only(entries: Entries, key: str) -> Entries:
    """The entries, as far as a section of words is concerned."""
    return Entries(
        entries.reader, entries.node, {k: v for k, v in entries.nodes.items() if k == key}
    )


def _check_rule(entries: Entries, rule: Rule, count: Count) -> None:
    """Events that are no purchases are counted as such, and have no lines."""
    reader = entries.reader
    if rule.of_events and count not in (Count.EVENTS, Count.VISIT_DAYS) and not count.in_a_row:
        told = "count: an event has no products; count events, visit_days or a streak"
        reader.fault(entries.value_node("count"), told, "events")
    if count is Count.EVENTS and not rule.of_events:
        reader.fault(
            entries.value_node("count"), "count: say of which kind, 'when: [event_is: ...]'"
        )
    if rule.of_events and rule.on:
        reader.fault(entries.nodes["on"][0], "on: an event has no lines")
