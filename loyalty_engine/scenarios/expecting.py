"""What a step should come to, as written; and how that compares with what came."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from loyalty_engine.rulebook.faults import Place, nearest, shown
from loyalty_engine.rulebook.parsing.reading import Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import BrokenNode, ListNode, MapNode, Node
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.scenarios.form import Act, Expected
from loyalty_engine.scenarios.values import plain_scalar

ALWAYS: Final = ("refused", "status", "replayed")
"""What may be expected of every step: the code of a refusal, the HTTP status, a repetition."""

BY_UNIT: Final = (
    "points", "desired", "pending", "points_taken", "points_given", "points_returned", "balance",
)  # fmt: skip
BY_RULE: Final = ("rules", "messages")


@dataclass(frozen=True, slots=True)
class Difference:
    """Something came out otherwise: where that is expected, what it is, and both values."""

    place: Place
    what: str
    expected: str
    actual: str


def read_expect(node: Node, reader: Reader, act: type[Act], rulebook: Rulebook) -> Expected | None:
    """What is expected of an act. Keys, rules and units that there are not are told."""
    units, rules = rulebook.program.units, rulebook.by_id
    entries = reader.entries(node, "expect", None)
    if entries is None:
        return None
    allowed = (*(tuple(units) if act.shows is None else act.shows), *ALWAYS)
    reader.refuse_unknown(entries.nodes, allowed, f"what a {act.word} can be expected to show")
    for key, (_, value) in entries.nodes.items():
        if key in BY_UNIT and act.shows is not None:
            _check_names(value, reader, units, "unit")
        elif key in BY_RULE:
            _check_names(value, reader, rules, "rule")
    return _tree(node, reader)


def _check_names(node: Node, reader: Reader, known: Collection[str], what: str) -> None:
    if not isinstance(node, MapNode):
        reader.fault(node, f"this is told by {what}: '{next(iter(known), what)}: value'")
        return
    for key, _ in node.entries:
        if key.text not in known:
            reader.fault(key, f"no {what} {shown(key.text)}", nearest(key.text, known))


def _tree(node: Node, reader: Reader) -> Expected:
    place = reader.place(node)
    if isinstance(node, MapNode):
        return Expected(place, {key.text: _tree(value, reader) for key, value in node.entries})
    if isinstance(node, ListNode):
        return Expected(place, tuple(_tree(item, reader) for item in node.items))
    return Expected(place, None if isinstance(node, BrokenNode) else plain_scalar(node))


def differences(expected: Expected, actual: Any, what: str = "") -> Iterator[Difference]:
    """Where `actual` is not as expected. Only what is written is compared.

    A number that the engine does not speak of is 0; a mapping that is expected as a single value
    is compared by its value under `""`.
    """
    wanted = expected.value
    if isinstance(wanted, Mapping):
        inner = actual if isinstance(actual, Mapping) else {}
        for key, value in wanted.items():
            yield from differences(value, inner.get(key), f"{what}.{key}" if what else key)
    elif isinstance(wanted, tuple):
        yield from _in_order(expected, wanted, actual, what)
    else:
        if isinstance(actual, Mapping) and "" in actual:
            actual = actual[""]
        if actual is None and type(wanted) is int:
            actual = 0
        if not _same(wanted, actual):
            yield Difference(expected.place, what, told(wanted), told(actual))


def _in_order(
    expected: Expected, wanted: Sequence[Expected], actual: Any, what: str
) -> Iterator[Difference]:
    there = actual if isinstance(actual, Sequence) and not isinstance(actual, str) else ()
    if len(there) != len(wanted):
        values = [told(it.value) for it in wanted]
        yield Difference(expected.place, what, ", ".join(values) or "nothing", told(actual))
        return
    for place, (value, found) in enumerate(zip(wanted, there, strict=True), 1):
        yield from differences(value, found, f"{what}.{place}")


def _same(wanted: object, actual: object) -> bool:
    if isinstance(wanted, bool) or isinstance(actual, bool) or actual is None:
        return wanted is actual
    if isinstance(wanted, str) and isinstance(actual, str) and wanted != actual:
        return _instant(wanted) is not None and _instant(wanted) == _instant(actual)
    return str(wanted) == str(actual)


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None


def told(value: Any) -> str:
    """A value in a table of differences."""
    if isinstance(value, Expected):
        return told(value.value)
    if isinstance(value, Mapping):
        if "" in value:
            return told(value[""])
        return ", ".join(f"{key} {told(it)}" for key, it in value.items()) or "nothing"
    if isinstance(value, list | tuple):
        return ", ".join(map(told, value)) or "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "nothing" if value is None else str(value)
