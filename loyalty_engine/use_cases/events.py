"""What is told to those who react: events for the outbox, members named by number."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from loyalty_engine.domain.ledger import AccountBook
from loyalty_engine.ports import Event, StoredPurchase
from loyalty_engine.use_cases.answering import to_json

Tiers = tuple[str, str]
"""The member's tier before and after; before is what the event before this one left."""


def purchase_event(
    kind: str,
    stored: StoredPurchase,
    version: int,
    at: datetime,
    tiers: Tiers | None = None,
    more: Mapping[str, Any] | None = None,
) -> Event:
    """Something happened to a purchase: its id, revision, state and what it counts now.

    `tiers` is None for a guest's. `more` is told of what few purchases do.
    """
    body = {
        "member": stored.member,
        "purchase": stored.purchase,
        "revision": stored.revision,
        "state": stored.state,
        "occurred_at": stored.occurred_at,
        "spend": stored.spend,
        "points": dict(stored.measures),
        "version": version,
    } | _told(tiers)
    name = f"{kind}:{stored.purchase}:{stored.revision}"
    return Event(stored.member, name, version, kind, to_json({**body, **(more or {})}), at)


def happening_event(
    kind: str, stored: StoredPurchase, event: str, of: str, version: int, at: datetime, tiers: Tiers
) -> Event:
    """Something that is no purchase happened, or did not after all; `of` is its declared kind."""
    body = {
        "member": stored.member,
        "event": event,
        "kind": of,
        "state": stored.state,
        "occurred_at": stored.occurred_at,
        "points": dict(stored.measures),
        "version": version,
    } | _told(tiers)
    name = f"{kind}:{stored.purchase}:{stored.revision}"
    return Event(stored.member, name, version, kind, to_json(body), at)


def return_event(
    stored: StoredPurchase, id: str, version: int, at: datetime, tiers: Tiers | None = None
) -> Event:
    """A return, under an id of its own. `tiers` is None for a guest's."""
    body = {"member": stored.member, "purchase": stored.purchase, "return": id, "version": version}
    return Event(
        stored.member, f"purchase_returned:{stored.purchase}:{id}", version,
        "purchase_returned", to_json(body | {"state": stored.state} | _told(tiers)), at,
    )  # fmt: skip


def member_event(
    kind: str, member: int, id: str, version: int, at: datetime, body: Mapping[str, Any]
) -> Event:
    """Something happened to a member. `id` never repeats for this kind and member."""
    told = {"member": member, "version": version, **body}
    return Event(member, f"{kind}:{id}", version, kind, to_json(told), at)


def settled_event(member: int, book: AccountBook, at: datetime, tiers: Tiers) -> Event:
    """Points became available or expired: what time has brought is booked."""
    kinds = sorted({entry.kind for entry in book.entries})
    told = {"kinds": kinds} | _told(tiers)
    return member_event("account_settled", member, str(book.version), book.version, at, told)


def _told(tiers: Tiers | None) -> dict[str, Any]:
    return {} if tiers is None else {"tier": {"before": tiers[0], "after": tiers[1]}}
