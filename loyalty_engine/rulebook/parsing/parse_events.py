"""`events` of program.yaml: kinds of what happens beside purchases, and the values they tell."""

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Final, TypeVar

from loyalty_engine.domain.happenings import EventField, EventKind
from loyalty_engine.domain.purchase import type_names
from loyalty_engine.rulebook.parsing.argument_parsers import parser_for, read_sentence
from loyalty_engine.rulebook.parsing.parse_attributes import read_different
from loyalty_engine.rulebook.parsing.plain_values import read_fraction, read_name
from loyalty_engine.rulebook.parsing.reading import MISREAD, Entries, Reader, one_of
from loyalty_engine.rulebook.parsing.yaml_nodes import Node
from loyalty_engine.rulebook.referral import KINDS

EVENT_KEYS: Final = ("title", "purpose", "data")
FIELD_KEYS: Final = ("type", "required", "min", "max", "one_of", "factor", "reversed")
T = TypeVar("T")

NUMBERS: Final = ("integer", "decimal")
MOST_FIELDS: Final = 100


def read_events(node: Node, reader: Reader) -> dict[str, EventKind]:
    """The kinds that could be read, by name; what is wrong with others is told."""
    return _named(node, reader, "events", _kind)


def _named(
    node: Node, reader: Reader, what: str, read: Callable[[str, Node, Reader], T | None]
) -> dict[str, T]:
    entries = reader.entries(node, what, None)
    if entries is None:
        return {}
    found: dict[str, T] = {}
    for name, (key, _) in entries.nodes.items():
        if reader.value(key, read_name) is MISREAD:
            continue
        if (each := entries.parse(name, partial(read, name), None)) is not None:
            found[name] = each
    return found


def _kind(name: str, node: Node, reader: Reader) -> EventKind | None:
    entries = reader.entries(node, "a kind of event", EVENT_KEYS, ("purpose",))
    return None if entries is None else kind_of(name, entries)


def kind_of(name: str, entries: Entries) -> EventKind:
    """The kind in a mapping, as far as it can be read; faults are told."""
    title: dict[str, str] = entries.parse("title", read_sentence, {})
    purpose: str = entries.parse("purpose", parser_for(str).read, "")
    told: dict[str, EventField] = entries.parse(
        "data", lambda node, reader: _named(node, reader, "data", _field), {}
    )
    if len(told) > MOST_FIELDS:
        entries.reader.fault(
            entries.value_node("data"), f"more than {MOST_FIELDS} values in one event"
        )
    if name in KINDS:
        entries.reader.fault(
            entries.node, f"{name} is told by the engine alone, for referrals; take another name"
        )
    return EventKind(name, purpose, title, told)


def _field(name: str, node: Node, reader: Reader) -> EventField | None:
    entries = reader.entries(node, "a value", FIELD_KEYS, ("type",))
    if entries is None:
        return None
    kind = entries.read("type", lambda text: one_of(text, type_names, "type"), "text")
    found = EventField(
        name,
        kind,
        entries.parse("required", parser_for(bool).read, True),
        _bound("min", entries),
        _bound("max", entries),
        entries.parse("one_of", lambda node, reader: read_different(node, reader, str), ()),
        entries.read("factor", read_name, ""),
        entries.parse("reversed", parser_for(bool).read, False),
    )
    _check(found, entries, reader)
    return found


def _bound(key: str, entries: Entries) -> Fraction | None:
    return entries.read(key, _number, None)


def _number(text: str) -> Fraction:
    """A number, which may be below zero."""
    return -read_fraction(text[1:]) if text.startswith("-") else read_fraction(text)


def _check(it: EventField, entries: Entries, reader: Reader) -> None:
    """Tell of keys that do not go together."""
    number = it.type in NUMBERS
    for key in ("min", "max", "factor"):
        if key in entries and not number:
            reader.fault(entries.nodes[key][0], f"'{key}' is for numbers, and this is {it.type}")
    if "one_of" in entries and it.type not in ("text", "date"):
        reader.fault(entries.nodes["one_of"][0], "'one_of' is for texts; numbers have min and max")
    if it.minimum is not None and it.maximum is not None and it.minimum > it.maximum:
        reader.fault(entries.value_node("max"), "max is less than min")
    if it.reversed and not (it.factor and it.minimum is not None and it.maximum is not None):
        reader.fault(
            entries.nodes["reversed"][0], "a reversed item needs 'factor', 'min' and 'max'"
        )
