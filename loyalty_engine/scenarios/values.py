"""The values that scenarios write beside those of rule files: instants, amounts, purchases."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from loyalty_engine.domain.purchase import Scalar
from loyalty_engine.rulebook.faults import shown
from loyalty_engine.rulebook.parsing.plain_values import Misread, read_integer, read_scaled
from loyalty_engine.rulebook.parsing.reading import (
    MISREAD,
    Entries,
    Missing,
    Reader,
    all_read,
    one_of,
)
from loyalty_engine.rulebook.parsing.yaml_nodes import ListNode, Node, ScalarNode

T = TypeVar("T")
ReadNode = Callable[[Node, Reader], T | Missing]

UNREAD = datetime.max.replace(tzinfo=UTC)
"""Stands where no instant could be read; the fault has been told."""

_WHOLE = re.compile(r"-?(0|[1-9][0-9]*)\Z", re.ASCII)
_TRUTHS = {"yes": True, "true": True, "no": False, "false": False}


def instant_in(zone: ZoneInfo) -> Callable[[str], datetime]:
    """Reads an instant; one without an offset is on the clocks of the programme's zone."""

    def read(text: str) -> datetime:
        try:
            at = datetime.fromisoformat(text)
            return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise Misread(f"{shown(text)} is not an instant such as 2026-03-05T10:12:00") from None

    return read


def read_minor(text: str) -> int:
    """An amount in minor units, as callers of the service write it."""
    if "." in text:
        raise Misread(f"'{text}': amounts of purchases are in minor units, 450 for 4.50")
    amount = read_integer(text)
    if amount < 0:
        raise Misread(f"'{text}' is negative")
    return amount


def read_quantity(text: str) -> int:
    """A quantity of up to three decimals, in thousandths."""
    milli = read_scaled(text, 3, "a quantity")
    if not milli:
        raise Misread("a quantity is more than 0")
    return milli


def read_points(text: str) -> int:
    """Points, at least one."""
    points = read_integer(text)
    if points < 1:
        raise Misread("at least 1 point")
    return points


def read_scalar(node: Node, reader: Reader) -> Scalar | Missing:
    """The value of an attribute: a text, a whole number, or yes and no."""
    text = reader.text(node)
    if text is MISREAD:
        return MISREAD
    plain = plain_scalar(node)
    return text if plain is None else plain


def plain_scalar(node: Node) -> Scalar | None:
    """What an unquoted scalar says by its form; None where it says nothing."""
    if not isinstance(node, ScalarNode) or (not node.quoted and node.text in {"", "~", "null"}):
        return None
    if node.quoted:
        return node.text
    if node.text in _TRUTHS:
        return _TRUTHS[node.text]
    return int(node.text) if _WHOLE.match(node.text) else node.text


def named(known: Mapping[str, object], what: str) -> Callable[[str], str]:
    """Reads one of the names that the programme declares."""
    return lambda text: one_of(text, known, what)


def listed(read: ReadNode[T], most: int = 1000) -> ReadNode[tuple[T, ...]]:
    """Reads a list of at least one."""

    def read_list(node: Node, reader: Reader) -> tuple[T, ...] | Missing:
        if not isinstance(node, ListNode) or not 1 <= len(node.items) <= most:
            reader.fault(node, f"a list is needed, of 1 to {most}")
            return MISREAD
        values = [read(item, reader) for item in node.items]
        return tuple(values) if all_read(values) else MISREAD  # type: ignore[arg-type]

    return read_list


def mapped(
    read_key: Callable[[str], str], read_value: Callable[[Node, Reader], Any]
) -> ReadNode[dict[str, Any]]:
    """Reads a mapping whose keys and values are all read the same way."""

    def read_mapping(node: Node, reader: Reader) -> dict[str, Any] | Missing:
        entries = reader.entries(node, "this", None)
        if entries is None:
            return MISREAD
        found: dict[str, Any] = {}
        for text, (key, value) in entries.nodes.items():
            name = reader.value(key, read_key)
            found[text] = MISREAD if name is MISREAD else read_value(value, reader)
        return found if all_read(found.values()) else MISREAD

    return read_mapping


def text_value(read: Callable[[str], T]) -> ReadNode[T]:
    """Reads one scalar."""
    return lambda node, reader: reader.value(node, read)


def complete(entries: Entries, told_before: int) -> bool:
    """Whether nothing was wrong with the entries: no fault has been told since."""
    return len(entries.reader.findings.faults) == told_before
