"""The columns of a mapping file: where each value is found, and what its texts mean."""

from typing import Any, Final, TypeVar

from loyalty_engine.domain.purchase import LineKind
from loyalty_engine.imports.mapping import (
    NOWHERE,
    AttributeColumn,
    AttributeType,
    BasketColumns,
    CategoryColumn,
    Clean,
    Column,
    Kind,
    KindColumn,
    Layout,
    LineColumns,
    Zero,
)
from loyalty_engine.rulebook.arguments import CategoryPath
from loyalty_engine.rulebook.parsing.argument_parsers import parser_for
from loyalty_engine.rulebook.parsing.reading import MISREAD, Entries, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import MapNode, Node

D = TypeVar("D")

BASKET_KEYS: Final = ("id", "at", "member", "store", "touchpoint", "currency", "total", "kind")
LINE_KEYS: Final = (
    "in", "id", "sku", "quantity", "unit_price", "brand", "category", "kinds", "attributes",
    "zero_quantity",
)  # fmt: skip
KNOWN_KEYS: Final = frozenset(
    {"column", "value", "clean", "type", "separator", "by_sku", "otherwise"}
    | {kind.value for kind in Kind}
)
SHARE_TOTAL: Final = "share_of_total"


def read_basket(node: Node, reader: Reader) -> BasketColumns | None:
    entries = reader.entries(node, "basket", BASKET_KEYS, ("id", "at"))
    if entries is None:
        return None
    plain = {key: entries.parse(key, read_column, NOWHERE) for key in BASKET_KEYS if key != "kind"}
    return BasketColumns(**plain, kind=entries.parse("kind", _kind, KindColumn()))


def _kind(node: Node, reader: Reader) -> KindColumn | None:
    names = tuple(kind.value for kind in Kind)
    entries = reader.entries(node, "kind", ("column", "clean", *names), ("column",))
    if entries is None:
        return None
    patterns = {
        kind: entries.parse(kind.value, read_texts, ()) for kind in Kind if kind.value in entries
    }
    return KindColumn(_column_of(entries), patterns)


def read_lines(node: Node, reader: Reader, layout: Layout) -> LineColumns | None:
    needed = ("sku", "quantity", "unit_price", *(("in",) if layout is Layout.BASKETS else ()))
    entries = reader.entries(node, "lines", LINE_KEYS, needed)
    if entries is None:
        return None
    if layout is Layout.LINES and "in" in entries:
        reader.fault(entries.value_node("in"), "in the layout 'lines' each row is a line itself")
    price = entries.parse("unit_price", read_column, NOWHERE)
    shared = price == Column(SHARE_TOTAL)
    return LineColumns(
        sku=entries.parse("sku", read_column, NOWHERE),
        quantity=entries.parse("quantity", read_column, NOWHERE),
        inside=entries.read("in", str, ""),
        id=entries.parse("id", read_column, NOWHERE),
        unit_price=NOWHERE if shared else price,
        share_total=shared,
        brand=entries.parse("brand", read_column, NOWHERE),
        category=entries.parse("category", _category, CategoryColumn()),
        kinds=entries.parse("kinds", _kinds, {}),
        attributes=entries.parse("attributes", _attributes, ()),
        zero_quantity=read_choice(entries, "zero_quantity", Zero.LEFT_OUT),
    )


def _category(node: Node, reader: Reader) -> CategoryColumn | None:
    if not isinstance(node, MapNode):
        column = read_column(node, reader)
        return None if column is MISREAD else CategoryColumn(column)
    keys = ("column", "value", "clean", "separator", "by_sku", "otherwise")
    entries = reader.entries(node, "category", keys)
    if entries is None:
        return None
    path = parser_for(CategoryPath).read
    by_sku: dict[str, tuple[str, ...]] = {}
    if "by_sku" in entries:
        inner = reader.entries(entries.value_node("by_sku"), "by_sku", None)
        for name in inner.nodes if inner else ():
            assert inner is not None
            path(inner.nodes[name][0], reader)
            by_sku[name] = inner.parse(name, read_texts, ())
    named = "column" in entries or "value" in entries
    return CategoryColumn(
        column=_column_of(entries) if named else NOWHERE,
        separator=entries.read("separator", str, "/"),
        by_sku=by_sku,
        otherwise=entries.parse("otherwise", path, ""),
    )


def _kinds(node: Node, reader: Reader) -> dict[LineKind, tuple[str, ...]]:
    entries = reader.entries(node, "kinds", tuple(LineKind))
    if entries is None:
        return {}
    return {LineKind(name): entries.parse(name, read_texts, ()) for name in entries.nodes}


def _attributes(node: Node, reader: Reader) -> tuple[AttributeColumn, ...]:
    entries = reader.entries(node, "attributes", None)
    found = []
    for name in entries.nodes if entries else ():
        assert entries is not None
        each = entries.parse(name, _attribute, None)
        if each is not None:
            found.append(AttributeColumn(name, *each))
    return tuple(found)


def _attribute(node: Node, reader: Reader) -> tuple[Column, AttributeType] | None:
    if not isinstance(node, MapNode):
        column = read_column(node, reader)
        return None if column is MISREAD else (column, AttributeType.TEXT)
    entries = reader.entries(node, "an attribute", ("column", "value", "clean", "type"))
    if entries is None:
        return None
    return _column_of(entries), read_choice(entries, "type", AttributeType.TEXT)


def read_column(node: Node, reader: Reader) -> Column | Missing:
    """A column's name, or a mapping with `column` or `value`, and `clean`."""
    if not isinstance(node, MapNode):
        name = reader.text(node)
        return MISREAD if name is MISREAD else Column(name)
    entries = reader.entries(node, "a column", ("column", "value", "clean"))
    return MISREAD if entries is None else _column_of(entries)


def _column_of(entries: Entries) -> Column:
    mistaken = entries.nodes.keys() - KNOWN_KEYS  # told already, and one of them may be meant
    if not mistaken and ("column" in entries) == ("value" in entries):
        entries.reader.fault(entries.node, "needs either 'column' or 'value'")
    clean = entries.parse("clean", parser_for(tuple[Clean, ...]).read, ())
    return Column(
        entries.read("column", str, ""),
        entries.read("value", str, "") if "value" in entries else None,
        clean,
    )


def read_texts(node: Node, reader: Reader) -> tuple[str, ...] | Missing:
    found: tuple[str, ...] | Missing = parser_for(tuple[str, ...]).read(node, reader)
    return found


def read_choice(entries: Entries | None, key: str, default: D, kind: Any = None) -> Any | D:
    """One of the words of `kind`, the default's own kind where it is not given."""
    if entries is None:
        return default
    options: type = kind or type(default)
    return entries.parse(key, parser_for(options).read, default)
