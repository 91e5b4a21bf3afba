"""One file under `challenges/`: what counts, which goals there are, and what reaching them gives."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, Final

from loyalty_engine.domain.challenges import Count, Scheme
from loyalty_engine.domain.limits import Measure, Scope
from loyalty_engine.rulebook.argument_parsers import parser_for, read_sentence
from loyalty_engine.rulebook.arguments import Milli, Minor, TierName
from loyalty_engine.rulebook.calendar_values import Length, read_length
from loyalty_engine.rulebook.challenges import Challenge, Each, Owner, Prize
from loyalty_engine.rulebook.faults import Place, nearest
from loyalty_engine.rulebook.parse_rule import RULE_KEYS, parse_rule, words_of
from loyalty_engine.rulebook.parse_words import Vocabulary
from loyalty_engine.rulebook.plain_values import Misread, read_integer, read_name
from loyalty_engine.rulebook.prizes import useless
from loyalty_engine.rulebook.reading import MISREAD, Entries, Missing, Reader, one_of
from loyalty_engine.rulebook.rule import Rule
from loyalty_engine.rulebook.yaml_nodes import ListNode, MapNode, Node

FOLDER: Final = "challenges/"
NAMED_BY: Final = "challenge"
OF_RULE: Final = ("title", "from", "until", "repeat", "when", "on", "then", "limits")
PRIZE_KEYS: Final = ("then", "tier", "lasts", "reward")
OWN_KEYS: Final = (
    "text", "count", "one", "many", "goal", "goals", "rounds", "overflow", "forgiven", "for",
    "each", "within", "opt_in", "owner", *PRIZE_KEYS[1:],
)  # fmt: skip
CHALLENGE_KEYS: Final = (NAMED_BY, *OF_RULE, *OWN_KEYS)
GOAL_KEYS: Final = ("at", *PRIZE_KEYS)
SHARED_BY: Final = (Scope.MEMBER, Scope.HOUSEHOLD, Scope.ALL)
MEASURES: Final = (Measure.USES, Measure.POINTS)
MOST_GOALS: Final = 20
MOST_ROUNDS: Final = 1000
LARGEST: Final = 10**12
ROUNDS: Final = ("once", "again")


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
    goals, prizes = _goals(entries, vocabulary, count)
    scheme = Scheme(
        count, tuple(goals),
        rounds=entries.read("rounds", _rounds, 1) or None,
        carried=entries.read("overflow", _overflow, True),
        forgiven=entries.read("forgiven", partial(_whole, least=0, most=60), 0),
    )  # fmt: skip
    if goals:
        _check_scheme(entries, scheme)
    text: dict[str, str] = entries.parse("text", read_sentence, {})
    one: dict[str, str] = entries.parse("one", read_sentence, {})
    many: dict[str, str] = entries.parse("many", read_sentence, {})
    each = entries.parse("each", parser_for(Each).read, Each.LIFE)
    within = entries.read("within", _length, None)
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
        replace(rule, then=()), scheme, tuple(prizes), text=text, one=one, many=many, who=who,
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


def _goals(entries: Entries, vocabulary: Vocabulary, count: Count) -> tuple[list[int], list[Prize]]:
    """The goals, rising, with what each gives: one with `goal`, several with `goals`."""
    reader, node = entries.reader, entries.node
    if ("goal" in entries) == ("goals" in entries):
        reader.fault(node, "a challenge has either 'goal' or 'goals'")
        return [], []
    read = _amount(count)
    if "goal" in entries:
        goal = entries.parse("goal", read, 0)
        return [goal], [_prize(entries, vocabulary)]
    for key in PRIZE_KEYS:
        if key in entries:
            reader.fault(entries.nodes[key][0], f"{key}: stands with each of the goals")
    listed = entries.value_node("goals")
    if not isinstance(listed, ListNode) or not 1 <= len(listed.items) <= MOST_GOALS:
        reader.fault(listed, f"goals: from 1 to {MOST_GOALS} goals in a list, '- at: 5'")
        return [], []
    goals: list[int] = []
    prizes: list[Prize] = []
    for item in listed.items:
        each = reader.entries(item, "a goal", GOAL_KEYS, ("at",))
        if each is None:
            continue
        goal = each.parse("at", read, 0)
        if goals and goal <= goals[-1]:
            reader.fault(each.value_node("at"), "at: goals rise, and this one does not")
        goals.append(goal)
        prizes.append(_prize(each, vocabulary))
    return goals, prizes


def _prize(entries: Entries, vocabulary: Vocabulary) -> Prize:
    reader, node = entries.reader, entries.node
    then, places = words_of(entries, vocabulary.then)
    for effect, place in zip(then, places, strict=True):
        if reader.program is not None and (told := useless(effect, reader.program)):
            reader.findings.add(place.line, place.column, f"then: {told}")
    tier = entries.parse("tier", parser_for(TierName).read, "")
    lasts = entries.read("lasts", _length, None)
    reward = entries.read("reward", read_name, "")
    if not any(key in entries for key in ("then", "tier", "reward")):
        reader.fault(node, "nothing comes of it: give 'then', 'tier' or 'reward'")
    if ("tier" in entries) != ("lasts" in entries):
        reader.fault(node, "'tier' and 'lasts' belong together: gold, for 30 days")
    return Prize(then, tier, lasts, reward)


def _check_scheme(entries: Entries, scheme: Scheme) -> None:
    """What would be of no use is told."""
    reader = entries.reader
    if scheme.forgiven and not scheme.count.in_a_row:
        reader.fault(entries.nodes["forgiven"][0], "forgiven: only a streak can miss something")
    if "overflow" in entries:
        if scheme.rounds == 1:
            told = "overflow: there is no next round; say 'rounds: again'"
            reader.fault(entries.nodes["overflow"][0], told)
        elif scheme.count.in_a_row or scheme.count.distinct:
            told = f"overflow: what {scheme.count} counts never goes beyond a goal at once"
            reader.fault(entries.nodes["overflow"][0], told)


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


def _amount(count: Count) -> Callable[[Node, Reader], Any]:
    """What reads a goal: an amount of money, a quantity, or a number; more than nothing."""
    hint = {Count.SPEND: Minor, Count.UNITS: Milli}.get(count)

    def read(node: Node, reader: Reader) -> int | Missing:
        if hint is None:
            return reader.value(node, partial(_whole, least=1, most=LARGEST))
        amount: int | Missing = parser_for(hint).read(node, reader)
        if amount is MISREAD:
            return MISREAD
        if not 1 <= amount <= LARGEST:
            reader.fault(node, "a goal is more than nothing")
            return MISREAD
        return amount

    return read


def _whole(text: str, least: int, most: int) -> int:
    number = read_integer(text)
    if not least <= number <= most:
        raise Misread(f"{number} is not from {least} to {most}")
    return number


def _rounds(text: str) -> int:
    """So often: `once`, a number, or `again` and again, which is 0."""
    if text.isdigit():
        return _whole(text, 1, MOST_ROUNDS)
    return 1 if one_of(text, ROUNDS, "number of rounds") == "once" else 0


def _overflow(text: str) -> bool:
    return one_of(text, ("carried", "dropped"), "way with what goes beyond a goal") == "carried"


def _length(text: str) -> Length:
    return read_length(text, "days", "weeks", "months", "years")
