"""Codes prove themselves as well: every tampering with them is found, and nothing where all is right."""

from __future__ import annotations

import json

import pytest

from loyalty_engine.ports import Address, CounterKey, Voucher, VoucherUse
from loyalty_engine.storage.sql.integrity import codes, verify
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.storage.sql.tables import metadata
from loyalty_engine.storage.sql.voucher_batches import add_batch, writing_codes
from tests.storage.making import (
    DAY,
    NOON,
    PROGRAM,
    enrol,
    event,
    member,
    purchase,
    redemption,
    reservation,
)
from tests.storage.test_integrity import tamper, without_checks

DECISION = b'{"vouchers":[{"rule":"r","kind":"five","seed":%d,"characters":12,"ends_at":null}]}'


def code(number: int) -> str:
    return f"{number:02x}" * 16


def fill(storage: SqlStorage) -> None:
    """A batch of three codes, of which one is used and one held; codes given by a purchase, by a
    reward, and by a purchase that was cancelled; one redeemed without a purchase; one many know.
    """
    enrol(storage, member(purchases=1))
    add_batch(storage, PROGRAM, "five", NOON, "me")
    like = Voucher("", "five", NOON, batch=1)
    with writing_codes(storage, PROGRAM, like) as write:
        write([bytes.fromhex(code(number)) for number in (1, 2, 3)])
    with storage.begin(PROGRAM, NOON) as work:
        work.add_purchase(purchase(decision=DECISION % 44))
        work.add_purchase(purchase("T-2", decision=DECISION % 55, state="cancelled", visits=0))
        for name in ("T-1", "T-2"):
            work.add_address(Address("purchase", name), 7)
            work.announce(event(f"purchase_recorded:{name}:1"))
        work.add_vouchers(
            [
                Voucher(code(4), "five", NOON, 7, 44, purchase="T-1", rule="r"),
                Voucher(code(5), "five", NOON, 7, 55, purchase="T-2", rule="r", withdrawn=True),
                Voucher(code(6), "gift", NOON, 7, 66, rule="reward:mug", worth=500),
            ]
        )
        work.save_redemption(redemption(gave=json.dumps({"code": {"seed": 66}}).encode()))
        work.add_address(Address("redemption", "D-9"), 7)
        held = b'{"points":{},"counted":[],"discounts":{},"codes":["%s"]}' % code(2).encode()
        work.save_reservation(reservation(held=held))
        work.add_address(Address("reservation", "R-9"), 7)
        work.hold_voucher(code(2), "R-9", reservation().expires_at)
        work.use_voucher(code(1), 1)
        work.save_voucher_use(VoucherUse(code(1), "purchase:T-1", "five", NOON, 7, 500))
        key = CounterKey("all", "five/uses", "2026", 0, 1)
        work.use(key, 1, 10)
        work.use_voucher(code(6), 1)
        used = VoucherUse(
            code(6), "redemption:o-7", "gift", NOON, 7, 500, {"five/uses|2026|0|all": 1}
        )
        work.save_voucher_use(used)
        undone = VoucherUse(code(3), "purchase:T-2", "five", NOON, 7, 500, undone_at=NOON + DAY)
        work.save_voucher_use(undone)
        work.save_voucher_use(VoucherUse(code(9), "purchase:T-1", "summer", NOON, 7, 500))


def checks(storage: SqlStorage) -> set[str]:
    return {it.check for it in verify(storage, PROGRAM).findings}


def test_proper_codes_are_clean(storage: SqlStorage):
    fill(storage)
    report = verify(storage, PROGRAM)
    assert report.findings == ()
    assert (report.counts["vouchers"], report.counts["voucher_uses"]) == (6, 4)


