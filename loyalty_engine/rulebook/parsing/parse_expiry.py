"""`expires` and `pending` of a unit: how long points last, and how long they wait before."""

from dataclasses import replace
from typing import Final

from loyalty_engine.domain.expiry import (
    PURCHASE,
    REDEMPTION,
    Bucket,
    Expiry,
    ExpiryKind,
    Pending,
    PendingKind,
)
from loyalty_engine.domain.local_time import RoundUp
from loyalty_engine.rulebook.calendar_values import (
    Length,
    read_day_of_year,
    read_length,
    read_months,
)
from loyalty_engine.rulebook.parsing.argument_parsers import parser_for
from loyalty_engine.rulebook.parsing.plain_values import Misread, read_integer
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader, one_of
from loyalty_engine.rulebook.parsing.yaml_nodes import ListNode, Node, ScalarNode

EXPIRY_KEYS: Final = (
    "after", "inactivity", "renewed_by", "round_up", "by_tier", "on", "years_ahead", "by_month",
)  # fmt: skip
BUCKET_KEYS: Final = ("earned", "until", "years_ahead")
PENDING_KEYS: Final = ("after", "by_tier")

_GO_WITH: Final = {
    "after": {"after", "round_up", "by_tier"},
    "inactivity": {"inactivity", "renewed_by", "round_up", "by_tier"},
    "on": {"on", "years_ahead"},
    "by_month": {"by_month"},
}


def read_expiry(node: Node, reader: Reader) -> Expiry | Missing | None:
    """`never`, `12 months`, or a mapping with one of after, inactivity, on and by_month."""
    if isinstance(node, ScalarNode):
        return reader.value(node, _never_or_after)
    entries = reader.entries(node, "expires", EXPIRY_KEYS)
    if entries is None:
        return None
    ways = [key for key in _GO_WITH if key in entries]
    if len(ways) != 1:
        reader.fault(
            node,
            "points expire 'after' a time, after 'inactivity', 'on' a day or 'by_month'; "
            "say one of them",
        )
        return None
    for text, (key, _) in entries.nodes.items():
        if text in EXPIRY_KEYS and text not in _GO_WITH[ways[0]]:
            reader.fault(key, f"'{text}' does not go with '{ways[0]}'")
    if ways == ["by_month"]:
        buckets = entries.parse("by_month", _buckets, ())
        return Expiry(ExpiryKind.MONTH_BUCKETS, buckets=buckets) if buckets else None
    if ways == ["on"]:
        month, day = entries.read("on", read_day_of_year, (12, 31))
        ahead = entries.read("years_ahead", read_integer, 1)
        return Expiry(ExpiryKind.ON_DATE, month=month, day=day, years_ahead=ahead)
    after = entries.read(ways[0], _after, None)
    round_up = entries.parse("round_up", parser_for(RoundUp).read, RoundUp.NONE)
    by_tier: dict[str, Expiry] = entries.parse("by_tier", _expiry_by_tier, {})
    if after is None:
        return None
    kind = ExpiryKind(ways[0])
    of_tiers = {
        tier: it if it.kind is ExpiryKind.NEVER else replace(it, kind=kind, round_up=round_up)
        for tier, it in by_tier.items()
    }
    renewed_by = entries.parse("renewed_by", _renewed_by, (PURCHASE,))
    return replace(after, kind=kind, round_up=round_up, by_tier=of_tiers, renewed_by=renewed_by)


def read_pending(node: Node, reader: Reader) -> Pending | Missing | None:
    """`none`, `on_event`, `14 days`, or a mapping with after and by_tier."""
    if isinstance(node, ScalarNode):
        return reader.value(node, _pending)
    entries = reader.entries(node, "pending", PENDING_KEYS, ("after",))
    if entries is None:
        return None
    after = entries.read("after", _waiting, Length())
    by_tier: dict[str, int] = entries.parse("by_tier", _days_by_tier, {})
    return Pending(PendingKind.AFTER, after.days, after.hours, by_tier)


def _after(text: str) -> Expiry:
    length = read_length(text, "days", "weeks", "months", "years")
    return Expiry(ExpiryKind.AFTER, length.years, length.months, length.days)


def _renewed_by(node: Node, reader: Reader) -> tuple[str, ...] | None:
    nodes = node.items if isinstance(node, ListNode) else [node]
    known = reader.names.events

    def read(text: str) -> str:
        activities = (PURCHASE, REDEMPTION, *(known or ()))
        return text if known is None else one_of(text, activities, "activity")

    found = [reader.value(each, read) for each in nodes]
    if not found:
        reader.fault(node, "nothing would ever move the end; write 'after' a time then")
    return None if MISREAD in found or not found else tuple(map(str, found))


def _expiry_by_tier(node: Node, reader: Reader) -> dict[str, Expiry] | None:
    entries = reader.entries(node, "by_tier", reader.names.tiers)
    if entries is None:
        return None
    return {tier: entries.read(tier, _never_or_after, Expiry()) for tier in entries.nodes}


def _never_or_after(text: str) -> Expiry:
    return Expiry() if text == "never" else _after(text)


def _buckets(node: Node, reader: Reader) -> tuple[Bucket, ...] | Missing:
    nodes = node.items if isinstance(node, ListNode) else [node]
    buckets = [reader.under(reader.path, each, _bucket) for each in nodes]
    good = tuple(bucket for bucket in buckets if isinstance(bucket, Bucket))
    if len(good) < len(buckets):
        return MISREAD
    months = sorted(month for it in good for month in range(it.from_month, it.to_month + 1))
    if months != list(range(1, 13)):
        raise Misread("the entries together name every month of the year once")
    return good


def _bucket(node: Node, reader: Reader) -> Bucket | None:
    entries = reader.entries(node, "an entry of by_month", BUCKET_KEYS, ("earned", "until"))
    if entries is None:
        return None
    earned = entries.read("earned", read_months, None)
    until = entries.read("until", read_day_of_year, None)
    ahead = entries.read("years_ahead", read_integer, 1)
    return Bucket(*earned, *until, ahead) if earned and until else None


def _pending(text: str) -> Pending:
    if text in {PendingKind.NONE, PendingKind.ON_EVENT}:
        return Pending(PendingKind(text))
    length = _waiting(text)
    return Pending(PendingKind.AFTER, length.days, length.hours)


def _waiting(text: str) -> Length:
    return read_length(text, "hours", "days", "weeks")


def _days_by_tier(node: Node, reader: Reader) -> dict[str, int] | None:
    entries = reader.entries(node, "by_tier", reader.names.tiers)
    if entries is None:
        return None
    return {
        tier: entries.read(tier, lambda text: read_length(text, "days", "weeks").days, 0)
        for tier in entries.nodes
    }
