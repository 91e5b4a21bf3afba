"""Values to store, with what a test does not care about filled in."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from loyalty_engine.domain.ledger import AccountBook, Cause
from loyalty_engine.domain.tiers import State
from loyalty_engine.ports import (
    Address,
    Event,
    Hold,
    MemberRecord,
    Operation,
    Redemption,
    Reservation,
    StoredPurchase,
    StoredReturn,
    View,
    Work,
)
from loyalty_engine.storage.sql.storage import SqlStorage

PROGRAM = "grocer"
NOON = datetime(2026, 3, 5, 12, 0, 0, 123456, tzinfo=UTC)
DAY = timedelta(days=1)


def state(tier: str = "basic", **changes: Any) -> State:
    values: dict[str, Any] = {
        "tier": tier,
        "since": NOON - 9 * DAY,
        "until": NOON + 300 * DAY,
        "window_from": NOON - 60 * DAY,
        "window_until": NOON + 300 * DAY,
        "sums": {"spend": 1250, "visits": 3},
        "last_at": NOON - DAY,
        "enrolled_at": NOON - 90 * DAY,
        "due": NOON + 300 * DAY,
        "granted": True,
    }
    return State(**values | changes)


def member(number: int = 7, **changes: Any) -> MemberRecord:
    record = MemberRecord(
        number=number,
        account=number,
        id=f"member-{number}",
        status="active",
        enrolled_at=NOON - 90 * DAY,
        touchpoint="till",
        language="fr",
        preferred_channel="email",
        attributes={"diet": "végan", "children": 2, "newsletter": True},
        recorded_at=NOON,
        tier=state(),
        purchases=4,
        last_purchase_at=NOON - DAY,
    )
    return replace(record, **changes)


def purchase(id: str = "T-1", member: int = 7, revision: int = 1, **changes: Any) -> StoredPurchase:
    stored = StoredPurchase(
        member=member,
        purchase=id,
        revision=revision,
        account=member,
        state="recorded",
        occurred_at=NOON - timedelta(hours=1),
        recorded_at=NOON,
        fingerprint=b"\x00\xff" * 16,
        body=b'{"id": "T-1"}',
        facts=b"{}",
        decision=b"{}",
        receipt=b"{}",
        kept=b'{"lines": {}}',
        rulebook="sha256:0",
        spend=1999,
        visits=1,
        measures={"stars": 4},
        paid=1999,
    )
    return replace(stored, **changes)


def stored_return(id: str = "R-1", **changes: Any) -> StoredReturn:
    record = StoredReturn(
        member=7,
        purchase="T-1",
        id=id,
        revision=1,
        occurred_at=NOON,
        recorded_at=NOON,
        fingerprint=b"\x01",
        body=b"{}",
        receipt=b"{}",
    )
    return replace(record, **changes)


def operation(key: str = "key-1", **changes: Any) -> Operation:
    return replace(
        Operation(client="till-1", key=key, fingerprint=b"\xfe\x00", at=NOON, status=0), **changes
    )


def event(id: str = "e1", version: int = 1, member: int = 7, **changes: Any) -> Event:
    return replace(Event(member, id, version, "purchase_recorded", b"{}", NOON), **changes)


def reservation(id: str = "R-9", **changes: Any) -> Reservation:
    record = Reservation(7, id, "open", NOON + timedelta(minutes=30), b"{}", b"{}", b"{}")
    return replace(record, **changes)


def hold(id: str = "H-9", **changes: Any) -> Hold:
    record = Hold(
        7, id, "points", 10, "open", NOON, NOON + timedelta(minutes=30), b"\x00\xff", b"[[1, 10]]"
    )
    return replace(record, **changes)


def redemption(id: str = "D-9", **changes: Any) -> Redemption:
    record = Redemption(
        7, id, "mug", "goods", "taken", "north", NOON, "sha256:1", 250, 310, b"\x00\xff",
        b"{}", b"[]", b"{}", b"{}",
    )  # fmt: skip
    return replace(record, **changes)


def cause(kind: str = "earn", **changes: Any) -> Cause:
    return replace(Cause(kind, member=7, at=NOON, purchase="T-1", rule="base"), **changes)


def enrol(storage: SqlStorage, record: MemberRecord | None = None) -> MemberRecord:
    """A member with the addresses that find it."""
    record = record or member()
    with storage.begin(PROGRAM, NOON) as work:
        work.add_member(record)
        if record.id:
            work.add_address(Address("member", record.id), record.number)
        work.add_address(Address("identifier:card", f"card-{record.number}"), record.number)
    return record


def book(view: View, account: int = 7, now: datetime = NOON) -> AccountBook:
    """The account's book as it is stored, its member locked."""
    found = view.member(account)
    assert found is not None
    return AccountBook(
        found.account, found.version, view.balances(account), lambda: view.open_lots(account), now
    )


def write(storage: SqlStorage, act: Callable[[AccountBook], object], now: datetime = NOON) -> None:
    """Do something with the account of member 7 and save it."""
    with storage.begin(PROGRAM, now) as work:
        it = book(work, now=now)
        act(it)
        work.save_book(it)


def save(storage: SqlStorage, act: Callable[[Work], object], now: datetime = NOON) -> None:
    """One unit of work."""
    with storage.begin(PROGRAM, now) as work:
        act(work)
