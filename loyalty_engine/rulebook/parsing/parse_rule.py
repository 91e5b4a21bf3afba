"""One rule file to a rule: its dates, lane, words and limits."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final, TypeVar

from loyalty_engine.domain.limits import Limit
from loyalty_engine.domain.switches import WindowEnd
from loyalty_engine.rulebook.arguments import Minor
from loyalty_engine.rulebook.exclusion import Exclusive, NotWith
from loyalty_engine.rulebook.faults import Place
from loyalty_engine.rulebook.parsing.argument_parsers import parser_for, read_sentence
from loyalty_engine.rulebook.parsing.parse_exclusion import read_not_with
from loyalty_engine.rulebook.parsing.parse_limits import read_limits
from loyalty_engine.rulebook.parsing.parse_repeat import read_repeat
from loyalty_engine.rulebook.parsing.parse_words import Section, Vocabulary, read_words
from loyalty_engine.rulebook.parsing.plain_values import (
    Misread,
    read_integer,
    read_moment,
    read_name,
)
from loyalty_engine.rulebook.parsing.reading import MISREAD, Entries, Reader, one_of
from loyalty_engine.rulebook.parsing.yaml_nodes import ListNode, Node
from loyalty_engine.rulebook.rule import Places, Rule
from loyalty_engine.rulebook.windows import Window
from loyalty_engine.rulebook.words import Condition, Word

RULE_KEYS: Final = (
    "rule",
    "title",
    "lane",
    "from",
    "until",
    "repeat",
    "priority",
    "when",
    "on",
    "then",
    "limits",
    "exclusive",
    "group",
    "not_with",
    "lowest_price",
    "campaign",
)
MOST_PRIORITY: Final = 1_000_000

W = TypeVar("W", bound=Word)
Words = tuple[tuple[W, ...], tuple[Place, ...]]


def parse_rule(
    tree: Node,
    vocabulary: Vocabulary,
    reader: Reader,
    *,
    named_by: str = "rule",
    whole: bool = True,
    beside: Collection[str] = (),
) -> Rule | None:
    """The rule of one file, or None when anything is wrong with it.

    With `whole` false it is a part of one, which needs nothing but its name, under `named_by`.
    Keys `beside` those of a rule are for somebody else to read.
    """
    before = len(reader.findings.faults)
    if isinstance(tree, ListNode):
        reader.fault(tree, "a file holds one rule and this is a list; give each rule its own file")
        return None
    lanes = reader.names.lanes
    only_lane = next(iter(lanes)) if lanes is not None and len(lanes) == 1 else None
    needed = ((*(() if only_lane else ("lane",)), "then")) if whole else ()
    keys = (named_by, *RULE_KEYS[1:], *beside)
    entries = reader.entries(tree, f"a {named_by}", keys, (named_by, *needed))
    if entries is None:
        return None
    name = entries.read(named_by, read_name, "")
    title: dict[str, str] = entries.parse("title", read_sentence, {})
    lane = entries.read("lane", partial(_lane, lanes=lanes), only_lane or "")
    start, end, window = dates_of(entries)
    priority = entries.read("priority", _priority, 0)
    when, when_places = words_of(entries, vocabulary.when)
    when, when_places = with_times(entries, start, window, (when, when_places))
    on, on_places = words_of(entries, vocabulary.on)
    then, then_places = words_of(entries, vocabulary.then)
    limits: tuple[Limit, ...] = entries.parse("limits", read_limits, ())
    exclusive = entries.parse("exclusive", parser_for(Exclusive).read, Exclusive.NO)
    group = entries.read("group", read_name, "")
    not_with: tuple[NotWith, ...] = entries.parse("not_with", read_not_with, ())
    lowest_price = entries.parse("lowest_price", parser_for(Minor).read, None)
    campaign = entries.read("campaign", partial(_campaign, known=reader.names.campaigns), "")
    if len(reader.findings.faults) > before:
        return None
    places = Places(when_places, on_places, then_places)
    place = reader.place(entries.nodes[named_by][0])
    return Rule(
        name, title, lane, when, on, then, place, start, end, priority, limits, places,
        exclusive, group, not_with, lowest_price, campaign,
    )  # fmt: skip


def _lane(text: str, lanes: Collection[str] | None) -> str:
    return text if lanes is None else one_of(text, lanes, "lane")


def _campaign(text: str, known: Collection[str] | None) -> str:
    return text if known is None else one_of(text, known, "campaign")


def dates_of(entries: Entries) -> tuple[date | None, date | None, Window]:
    """The first day, the last day, and the times on them where any are given."""
    begin, stop = entries.read("from", read_moment, None), entries.read("until", read_moment, None)
    start, begin_at = (begin.date(), begin) if isinstance(begin, datetime) else (begin, None)
    end, end_at = (stop, None)
    program = entries.reader.program
    if isinstance(stop, datetime):
        end, end_at = (stop - datetime.resolution).date(), stop
    elif end and program and program.switches.window_end is WindowEnd.FIRST_AFTER:
        end -= timedelta(days=1)
    backwards = begin_at is not None and end_at is not None and end_at <= begin_at
    if start is not None and end is not None and (end < start or backwards):
        node = entries.value_node("until")
        entries.reader.fault(node, f"until: {stop} lies before from, {begin}")
    return start, end, Window(begin_at, end_at)


def with_times(
    entries: Entries, start: date | None, window: Window, when: Words[Condition]
) -> Words[Condition]:
    """The conditions with those that times and recurrence make, which come first."""
    words, places = when
    if "repeat" in entries:
        repeat = read_repeat(entries.value_node("repeat"), entries.reader, start)
        if repeat is not MISREAD:
            words = (repeat, *words)
            places = (entries.reader.place(entries.nodes["repeat"][0]), *places)
    if window != Window():
        key = "from" if window.begin else "until"
        words = (window, *words)
        places = (entries.reader.place(entries.nodes[key][0]), *places)
    return words, places


def _priority(text: str) -> int:
    number = read_integer(text)
    if abs(number) > MOST_PRIORITY:
        raise Misread(f"{number} is more than {MOST_PRIORITY}")
    return number


def words_of(entries: Entries, section: Section[W]) -> Words[W]:
    """The words under a key and where each stands; none without the key."""
    if section.key not in entries:
        return (), ()
    words = read_words(section, entries.value_node(section.key), entries.reader)
    return ((), ()) if words is MISREAD else words
