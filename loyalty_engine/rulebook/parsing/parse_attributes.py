"""Member attributes of program.yaml, and lists of names that differ."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from loyalty_engine.domain.cards import CardCheck
from loyalty_engine.domain.program import Attribute
from loyalty_engine.domain.purchase import type_names
from loyalty_engine.rulebook.faults import shown
from loyalty_engine.rulebook.parsing.argument_parsers import parser_for
from loyalty_engine.rulebook.parsing.plain_values import (
    read_date,
    read_fraction,
    read_integer,
    read_name,
    read_truth,
)
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader, one_of
from loyalty_engine.rulebook.parsing.yaml_nodes import ListNode, MapNode, Node

ATTRIBUTE_KEYS: Final = ("type", "purpose", "one_of")

_READ_AS: Final[dict[str, Callable[[str], object]]] = {
    "text": str,
    "integer": read_integer,
    "decimal": read_fraction,
    "boolean": read_truth,
    "date": read_date,
}


def read_attributes(node: Node, reader: Reader) -> dict[str, Attribute]:
    """The attributes that could be read, by name; what is wrong with others is told."""
    entries = reader.entries(node, "attributes", None)
    if entries is None:
        return {}
    found: dict[str, Attribute] = {}
    for name, (key, _) in entries.nodes.items():
        if reader.value(key, read_name) is MISREAD:
            continue
        if (attribute := entries.parse(name, _AttributeReader(name).read, None)) is not None:
            found[name] = attribute
    return found


def read_names_list(node: Node, reader: Reader) -> tuple[str, ...] | Missing:
    """A list of different names; a single one may stand without brackets."""
    return read_different(node, reader, read_name)


def read_identifiers(node: Node, reader: Reader) -> dict[str, CardCheck] | Missing:
    """The kinds of number by which members are found, and how each is checked where that is said."""
    if not isinstance(node, MapNode):
        names = read_names_list(node, reader)
        return MISREAD if names is MISREAD else dict.fromkeys(names, CardCheck.ANY)
    found: dict[str, CardCheck] = {}
    for key, value in node.entries:
        name = reader.value(key, read_name)
        check = reader.under(key.text, value, parser_for(CardCheck).read)
        if name is MISREAD or check is MISREAD:
            return MISREAD
        found[name] = check
    return found


def read_different(
    node: Node, reader: Reader, read: Callable[[str], str]
) -> tuple[str, ...] | Missing:
    """A list of different texts, each as `read` accepts it."""
    nodes = node.items if isinstance(node, ListNode) else [node]
    if not nodes:
        reader.fault(node, "the list is empty")
    found: list[str] = []
    for each in nodes:
        value = reader.value(each, read)
        if value is MISREAD:
            return MISREAD
        if value in found:
            reader.fault(each, f"{shown(value)} stands twice")
        found.append(value)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _AttributeReader:
    name: str

    def read(self, node: Node, reader: Reader) -> Attribute | None:
        entries = reader.entries(node, "an attribute", ATTRIBUTE_KEYS, ("type", "purpose"))
        if entries is None:
            return None
        kind = entries.read("type", lambda text: one_of(text, type_names, "type"), "text")
        purpose = entries.parse("purpose", parser_for(str).read, "")

        def as_kind(text: str) -> str:
            _READ_AS[kind](text)
            return text

        values: tuple[str, ...] = entries.parse(
            "one_of", lambda node, reader: read_different(node, reader, as_kind), ()
        )
        return Attribute(self.name, kind, purpose, values)
