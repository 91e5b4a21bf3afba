"""What the parsers of one file share: its faults, and the names that the programme declares."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, TypeVar

from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.faults import Findings, Place, nearest, shown
from loyalty_engine.rulebook.parsing.plain_values import Misread
from loyalty_engine.rulebook.parsing.yaml_nodes import (
    BrokenNode,
    ListNode,
    MapNode,
    Node,
    ScalarNode,
)
from loyalty_engine.rulebook.segments import Segment

T = TypeVar("T")
D = TypeVar("D")


class Missing(Enum):
    """The type of `MISREAD`, which stands for a value about which a fault has been told."""

    MISREAD = "misread"


MISREAD: Final = Missing.MISREAD
MEANT: Final[Mapping[str, str]] = {
    "if": "when",
    "condition": "when",
    "conditions": "when",
    "action": "then",
    "actions": "then",
    "products": "on",
    "id": "rule",
    "name": "rule",
    "start": "from",
    "starts": "from",
    "valid_from": "from",
    "end": "until",
    "ends": "until",
    "to": "until",
    "valid_until": "until",
}
"""What other programmes call the keys of a rule."""

LONGEST_LIST: Final = 200
"""Longer lists of what there is are left out of a fault."""


@dataclass(frozen=True, slots=True)
class Names:
    """What rules may name. None where the programme's own files did not say it: no check then."""

    decimals: int | None = None
    currency: str = "this currency"
    languages: tuple[str, ...] = ()
    tiers: Collection[str] | None = None
    units: Collection[str] | None = None
    attributes: Collection[str] | None = None
    touchpoints: Collection[str] | None = None
    lanes: Collection[str] | None = None
    campaigns: Collection[str] | None = None
    vouchers: Collection[str] | None = None
    segments: Mapping[str, Segment] | None = None
    events: Collection[str] | None = None


@dataclass(slots=True)
class Reader:
    """Reads the nodes of one file. `path` names the key being read, in front of its faults."""

    findings: Findings
    names: Names = field(default_factory=Names)
    program: Program | None = None
    path: str = ""

    def fault(self, node: Node, text: str, suggestion: str | None = None) -> None:
        """Note a fault at `node`, unless one was told there already."""
        if not isinstance(node, BrokenNode):
            before = f"{self.path}: " if self.path else ""
            self.findings.add(node.line, node.column, before + text, suggestion)

    def place(self, node: Node) -> Place:
        """Where `node` stands."""
        return Place(self.findings.file, node.line, node.column)

    def under(self, path: str, node: Node, parse: Callable[[Node, "Reader"], T]) -> T | Missing:
        """What `parse` makes of a node, while faults say `path`.

        A ValueError, of `parse` or of the value it makes, becomes a fault.
        """
        before, self.path = self.path, path
        try:
            return parse(node, self)
        except ValueError as error:
            self.refuse(node, error)
            return MISREAD
        finally:
            self.path = before

    def refuse(self, node: Node, error: ValueError) -> None:
        """Note as a fault what a parser or a value has to say."""
        self.fault(node, str(error), error.suggestion if isinstance(error, Misread) else None)

    def text(self, node: Node) -> str | Missing:
        """The text of a scalar that is not empty."""
        if isinstance(node, ScalarNode):
            if node.text.strip() and not node.is_empty:
                return node.text
            self.fault(node, "a value is missing")
        elif isinstance(node, ListNode):
            self.fault(node, "takes one value, not a list" + _decimal_hint(node))
        else:
            self.fault(node, "takes one value, not a mapping")
        return MISREAD

    def value(self, node: Node, read: Callable[[str], T]) -> T | Missing:
        """What `read` makes of the text of a scalar."""
        text = self.text(node)
        if text is MISREAD:
            return MISREAD
        try:
            return read(text)
        except ValueError as error:
            self.refuse(node, error)
            return MISREAD

    def entries(
        self, node: Node, what: str, keys: Collection[str] | None, needed: Collection[str] = ()
    ) -> "Entries | None":
        """A mapping whose keys are some of `keys` (None: any) and all of `needed`.

        Other keys and missing ones are told; None where `node` is no mapping. `what` names it in
        faults: "a rule".
        """
        whose = "this" if self.path.endswith(what) else what
        if not isinstance(node, MapNode):
            self.fault(node, f"{whose} is written as a mapping, 'key: value'")
            return None
        entries = Entries(self, node, {key.text: (key, value) for key, value in node.entries})
        meant = set() if keys is None else self.refuse_unknown(entries.nodes, keys, what)
        if missing := [f"'{key}'" for key in needed if key not in {*entries.nodes, *meant}]:
            self.fault(node, f"{whose} needs {' and '.join(missing)}")
        return entries

    def refuse_unknown(
        self, nodes: Mapping[str, tuple[ScalarNode, Node]], keys: Collection[str], what: str
    ) -> set[str]:
        """Complain about every entry whose key is not one of `keys`; answers what was meant."""
        meant = set()
        for text, (key, _) in nodes.items():
            if text not in keys:
                like = MEANT.get(text.lower()) or nearest(text, keys)
                like = like if like in keys else nearest(text, keys)
                listed = ", ".join(keys)
                others = f"; it has {listed}" if not like and len(listed) < LONGEST_LIST else ""
                self.fault(key, f"no key {shown(text)} in {what}{others}", like)
                meant.add(like or "")
        return meant


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries of a mapping by key, each with the nodes of its key and its value."""

    reader: Reader
    node: Node
    nodes: Mapping[str, tuple[ScalarNode, Node]]

    def __contains__(self, key: str) -> bool:
        return key in self.nodes

    def value_node(self, key: str) -> Node:
        """The node of the value of `key`, which must be there."""
        return self.nodes[key][1]

    def parse(
        self, key: str, parse: Callable[[Node, Reader], T | Missing | None], default: D
    ) -> T | D:
        """What `parse` makes of a value; the default without the key or after a fault."""
        if key not in self.nodes:
            return default
        path = f"{self.reader.path}.{key}" if self.reader.path else key
        value = self.reader.under(path, self.nodes[key][1], parse)
        return default if value is MISREAD or value is None else value

    def read(self, key: str, read: Callable[[str], T], default: D) -> T | D:
        """What `read` makes of the text of a value; the default without it or after a fault."""
        return self.parse(key, lambda node, reader: reader.value(node, read), default)


def one_of(text: str, known: Collection[str], what: str) -> str:
    """`text` when it is known. Raises Misread that suggests or lists what there is."""
    if text in known:
        return text
    like = nearest(text, known)
    listed = ", ".join(sorted(known)) or "none is declared"
    others = f" ({listed})" if like is None and len(listed) < LONGEST_LIST else ""
    raise Misread(f"no {what} {shown(text)}{others}", like)


def _decimal_hint(node: ListNode) -> str:
    match node.items:
        case [ScalarNode(text=whole), ScalarNode(text=part)] if (whole + part).isdigit():
            return f"; write decimals with a point: {whole}.{part}"
    return ""


def all_read(values: Collection[Any]) -> bool:
    """Whether no value is MISREAD."""
    return not any(value is MISREAD for value in values)
