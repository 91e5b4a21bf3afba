"""The columns of a table, and a row of cells as the nodes of a rule.

A row becomes what its writer could have written as YAML, so that everything else reads it alike.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from loyalty_engine.rulebook.faults import Findings
from loyalty_engine.rulebook.parsing.csv_rows import Row
from loyalty_engine.rulebook.parsing.plain_values import Misread, read_truth
from loyalty_engine.rulebook.parsing.yaml_nodes import (
    BrokenNode,
    ListNode,
    MapNode,
    Node,
    ScalarNode,
)

BETWEEN: Final = "|"
"""Stands between the values of a list in one cell."""

_DECIMAL_COMMA = re.compile(r"(-?[0-9]+),([0-9]{1,2})(\s*%)?\Z", re.ASCII)
LISTS: Final = ("when", "on", "then", "limits")


@dataclass(frozen=True, slots=True)
class Column:
    """One column, by its index: the argument it gives, None where the cell is the whole value."""

    index: int
    argument: str | None = None
    several: bool = False
    decimal_comma: bool = False

    def node(self, row: Row) -> Node | None:
        """The cell as a node; None where it is empty."""
        if not (text := row.cells[self.index]):
            return None
        if self.several and BETWEEN in text:
            items: list[Node] = [self._scalar(row, each.strip()) for each in text.split(BETWEEN)]
            return ListNode(row.number, self.index + 1, items)
        return self._scalar(row, text)

    def _scalar(self, row: Row, text: str) -> ScalarNode:
        if self.decimal_comma and (comma := _DECIMAL_COMMA.match(text)):
            text = f"{comma[1]}.{comma[2]}"
        return ScalarNode(row.number, self.index + 1, text, quoted=True)


@dataclass(slots=True)
class Group:
    """The columns that fill one word, or the limit; `bare` words have no arguments."""

    name: str
    none: bool
    bare: bool
    columns: list[Column] = field(default_factory=list)

    def node(self, row: Row, findings: Findings) -> Node | None:
        """What stands in the list of words, if anything does."""
        node = self._bare(row, findings) if self.bare else self._filled(row)
        if node is None or not self.none or isinstance(node, BrokenNode):
            return node
        return _entry(node.line, node.column, "none", ListNode(node.line, node.column, [node]))

    def _filled(self, row: Row) -> MapNode | None:
        given = [(it, node) for it in self.columns if (node := it.node(row)) is not None]
        if not given:
            return None
        line, column = row.number, given[0][0].index + 1
        if given[0][0].argument is None:
            return _entry(line, column, self.name, given[0][1])
        entries: list[tuple[ScalarNode, Node]] = [
            (ScalarNode(line, it.index + 1, it.argument or ""), node) for it, node in given
        ]
        value = MapNode(line, column, entries)
        return value if not self.name else _entry(line, column, self.name, value)

    def _bare(self, row: Row, findings: Findings) -> Node | None:
        """A word without arguments: yes for the word, no for its contrary."""
        column = self.columns[0].index + 1
        if not (text := row.cells[column - 1]):
            return None
        try:
            wanted = text.lower() == "x" or read_truth(text)
        except Misread as misread:
            findings.add(row.number, column, f"{self.name}: {misread.text}; leave it empty for any")
            return BrokenNode(row.number, column)
        word = ScalarNode(row.number, column, self.name)
        if wanted:
            return word
        return _entry(row.number, column, "none", ListNode(row.number, column, [word]))


@dataclass(frozen=True, slots=True)
class Layout:
    """What all columns of a table fill in."""

    id: Column | None
    scalars: Mapping[str, Column]
    titles: tuple[Column, ...]
    groups: Mapping[str, tuple[Group, ...]]
    findings: Findings

    @property
    def keys(self) -> set[str]:
        """The keys of a rule that have a column."""
        return {*self.scalars, *(key for key in LISTS if self.groups[key])}

    def column_of(self, key: str) -> int:
        """The first column of a key, or of the table."""
        if key in self.scalars:
            return self.scalars[key].index + 1
        groups = self.groups.get(key, ())
        return groups[0].columns[0].index + 1 if groups else 1

    def tree(self, row: Row, table: str) -> MapNode:
        """The part of a rule that a row fills in, and its id."""
        line = row.number
        key, name = (1, str(line)) if self.id is None else (self.id.index + 1, "")
        name = name or row.cells[key - 1] or str(line)
        entries: list[tuple[ScalarNode, Node]] = [
            (ScalarNode(line, key, "rule"), ScalarNode(line, key, f"{table}-{name}"))
        ]
        for text, column in self.scalars.items():
            if (node := column.node(row)) is not None:
                entries.append((ScalarNode(line, column.index + 1, text), node))
        titles = Group("", none=False, bare=False, columns=list(self.titles)).node(
            row, self.findings
        )
        if titles is not None:
            entries.append((ScalarNode(line, titles.column, "title"), titles))
        for text, groups in self.groups.items():
            nodes = [node for it in groups if (node := it.node(row, self.findings)) is not None]
            if nodes:
                first = nodes[0].column
                entries.append((ScalarNode(line, first, text), ListNode(line, first, nodes)))
        return MapNode(line, key, entries)


def _entry(line: int, column: int, key: str, value: Node) -> MapNode:
    return MapNode(line, column, [(ScalarNode(line, column, key), value)])
