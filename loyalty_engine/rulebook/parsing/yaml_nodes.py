"""YAML text to a bounded tree of raw scalars with their places; nothing is typed or constructed.

Only the parser's events are used: the tree is built here, so that no text can become anything but
text, grow by aliases, or nest until the stack ends. `NO`, `12:30`, `1.10` and `010` arrive as
written, and the word that reads them says what they mean.
"""

import re
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from loyalty_engine.rulebook.faults import Findings, shown
from loyalty_engine.rulebook.parsing.characters import STRANGE, named, place_of
from loyalty_engine.rulebook.parsing.parser_faults import explain_parser

# PyYAML without its C library reads the same, more slowly.
_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MOST_CHARACTERS = 256 * 1024
MOST_NODES = 50_000
MOST_DEPTH = 20

_DIGITS = re.compile(r"-?[0-9]+\Z")


# Not frozen: a file makes thousands of these, and freezing triples what each costs.
@dataclass(slots=True)
class ScalarNode:
    """A piece of text; `quoted` tells `"12"` from `12`. Lines and columns count from 1."""

    line: int
    column: int
    text: str
    quoted: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written: `key:` with no value, or `~`."""
        return not self.quoted and self.text in {"", "~"}


@dataclass(slots=True)
class ListNode:
    """A list."""

    line: int
    column: int
    items: list["Node"]


@dataclass(slots=True)
class MapNode:
    """A mapping; keys are scalars and differ."""

    line: int
    column: int
    entries: list[tuple[ScalarNode, "Node"]]


@dataclass(slots=True)
class BrokenNode:
    """Stands where a fault has been told already, so that nobody complains a second time."""

    line: int
    column: int


Node = ScalarNode | ListNode | MapNode | BrokenNode


def read_nodes(text: str, findings: Findings) -> Node | None:
    """The tree of one file, or None where it is empty or cannot be read at all.

    Faults go to `findings`; with some the tree goes on without the part in question.
    """
    if len(text) > MOST_CHARACTERS:
        size = f"{MOST_CHARACTERS // 1024} KiB"
        findings.add(1, 1, f"the file is larger than {size}; divide it")
        return None
    text = text.removeprefix("\ufeff")
    if strange := STRANGE.search(text):
        line, column = place_of(text, strange.start())
        findings.add(line, column, f"the character {named(strange[0])} cannot stand in a file")
        return None
    try:
        return _Builder(text, findings).document()
    except _Unreadable:
        return None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # The pure Python parser lets chr() and int() speak for impossible escapes.
        line, column, said = explain_parser(error, text)
        findings.add(line, column, said)
        return None


class _Unreadable(Exception):
    """A fault has been noted after which the rest of the file makes no sense."""


class _Builder:
    """Builds the tree of one file from the parser's events."""

    def __init__(self, text: str, findings: Findings) -> None:
        self._next = _PARSER(text).get_event
        self._findings = findings
        self._nodes = 0

    def document(self) -> Node | None:
        event = self._next()
        while isinstance(event, StreamStartEvent):
            event = self._next()
        if isinstance(event, StreamEndEvent):
            return None
        assert isinstance(event, DocumentStartEvent), event
        tree = self._node(self._next(), 1)
        self._next()
        event = self._next()
        if isinstance(event, DocumentStartEvent):
            self._fault(event, "a second document begins here; a file holds one")
        return None if isinstance(tree, ScalarNode) and tree.is_empty else tree

    def _node(self, event: Any, depth: int) -> Node:
        kind = type(event)
        mark = event.start_mark
        line, column = mark.line + 1, mark.column + 1
        self._nodes += 1
        if self._nodes > MOST_NODES:
            self._fault(event, f"more than {MOST_NODES} values in one file; divide it")
            raise _Unreadable
        if kind is ScalarEvent:
            if event.style or event.tag is not None or event.anchor is not None:
                return self._scalar(event, line, column)
            return ScalarNode(line, column, event.value)
        if kind is AliasEvent:
            self._fault(
                event, f"{shown('*' + event.anchor)} repeats a part from elsewhere; write it out"
            )
            return BrokenNode(line, column)
        self._refuse_marks(event)
        if depth > MOST_DEPTH:
            self._fault(event, f"more than {MOST_DEPTH} levels inside one another")
            raise _Unreadable
        if kind is MappingStartEvent:
            told = len(self._findings.faults)
            entries = self._entries(depth, in_braces=bool(event.flow_style))
            if not entries and len(self._findings.faults) > told:
                return BrokenNode(line, column)
            return MapNode(line, column, entries)
        items = self._items(depth, in_brackets=bool(event.flow_style))
        return ListNode(line, column, items)

    def _items(self, depth: int, *, in_brackets: bool) -> list[Node]:
        items: list[Node] = []
        while type(event := self._next()) is not SequenceEndEvent:
            item = self._node(event, depth + 1)
            if in_brackets and items and type(item) is ScalarNode and type(items[-1]) is MapNode:
                word, value = items[-1].entries[-1] if items[-1].entries else (item, item)
                if _is_decimal_comma(value, item):
                    items[-1].entries[-1] = (word, self._decimal_comma(value, item))
                    continue
            items.append(item)
        return items

    def _scalar(self, event: Any, line: int, column: int) -> Node:
        if event.anchor is not None or event.tag is not None:
            self._refuse_marks(event)
        quoted = bool(event.style)
        if quoted and (strange := STRANGE.search(event.value)):
            self._fault(event, f"the character {named(strange[0])} cannot stand in a text")
            return BrokenNode(line, column)
        return ScalarNode(line, column, event.value, quoted)

    def _entries(self, depth: int, *, in_braces: bool) -> list[tuple[ScalarNode, Node]]:
        entries: list[tuple[ScalarNode, Node]] = []
        lines: dict[str, int] = {}
        while type(event := self._next()) is not MappingEndEvent:
            key = self._node(event, depth + 1)
            value = self._node(self._next(), depth + 1)
            if type(key) is not ScalarNode:
                if isinstance(key, BrokenNode):
                    continue
                self._fault(event, "a key must be a single word")
            elif in_braces and entries and _is_decimal_comma(entries[-1][1], key, value):
                entries[-1] = (entries[-1][0], self._decimal_comma(entries[-1][1], key))
            elif key.text == "<<" and not key.quoted:
                self._fault(event, "'<<' merges a part from elsewhere; write it out")
            elif key.text in lines:
                self._fault(event, f"{shown(key.text)} stands already in line {lines[key.text]}")
            else:
                lines[key.text] = key.line
                entries.append((key, value))
        return entries

    def _decimal_comma(self, before: Node, after: ScalarNode) -> Node:
        assert isinstance(before, ScalarNode)
        written, meant = f"{before.text},{after.text}", f"{before.text}.{after.text}"
        self._findings.add(before.line, before.column, f"write {meant} with a point, not {written}")
        return BrokenNode(before.line, before.column)

    def _refuse_marks(self, event: Any) -> None:
        if event.anchor is not None:
            self._fault(
                event, f"{shown('&' + event.anchor)} names a part to repeat it; write it out"
            )
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._fault(event, f"the tag {shown(tag)} means nothing here; leave it out")

    def _fault(self, event: Any, text: str) -> None:
        self._findings.add(event.start_mark.line + 1, event.start_mark.column + 1, text)


def _is_decimal_comma(before: Node, after: ScalarNode, value: Node | None = None) -> bool:
    """Whether `x: 49,90` in brackets was meant as 49.90: YAML reads x: 49 and then a 90 alone."""
    return (
        (value is None or (isinstance(value, ScalarNode) and value.is_empty))
        and isinstance(before, ScalarNode)
        and not (before.quoted or after.quoted)
        and after.line == before.line
        and after.column == before.column + len(before.text) + 1
        and _DIGITS.match(before.text) is not None
        and _DIGITS.match(after.text) is not None
    )
