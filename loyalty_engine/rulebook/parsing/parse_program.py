"""program.yaml: what a programme is, apart from its rules."""

import re
from functools import cache, partial
from typing import Final, get_type_hints
from zoneinfo import ZoneInfo, available_timezones

from loyalty_engine.domain.currencies import CODES, decimals_of
from loyalty_engine.domain.lanes import Lane, Multipliers, Stacking
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.switches import Switches
from loyalty_engine.domain.tiers import TierScheme
from loyalty_engine.rulebook.faults import shown
from loyalty_engine.rulebook.parsing.argument_parsers import parser_for
from loyalty_engine.rulebook.parsing.parse_attributes import (
    read_attributes,
    read_different,
    read_identifiers,
    read_names_list,
)
from loyalty_engine.rulebook.parsing.parse_events import read_events
from loyalty_engine.rulebook.parsing.parse_limits import read_campaigns
from loyalty_engine.rulebook.parsing.parse_signals import read_signals
from loyalty_engine.rulebook.parsing.parse_stored_value import read_stored_value
from loyalty_engine.rulebook.parsing.parse_units import read_units
from loyalty_engine.rulebook.parsing.parse_words import pairs
from loyalty_engine.rulebook.parsing.plain_values import Misread, read_integer, read_name
from loyalty_engine.rulebook.parsing.reading import MISREAD, Entries, Missing, Names, Reader, one_of
from loyalty_engine.rulebook.parsing.yaml_nodes import ListNode, MapNode, Node, ScalarNode
from loyalty_engine.rulebook.shapes import read_dataclass

PROGRAM_KEYS: Final = (
    "program",
    "title",
    "zone",
    "currency",
    "languages",
    "units",
    "lanes",
    "campaigns",
    "attributes",
    "identifiers",
    "touchpoints",
    "events",
    "signals",
    "stored_value",
    "switches",
)
NEEDED_KEYS: Final = ("program", "title", "zone", "currency", "languages", "units", "lanes")
LANE_KEYS: Final = ("stacking", "multipliers")
MOST_IN_A_SWITCH: Final = 100_000
PER_CENT: Final = 100
MOST_NAMES: Final = 500

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?\Z")


def read_names(entries: Entries, tiers: tuple[str, ...] | None) -> Names:
    """What rules may name, read first and as it is written, so that rules can always be checked.

    `tiers` is None where tiers.yaml could not be read.
    """
    currency = entries.read("currency", lambda text: one_of(text, CODES, "ISO 4217 currency"), None)
    return Names(
        decimals=None if currency is None else decimals_of(currency),
        currency=currency or "this currency",
        languages=entries.parse("languages", _languages, ()),
        tiers=tiers,
        units=_written(entries, "units"),
        attributes=_written(entries, "attributes"),
        touchpoints=_written(entries, "touchpoints"),
        lanes=_written(entries, "lanes"),
        campaigns=_written(entries, "campaigns"),
        events=_written(entries, "events"),
    )


def parse_program(entries: Entries, tiers: TierScheme) -> Program | None:
    """The programme, or None when anything is wrong with its file. The reader knows its names."""
    reader = entries.reader
    _refuse_too_many(entries)
    name = entries.read("program", read_name, "")
    title = entries.parse("title", parser_for(str).read, "")
    zone = entries.read("zone", _zone, ZoneInfo("UTC"))
    units = entries.parse("units", read_units, {})
    lanes = entries.parse("lanes", _lanes, ())
    attributes = entries.parse("attributes", read_attributes, {})
    campaigns = entries.parse("campaigns", read_campaigns, {})
    touchpoints = entries.parse("touchpoints", read_names_list, ())
    identifiers = entries.parse("identifiers", read_identifiers, {})
    events = entries.parse("events", read_events, {})
    signals = entries.parse("signals", read_signals, {})
    stored_value = entries.parse(
        "stored_value", lambda node, reader: read_stored_value(node, reader, zone), None
    )
    switches = Switches()
    if "switches" in entries:
        switches = _switches(entries, reader) or switches
    if reader.findings.faults:
        return None
    return Program(
        name=name,
        title=title,
        zone=zone,
        currency=reader.names.currency,
        languages=reader.names.languages,
        units=units,
        lanes=lanes,
        tiers=tiers,
        attributes=attributes,
        touchpoints=touchpoints,
        identifiers=identifiers,
        switches=switches,
        campaigns=campaigns,
        events=events,
        signals=signals,
        stored_value=stored_value,
    )