TAMPERINGS = [
    ("UPDATE vouchers SET uses = 0 WHERE uses = 1 AND batch = 1", {"voucher_uses"}),
    ("UPDATE vouchers SET uses = 1 WHERE held_by IS NOT NULL", {"voucher_uses"}),
    ("DELETE FROM voucher_uses WHERE use = 'purchase:T-1' AND kind = 'five'", {"voucher_uses"}),
    ("UPDATE voucher_uses SET undone_at = 1 WHERE use LIKE 'redemption:%'", {
        "voucher_uses", "counter_use"}),
    ("UPDATE voucher_uses SET undone_at = NULL", {"voucher_uses"}),
    ("UPDATE voucher_uses SET counted = '{}'", {"counter_use"}),
    ("UPDATE counters SET used = 2", {"counter_use"}),
    ("UPDATE vouchers SET held_by = 'R-8' WHERE held_by = 'R-9'", {"voucher_held"}),
    ("UPDATE vouchers SET held_until = held_until + 1 WHERE held_by = 'R-9'", {"voucher_held"}),
    ("UPDATE reservations SET state = 'released'", {"voucher_held"}),
    ("UPDATE vouchers SET withdrawn = 0", {"voucher_of_undone_purchase"}),
    ("UPDATE purchases SET state = 'cancelled', visits = 0", {
        "voucher_of_undone_purchase", "member_purchases"}),
    ("UPDATE vouchers SET kind = 'ten' WHERE uses = 1 AND batch = 1", {
        "use_of_other_code", "batch_count"}),
    ("UPDATE voucher_uses SET kind = 'five' WHERE kind = 'summer'", {"use_of_other_code"}),
    ("UPDATE voucher_uses SET use = 'purchase:T-9' WHERE use = 'purchase:T-2'", {
        "use_without_purchase"}),
    ("UPDATE voucher_batches SET codes = 4", {"batch_count"}),
    ("DELETE FROM vouchers WHERE held_by = 'R-9'", {"batch_count"}),
    ("UPDATE vouchers SET batch = 2 WHERE held_by = 'R-9'", {"batch_count"}),
    ("DELETE FROM voucher_batches", {"batch_count"}),
    ("UPDATE vouchers SET seed = 77 WHERE seed = 44", {"voucher_given"}),
    ("DELETE FROM vouchers WHERE seed = 55", {"voucher_given"}),
    ("UPDATE vouchers SET seed = 77 WHERE seed = 66", {"voucher_given"}),
    ("UPDATE vouchers SET uses = 2 WHERE batch = 1 AND uses = 1", {
        "voucher_overrun", "voucher_uses"}),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "expected"), TAMPERINGS, ids=[it[0] for it in TAMPERINGS])
def test_every_tampering_is_found(sqlite_storage: SqlStorage, statement: str, expected: set[str]):
    fill(sqlite_storage)
    tamper(sqlite_storage, "PRAGMA ignore_check_constraints = ON", statement)
    assert checks(sqlite_storage) == expected


def test_every_tampering_is_found_on_postgresql_too(postgres_storage: SqlStorage):
    tamper(postgres_storage, *without_checks(postgres_storage))
    everything = [
        f"DELETE FROM {table}" for table in metadata.tables if not table.endswith("entries")
    ]
    missed = {}
    for statement, expected in TAMPERINGS:
        tamper(postgres_storage, *everything)
        fill(postgres_storage)
        tamper(postgres_storage, statement)
        if (found := checks(postgres_storage)) != expected:
            missed[statement] = found
    assert missed == {}


def test_pages_cover_every_code(sqlite_storage: SqlStorage, monkeypatch: pytest.MonkeyPatch):
    fill(sqlite_storage)
    monkeypatch.setattr(codes, "_ENDS", codes.ends_of_pages(1))
    report = verify(sqlite_storage, PROGRAM)
    assert report.findings == ()
    assert (report.counts["vouchers"], report.counts["voucher_uses"]) == (6, 4)
    parts, place = [], None
    while True:
        part = verify(sqlite_storage, PROGRAM, start=place, enough=lambda: True)
        parts.append(part)
        place = part.next
        if place is None:
            break
    assert sum(it.counts.get("vouchers", 0) for it in parts) == 6
    assert sum(1 for it in parts if it.next and it.next.column == "code") > 2
