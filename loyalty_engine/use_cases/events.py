"""What is told to those who react: events for the outbox, members named by number."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from loyalty_engine.domain.ledger import AccountBook
from loyalty_engine.ports import Event, StoredPurchase
from loyalty_engine.use_cases.receipt import to_json


def purchase_event(kind: str, stored: StoredPurchase, version: int, at: datetime) -> Event:
    """Something happened to a purchase: its id, revision, state and what it counts now."""
    body = {
        "member": stored.member,
        "purchase": stored.purchase,
        "revision": stored.revision,
        "state": stored.state,
        "occurred_at": stored.occurred_at,
        "spend": stored.spend,
        "points": dict(stored.measures),
        "version": version,
    }
    name = f"{kind}:{stored.purchase}:{stored.revision}"
    return Event(stored.member, name, version, kind, to_json(body), at)


def return_event(stored: StoredPurchase, id: str, version: int, at: datetime) -> Event:
    """A return, under an id of its own."""
    body = {"member": stored.member, "purchase": stored.purchase, "return": id, "version": version}
    return Event(
        stored.member, f"purchase_returned:{stored.purchase}:{id}", version,
        "purchase_returned", to_json(body | {"state": stored.state}), at,
    )  # fmt: skip


def member_event(
    kind: str, member: int, id: str, version: int, at: datetime, body: Mapping[str, Any]
) -> Event:
    """Something happened to a member."""
    told = {"member": member, "version": version, **body}
    return Event(member, f"{kind}:{id}", version, kind, to_json(told), at)


def settled_event(member: int, book: AccountBook, at: datetime) -> Event:
    """Points became available or expired: what time has brought is booked."""
    kinds = sorted({entry.kind for entry in book.entries})
    return member_event(
        "account_settled", member, str(book.version), book.version, at, {"kinds": kinds}
    )
