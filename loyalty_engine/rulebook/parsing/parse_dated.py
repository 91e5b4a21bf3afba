"""Values dated in place: `percent: {2026-01-01: 10, 2026-07-01: 15}`, for any argument of a word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from loyalty_engine.rulebook.parsing.plain_values import Misread, read_date
from loyalty_engine.rulebook.parsing.reading import Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import MapNode, Node

DATED_KEY: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}( to [0-9]{4}-[0-9]{2}-[0-9]{2})?$"
MOST_DATES: Final = 100

_BEGINS_WITH_A_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}")
_DAY: Final = timedelta(days=1)


@dataclass(slots=True)
class _Value:
    """A value and its days."""

    first: date
    last: date | None
    node: Node


def is_dated(node: Node | None) -> bool:
    """Whether a value, or an argument in it, is one by dates."""
    if not isinstance(node, MapNode) or not node.entries:
        return False
    return _by_date(node) or any(_by_date(value) for _, value in node.entries)


def stretches_of(node: MapNode, reader: Reader) -> list[tuple[date, date | None, Node]] | None:
    """The first and last day of each stretch in which no value changes, and the plain value then.

    None where dates cannot be read, which is told.
    """
    told = {key.text: _values(value, reader) for key, value in node.entries if _by_date(value)}
    whole = _values(node, reader) if _by_date(node) else None
    series = [whole] if _by_date(node) else list(told.values())
    known = [it for it in series if it is not None]
    if len(known) < len(series):
        return None
    found = []
    for first, last in _cuts(known):
        values = [_at(each, first) for each in known]
        nodes = [it.node for it in values if it is not None]
        if len(nodes) < len(values):
            continue
        if whole is not None:
            found.append((first, last, nodes[0]))
            continue
        then = dict(zip(told, nodes, strict=True))
        entries = [(key, then.get(key.text, value)) for key, value in node.entries]
        found.append((first, last, MapNode(node.line, node.column, entries)))
    if not found:
        reader.fault(node, "there is no day on which all of these have a value")
    return found or None


def _by_date(node: Node) -> bool:
    return (
        isinstance(node, MapNode)
        and bool(node.entries)
        and all(_BEGINS_WITH_A_DATE.match(key.text) for key, _ in node.entries)
    )


def _values(node: Node, reader: Reader) -> list[_Value] | None:
    """Values in the order of their dates; None where a date cannot be read or two meet."""
    assert isinstance(node, MapNode)
    if len(node.entries) > MOST_DATES:
        reader.fault(node, f"more than {MOST_DATES} dates")
        return None
    found: list[_Value] = []
    for key, value in node.entries:
        try:
            it = _value(key.text, value, found[-1] if found else None)
        except Misread as misread:
            reader.fault(key, misread.text, misread.suggestion)
            return None
        found.append(it)
    for one, following in pairwise(found):
        if one.last is None:
            one.last = following.first - _DAY
    return found


def _value(text: str, node: Node, before: _Value | None) -> _Value:
    """The value of a key, after the one before it. Raises Misread."""
    begin, _, end = text.partition(" to ")
    it = _Value(read_date(begin), read_date(end) if end else None, node)
    if it.last is not None and it.last < it.first:
        raise Misread(f"{it.last} lies before {it.first}")
    if before is not None and it.first <= before.first:
        raise Misread(f"{it.first} does not lie after {before.first}")
    if before is not None and before.last is not None and it.first <= before.last:
        raise Misread(f"{it.first} has a value already")
    return it


def _cuts(series: Sequence[Sequence[_Value]]) -> Iterator[tuple[date, date | None]]:
    """The stretches between one change and the next."""
    begins = {it.first for values in series for it in values}
    begins |= {it.last + _DAY for values in series for it in values if it.last is not None}
    ordered = sorted(begins)
    for first, following in zip(ordered, [*ordered[1:], None], strict=True):
        yield first, None if following is None else following - _DAY


def _at(values: Sequence[_Value], day: date) -> _Value | None:
    return next(
        (it for it in values if it.first <= day and (it.last is None or day <= it.last)), None
    )
