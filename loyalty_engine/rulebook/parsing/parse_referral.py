"""referral.yaml: who may bring friends, what friends have to do, and what both get for it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from loyalty_engine.domain.program import Program
from loyalty_engine.domain.signals import Response
from loyalty_engine.rulebook.arguments import EventName, Minor
from loyalty_engine.rulebook.calendar_values import Length, read_length
from loyalty_engine.rulebook.parsing.argument_parsers import parser_for
from loyalty_engine.rulebook.parsing.parse_attributes import read_different
from loyalty_engine.rulebook.parsing.parse_rule import parse_rule
from loyalty_engine.rulebook.parsing.parse_words import Vocabulary
from loyalty_engine.rulebook.parsing.plain_values import Misread, read_integer, read_name
from loyalty_engine.rulebook.parsing.reading import Missing, Names, Reader, one_of
from loyalty_engine.rulebook.parsing.yaml_nodes import Node, ScalarNode
from loyalty_engine.rulebook.referral import JOINED, KINDS, MADE, Qualifies, ReferralScheme
from loyalty_engine.rulebook.rule import Places, Rule
from loyalty_engine.rulebook.words import Condition

REFERRAL_FILE: Final = "referral.yaml"
REFERRAL_KEYS: Final = (
    "referral",
    "qualifies",
    "waits",
    "claim_within",
    "invitation",
    "tiers",
    "same",
    "ring",
    "referrer",
    "friend",
)
QUALIFIES_KEYS: Final = ("purchase_from", "nth", "event")
AT_ONCE: Final = "enrolment"
ASKS: Final = "event_is"
LARGEST_NTH: Final = 1000
_SIDES: Final = (("referrer", MADE), ("friend", JOINED))

Parsed = tuple[ReferralScheme, tuple[Rule, ...]]


class ReferralFile:
    """The file of a programme; `scheme` is what it says, once it was read."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.scheme: ReferralScheme | None = None
        self._vocabulary = vocabulary

    def read(self, tree: Node, reader: Reader) -> tuple[Rule, ...]:
        """Read the file; answers the rules by which both sides are rewarded."""
        parsed = parse_referral(tree, self._vocabulary, reader)
        if parsed is None:
            return ()
        self.scheme, rules = parsed
        return rules


def parse_referral(tree: Node, vocabulary: Vocabulary, reader: Reader) -> Parsed | None:
    """The scheme and the rules that reward, or None when anything is wrong with the file."""
    before = len(reader.findings.faults)
    entries = reader.entries(tree, REFERRAL_FILE, REFERRAL_KEYS, ("referral", "qualifies"))
    if entries is None:
        return None
    rules: list[Rule] = []
    for side, kind in _SIDES:
        rule = entries.parse(side, lambda node, reader: parse_rule(node, vocabulary, reader), None)
        if rule is not None:
            rules.append(_asking(rule, kind, vocabulary))
    if "referrer" not in entries and "friend" not in entries:
        reader.fault(tree, "nobody gets anything: there is neither 'referrer' nor 'friend'")
    scheme = ReferralScheme(
        entries.read("referral", read_name, ""),
        entries.parse("qualifies", _qualifies, Qualifies()),
        entries.read("waits", _length, Length()),
        entries.read("claim_within", _length, Length(days=30)),
        entries.read("invitation", _length, None),
        entries.parse("tiers", _tiers, ()),
        entries.parse("same", _same, {}),
        entries.parse("ring", parser_for(Response).read, Response.REFUSED),
        tuple(rule.id for rule in rules),
    )
    return (scheme, tuple(rules)) if len(reader.findings.faults) == before else None


def with_kinds(program: Program | None, names: Names) -> tuple[Program | None, Names]:
    """The programme and what rules may name, with the kinds of event that decide rewards."""
    if names.events is not None:
        names = replace(names, events=(*names.events, *KINDS))
    return program and replace(program, events={**program.events, **KINDS}), names


def _asking(rule: Rule, kind: str, vocabulary: Vocabulary) -> Rule:
    """The rule of one side: it is about its kind of event before all else."""
    kinds: Mapping[str, type[Condition]] = vocabulary.when.words
    asks = kinds[ASKS](any_of=(kind,))  # type: ignore[call-arg]
    places = Places((rule.place, *rule.places.when), rule.places.on, rule.places.then)
    return replace(rule, when=(asks, *rule.when), places=places)


def _qualifies(node: Node, reader: Reader) -> Qualifies | None:
    if isinstance(node, ScalarNode) and node.text == AT_ONCE:
        return Qualifies(at_once=True)
    entries = reader.entries(node, f"what qualifies, or {AT_ONCE}", QUALIFIES_KEYS)
    if entries is None:
        return None
    if "event" in entries and ("nth" in entries or "purchase_from" in entries):
        reader.fault(node, "either a purchase qualifies or an event, not both")
    event: str = entries.parse("event", parser_for(EventName).read, "")
    if event in KINDS:
        reader.fault(node, f"{event} is told by the engine alone; name a kind of your own")
    spend: int = entries.parse("purchase_from", parser_for(Minor).read, 0)
    return Qualifies(spend, entries.read("nth", _nth, 1), event)


def _nth(text: str) -> int:
    number = read_integer(text)
    if not 1 <= number <= LARGEST_NTH:
        raise Misread(f"{number} is not from 1 to {LARGEST_NTH}")
    return number


def _tiers(node: Node, reader: Reader) -> tuple[str, ...] | Missing:
    known = reader.names.tiers
    read = partial(one_of, known=known, what="tier") if known is not None else read_name
    return read_different(node, reader, read)


def _same(node: Node, reader: Reader) -> dict[str, Response]:
    entries = reader.entries(node, "same", None)
    if entries is None:
        return {}
    known = reader.program.signals if reader.program is not None else None
    found: dict[str, Response] = {}
    for name, (key, _) in entries.nodes.items():
        if known is not None:
            reader.value(key, partial(one_of, known=known, what="signal"))
        found[name] = entries.parse(name, parser_for(Response).read, Response.HELD)
    return found


def _length(text: str) -> Length:
    return read_length(text, "days", "weeks", "months", "years")