def _refuse_too_many(entries: Entries) -> None:
    """Complain about lists of names that nobody could have meant: all of them meet one another."""
    for key, (_, node) in entries.nodes.items():
        many = len(node.items) if isinstance(node, ListNode) else 0
        many = len(node.entries) if isinstance(node, MapNode) else many
        if many > MOST_NAMES:
            entries.reader.fault(node, f"{key}: more than {MOST_NAMES} of them")


def _written(entries: Entries, key: str) -> tuple[str, ...] | None:
    """The names under `key` as they stand there; None where it cannot be told."""
    if key not in entries:
        return ()
    node = entries.value_node(key)
    if isinstance(node, MapNode):
        return tuple(each.text for each, _ in node.entries)
    items = node.items if isinstance(node, ListNode) else [node]
    found: list[str] = []
    for item in items:
        if isinstance(item, MapNode):
            found += [each.text for each, _ in item.entries]
        elif isinstance(item, ScalarNode):
            found.append(item.text)
        else:
            return None
    return tuple(found)


def _languages(node: Node, reader: Reader) -> tuple[str, ...] | Missing:
    return read_different(node, reader, _language)


def _language(text: str) -> str:
    if not _LANGUAGE.match(text):
        raise Misread(f"'{text[:40]}' is not a language tag such as en, fr or pt-BR")
    return text


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _zone(text: str) -> ZoneInfo:
    ending = sorted(zone for zone in _zones() if zone.lower().endswith(f"/{text.lower()}"))
    if text not in _zones() and ending:
        raise Misread(f"no time zone {shown(text)}", ending[0])
    return ZoneInfo(one_of(text, _zones(), "time zone"))


def _lanes(node: Node, reader: Reader) -> tuple[Lane, ...] | None:
    lanes: dict[str, Lane] = {}
    for key, value in pairs(node, reader):
        if reader.value(key, read_name) is MISREAD:
            continue
        if key.text in lanes:
            reader.fault(key, f"lane {shown(key.text)} stands twice")
        lane = Lane(key.text)
        if value is not None:
            parse = partial(_lane, key.text)
            read = reader.under(f"lanes.{key.text}", value, parse)
            lane = lane if read is MISREAD else read
        lanes[key.text] = lane
    return tuple(lanes.values())


def _lane(name: str, node: Node, reader: Reader) -> Lane:
    """A lane from its way of stacking alone, or from a mapping."""
    if isinstance(node, ScalarNode):
        stacking = Stacking.ALL if node.is_empty else parser_for(Stacking).read(node, reader)
        return Lane(name) if stacking is MISREAD else Lane(name, stacking)
    entries = reader.entries(node, "a lane", LANE_KEYS)
    if entries is None:
        return Lane(name)
    stacking = entries.parse("stacking", parser_for(Stacking).read, Stacking.ALL)
    multipliers = entries.parse("multipliers", parser_for(Multipliers).read, Multipliers.ADD)
    return Lane(name, stacking, multipliers)


def _switches(entries: Entries, reader: Reader) -> Switches | None:
    key, node = entries.nodes["switches"]
    numbers = {name for name, kind in get_type_hints(Switches).items() if kind is int}
    if isinstance(node, MapNode):
        for name, value in node.entries:
            if name.text in numbers and isinstance(value, ScalarNode):
                _check_range(name.text, value, reader)
    found = read_dataclass(Switches, "switches", key, node, reader)
    return None if found is MISREAD else found


def _check_range(name: str, node: ScalarNode, reader: Reader) -> None:
    """Told here and not by the value, so that it is told beside what is wrong elsewhere."""
    try:
        number = read_integer(node.text)
    except Misread:
        return
    most = PER_CENT if name.endswith("_percent") else MOST_IN_A_SWITCH
    if not 0 <= number <= most:
        reader.fault(node, f"switches.{name}: {number} is not from 0 to {most}")
