"""The goals of a challenge as its file writes them: how far, how often, and what each gives."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from loyalty_engine.domain.challenges import Count, Scheme
from loyalty_engine.rulebook.arguments import Milli, Minor, TierName
from loyalty_engine.rulebook.calendar_values import Length, read_length
from loyalty_engine.rulebook.challenges import Prize
from loyalty_engine.rulebook.parsing.argument_parsers import parser_for
from loyalty_engine.rulebook.parsing.parse_rule import words_of
from loyalty_engine.rulebook.parsing.parse_words import Vocabulary
from loyalty_engine.rulebook.parsing.plain_values import Misread, read_integer, read_name
from loyalty_engine.rulebook.parsing.reading import MISREAD, Entries, Missing, Reader, one_of
from loyalty_engine.rulebook.parsing.yaml_nodes import ListNode, Node
from loyalty_engine.rulebook.prizes import useless

PRIZE_KEYS: Final = ("then", "tier", "lasts", "reward")
GOAL_KEYS: Final = ("at", *PRIZE_KEYS)
MOST_GOALS: Final = 20
MOST_ROUNDS: Final = 1000
LARGEST: Final = 10**12
ROUNDS: Final = ("once", "again")


def read_scheme(
    entries: Entries, vocabulary: Vocabulary, count: Count
) -> tuple[Scheme, tuple[Prize, ...]]:
    """How far it is to the goals and how often they can be reached; what each of them gives."""
    goals, prizes = _goals(entries, vocabulary, count)
    scheme = Scheme(
        count, tuple(goals),
        rounds=entries.read("rounds", _rounds, 1) or None,
        carried=entries.read("overflow", _overflow, True),
        forgiven=entries.read("forgiven", partial(_whole, least=0, most=60), 0),
    )  # fmt: skip
    if goals:
        _check_scheme(entries, scheme)
    return scheme, tuple(prizes)


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
        if goals and 0 < goal <= goals[-1]:
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
    lasts = entries.read("lasts", read_time, None)
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


def read_time(text: str) -> Length:
    """So many days, weeks, months or years."""
    return read_length(text, "days", "weeks", "months", "years")
