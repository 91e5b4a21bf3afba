"""A mapping file to a mapping: every fault at once, as file:line:column."""

import codecs
from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from typing import Final, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from loyalty_engine.imports.mapping import (
    NOWHERE,
    Anonymous,
    Buyer,
    Finer,
    Kind,
    Layout,
    LeaveOut,
    Negative,
    PointColumns,
    Price,
    SourceMapping,
    Written,
)
from loyalty_engine.imports.read_columns import (
    SHARE_TOTAL,
    read_basket,
    read_choice,
    read_column,
    read_lines,
    read_texts,
)
from loyalty_engine.rulebook.faults import Findings, RulebookErrors, TooManyFaults
from loyalty_engine.rulebook.parsing.plain_values import Misread, read_fraction, read_name
from loyalty_engine.rulebook.parsing.reading import Entries, Reader, one_of
from loyalty_engine.rulebook.parsing.yaml_nodes import ListNode, Node, read_nodes

T = TypeVar("T")

KEYS: Final = (
    "source", "program", "layout", "zone", "time_format", "amounts", "csv", "basket", "lines",
    "points", "returns", "leave_out",
)  # fmt: skip
TAB: Final = "tab"


def read_mapping(text: str, file: str) -> SourceMapping:
    """What a mapping file says; `file` names it in faults. Raises RulebookErrors with all."""
    findings = Findings(file)
    mapping = None
    with suppress(TooManyFaults):
        tree = read_nodes(text, findings)
        if tree is not None:
            mapping = _mapping(tree, Reader(findings))
        elif not findings.faults:
            findings.add(1, 1, "the file is empty")
    if findings.faults or mapping is None:
        raise RulebookErrors(findings.faults)
    return mapping


def _mapping(tree: Node, reader: Reader) -> SourceMapping | None:
    needed = ("source", "layout", "zone", "basket", "lines")
    entries = reader.entries(tree, "a mapping", KEYS, needed)
    if entries is None:
        return None
    layout = read_choice(entries, "layout", Layout.BASKETS)
    basket = entries.parse("basket", read_basket, None)
    lines = entries.parse("lines", lambda node, it: read_lines(node, it, layout), None)
    if lines and basket and lines.share_total and basket.total == NOWHERE:
        reader.fault(tree, f"'{SHARE_TOTAL}' needs the basket's 'total'")
    amounts = _part(entries, "amounts", ("written", "finer", "decimal_mark"))
    csv = _part(entries, "csv", ("delimiter", "encoding"))
    returns = _part(entries, "returns", ("negative_in_sale", "anonymous", "same_price_only"))
    source = entries.read("source", read_name, "")
    zone = entries.read("zone", _zone, ZoneInfo("UTC"))
    points = entries.parse("points", _points, ())
    leave_out = entries.parse("leave_out", _several(_leave_out), ())
    if basket is None or lines is None:
        return None
    return SourceMapping(
        source=source,
        layout=layout,
        zone=zone,
        basket=basket,
        lines=lines,
        program=entries.read("program", str, ""),
        time_format=entries.read("time_format", str, ""),
        written=read_choice(amounts, "written", Written.MAJOR),
        finer=read_choice(amounts, "finer", Finer.REFUSED),
        decimal_mark=_one_character(amounts, "decimal_mark", "."),
        delimiter=_one_character(csv, "delimiter", ","),
        encoding="utf-8" if csv is None else csv.read("encoding", _encoding, "utf-8"),
        negative_in_sale=read_choice(returns, "negative_in_sale", Negative.RETURN),
        anonymous=read_choice(returns, "anonymous", Anonymous.LEFT_OUT),
        same_price_only=(
            () if returns is None else returns.parse("same_price_only", read_texts, ())
        ),
        points=points,
        leave_out=leave_out,
    )


def _points(node: Node, reader: Reader) -> tuple[PointColumns, ...]:
    entries = reader.entries(node, "points", None)
    found = []
    for unit in entries.nodes if entries else ():
        assert entries is not None
        inner = reader.entries(
            entries.value_node(unit), "a unit's points", ("spent", "received", "for_one")
        )
        if inner is not None:
            spent = inner.parse("spent", read_column, NOWHERE)
            received = inner.parse("received", read_column, NOWHERE)
            for_one = inner.read("for_one", _positive, Fraction(1))
            found.append(PointColumns(unit, spent, received, for_one))
    return tuple(found)


def _leave_out(node: Node, reader: Reader) -> LeaveOut | None:
    keys = ("reason", "kind", "sku", "price", "member")
    entries = reader.entries(node, "what is left out", keys, ("reason",))
    if entries is None:
        return None
    if len(entries.nodes) == 1:
        reader.fault(node, "everything would be left out; say kind, sku, price or member")
    return LeaveOut(
        reason=entries.read("reason", str, ""),
        kind=read_choice(entries, "kind", None, Kind),
        sku=entries.parse("sku", read_texts, ()),
        price=read_choice(entries, "price", None, Price),
        member=read_choice(entries, "member", None, Buyer),
    )


def _part(entries: Entries, key: str, keys: tuple[str, ...]) -> Entries | None:
    if key not in entries:
        return None
    return entries.reader.entries(entries.value_node(key), key, keys)


def _several(read: Callable[[Node, Reader], T | None]) -> Callable[[Node, Reader], tuple[T, ...]]:
    def read_all(node: Node, reader: Reader) -> tuple[T, ...]:
        items = node.items if isinstance(node, ListNode) else [node]
        found = [read(item, reader) for item in items]
        return tuple(each for each in found if each is not None)

    return read_all


def _one_character(entries: Entries | None, key: str, default: str) -> str:
    def read(text: str) -> str:
        if text == TAB:
            return "\t"
        if len(text) != 1:
            raise Misread("one character is needed, or the word tab")
        return text

    return default if entries is None else entries.read(key, read, default)


def _zone(text: str) -> ZoneInfo:
    return ZoneInfo(one_of(text, available_timezones(), "time zone"))


def _encoding(text: str) -> str:
    try:
        return codecs.lookup(text).name
    except LookupError:
        raise Misread(f"no encoding {text!r}; utf-8 and cp1252 are usual") from None


def _positive(text: str) -> Fraction:
    value = read_fraction(text)
    if value <= 0:
        raise Misread("more than 0 is needed")
    return value
