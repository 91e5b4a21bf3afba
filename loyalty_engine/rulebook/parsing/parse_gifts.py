"""`gifts` of a unit: how members may give points of it to each other."""

from typing import Final

from loyalty_engine.domain.gifts import GiftedEnd, Gifting
from loyalty_engine.rulebook.calendar_values import read_length
from loyalty_engine.rulebook.parsing.argument_parsers import parser_for
from loyalty_engine.rulebook.parsing.plain_values import Misread, read_integer
from loyalty_engine.rulebook.parsing.reading import Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import Node, ScalarNode

GIFT_KEYS: Final = (
    "at_least", "at_most", "given_per_month", "given_per_year", "received_per_month",
    "received_per_year", "after_joining", "after_earning", "ends",
)  # fmt: skip


def read_gifts(node: Node, reader: Reader) -> Gifting | None:
    """`yes` for gifts without limits, `no`, or a mapping with the limits."""
    if isinstance(node, ScalarNode):
        allowed = reader.value(node, _allowed)
        return Gifting() if allowed is True else None
    entries = reader.entries(node, "gifts", GIFT_KEYS)
    if entries is None:
        return None
    found = Gifting(
        at_least=entries.read("at_least", _points, 1),
        at_most=entries.read("at_most", _points, None),
        given_per_month=entries.read("given_per_month", _points, None),
        given_per_year=entries.read("given_per_year", _points, None),
        received_per_month=entries.read("received_per_month", _points, None),
        received_per_year=entries.read("received_per_year", _points, None),
        after_joining=entries.read("after_joining", _days, 0),
        after_earning=entries.read("after_earning", _days, 0),
        ends=entries.parse("ends", parser_for(GiftedEnd).read, GiftedEnd.KEPT),
    )
    most = found.at_most
    if most is not None and most < found.at_least:
        reader.fault(node, f"nothing can be given: at_least {found.at_least}, at_most {most}")
    return found


def _allowed(text: str) -> bool:
    if text not in {"yes", "true", "no", "false"}:
        raise Misread("write 'gifts: yes', 'no', or a mapping with limits")
    return text in {"yes", "true"}


def _points(text: str) -> int:
    number = read_integer(text)
    if number < 1:
        raise Misread(f"{number} is less than 1")
    return number


def _days(text: str) -> int:
    return read_length(text, "days", "weeks").days
