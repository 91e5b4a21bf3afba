"""Purchases and returns as scenarios write them: as the service takes them, with less to type.

The currency, a line's id and its quantity may be left out: the programme's, its place, 1.
"""

from collections.abc import Callable
from typing import Final, TypeVar

from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purchase import Applied, Identifier, Line, LineKind, Payment, Purchase
from loyalty_engine.domain.requests import Return, ReturnLine
from loyalty_engine.rulebook.parsing.argument_parsers import parser_for
from loyalty_engine.rulebook.parsing.reading import MISREAD, Entries, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import ListNode, Node
from loyalty_engine.scenarios.values import (
    UNREAD,
    complete,
    instant_in,
    listed,
    mapped,
    named,
    read_minor,
    read_points,
    read_quantity,
    read_scalar,
    text_value,
)

T = TypeVar("T")

PURCHASE_KEYS: Final = (
    "id", "member", "identifier", "occurred_at", "store", "touchpoint", "currency", "lines",
    "payments", "vouchers", "spend", "reservation", "hold", "revision",
)  # fmt: skip
LINE_KEYS: Final = (
    "id",
    "sku",
    "category",
    "brand",
    "quantity",
    "unit_price",
    "discount",
    "tax",
    "attributes",
    "applied",
    "kind",
    "card",
)
PAYMENT_KEYS: Final = ("method", "amount", "card", "hold")
RETURN_KEYS: Final = ("purchase", "id", "occurred_at", "lines", "exchange")


def read_purchase(node: Node, reader: Reader, program: Program) -> Purchase | Missing:
    """A purchase; every fault is told."""
    before = len(reader.findings.faults)
    entries = reader.entries(node, "a purchase", PURCHASE_KEYS, ("id", "occurred_at", "lines"))
    if entries is None:
        return MISREAD
    purchase = purchase_of(entries, program)
    return purchase if complete(entries, before) else MISREAD


def purchase_of(entries: Entries, program: Program) -> Purchase:
    """The purchase in a mapping, as far as it can be read."""
    return Purchase(
        id=entries.read("id", str, ""),
        occurred_at=entries.read("occurred_at", instant_in(program.zone), UNREAD),
        currency=entries.read("currency", str, program.currency),
        lines=entries.parse("lines", _read_lines, ()),
        revision=entries.read("revision", read_points, 1),
        member=entries.read("member", str, None),
        identifier=entries.parse("identifier", read_identifier, None),
        store=entries.read("store", str, ""),
        touchpoint=entries.read("touchpoint", str, ""),
        payments=entries.parse("payments", listed(_read_payment), ()),
        vouchers=entries.parse("vouchers", listed(text_value(str)), ()),
        spend=entries.parse(
            "spend", mapped(named(program.units, "unit"), text_value(read_points)), {}
        ),
        reservation=entries.read("reservation", str, None),
        hold=entries.read("hold", str, None),
    )


def _read_lines(node: Node, reader: Reader) -> tuple[Line, ...] | Missing:
    if not isinstance(node, ListNode) or not node.items:
        reader.fault(node, "a list of lines is needed")
        return MISREAD
    lines = [_read_line(item, reader, str(place)) for place, item in enumerate(node.items, 1)]
    return tuple(line for line in lines if line is not MISREAD)


def _read_line(node: Node, reader: Reader, place: str) -> Line | Missing:
    before = len(reader.findings.faults)
    entries = reader.entries(node, "a line", LINE_KEYS, ("sku", "unit_price"))
    if entries is None:
        return MISREAD
    line = Line(
        id=entries.read("id", str, place),
        sku=entries.read("sku", str, ""),
        quantity_milli=entries.read("quantity", read_quantity, 1000),
        unit_price=entries.read("unit_price", read_minor, 0),
        category=entries.read("category", str, ""),
        brand=entries.read("brand", str, ""),
        discount=entries.read("discount", read_minor, 0),
        tax=entries.read("tax", read_minor, 0),
        attributes=entries.parse("attributes", mapped(str, read_scalar), {}),
        applied=entries.parse("applied", listed(_read_applied), ()),
        kind=entries.parse("kind", parser_for(LineKind).read, LineKind.GOODS),
        card=entries.read("card", str, ""),
    )
    return line if complete(entries, before) else MISREAD


def _read_applied(node: Node, reader: Reader) -> Applied | Missing:
    return _pair(node, reader, ("rule", "amount"), Applied)


def _read_payment(node: Node, reader: Reader) -> Payment | Missing:
    before = len(reader.findings.faults)
    entries = reader.entries(node, "this", PAYMENT_KEYS, PAYMENT_KEYS[:2])
    if entries is None:
        return MISREAD
    made = Payment(
        entries.read("method", str, ""),
        entries.read("amount", read_minor, 0),
        entries.read("card", str, ""),
        entries.read("hold", str, None),
    )
    return made if complete(entries, before) else MISREAD


def _pair(
    node: Node, reader: Reader, keys: tuple[str, str], make: Callable[[str, int], T]
) -> T | Missing:
    before = len(reader.findings.faults)
    entries = reader.entries(node, "this", keys, keys)
    if entries is None:
        return MISREAD
    made = make(entries.read(keys[0], str, ""), entries.read(keys[1], read_minor, 0))
    return made if complete(entries, before) else MISREAD


def read_identifier(node: Node, reader: Reader) -> Identifier | Missing:
    """One of the other ways to name a member."""
    before = len(reader.findings.faults)
    entries = reader.entries(node, "an identifier", ("kind", "value"), ("kind", "value"))
    if entries is None:
        return MISREAD
    made = Identifier(entries.read("kind", str, ""), entries.read("value", str, ""))
    return made if complete(entries, before) else MISREAD


def read_return(node: Node, reader: Reader, program: Program) -> tuple[str, Return] | Missing:
    """A return and the id of its purchase."""
    before = len(reader.findings.faults)
    needed = ("purchase", "id", "occurred_at", "lines")
    entries = reader.entries(node, "a return", RETURN_KEYS, needed)
    if entries is None:
        return MISREAD
    back = Return(
        id=entries.read("id", str, ""),
        occurred_at=entries.read("occurred_at", instant_in(program.zone), UNREAD),
        lines=entries.parse("lines", listed(_read_return_line), ()),
        exchange=entries.parse(
            "exchange", lambda inner, reader: read_purchase(inner, reader, program), None
        ),
    )
    purchase = entries.read("purchase", str, "")
    return (purchase, back) if complete(entries, before) else MISREAD


def _read_return_line(node: Node, reader: Reader) -> ReturnLine | Missing:
    before = len(reader.findings.faults)
    entries = reader.entries(node, "a line", ("line", "quantity"), ("line",))
    if entries is None:
        return MISREAD
    line = ReturnLine(entries.read("line", str, ""), entries.read("quantity", read_quantity, 1000))
    return line if complete(entries, before) else MISREAD
