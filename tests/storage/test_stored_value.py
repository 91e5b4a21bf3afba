"""Purses in the database: what it refuses by itself, and that every tampering with them is found."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from loyalty_engine.domain.purse_book import PurseBook
from loyalty_engine.domain.stored_value import SOLD, Purse, PurseKind, ValueCause, ValueHold
from loyalty_engine.ports import Address
from loyalty_engine.storage.errors import Retry, StorageBug
from loyalty_engine.storage.sql.integrity import ValueTotals, value_totals, verify
from loyalty_engine.storage.sql.storage import SqlStorage
from tests.storage.making import DAY, NOON, PROGRAM, save
from tests.storage.test_integrity import GUARDS, tamper, without_checks

CARD = Purse(77, PurseKind.GIFT_CARD, "EUR", NOON, code="0f" * 16)


def fill(storage: SqlStorage) -> None:
    """A card of which some was used, some is held, and some has expired."""
    with storage.begin(PROGRAM, NOON) as work:
        work.add_purses([CARD])
        book = PurseBook(CARD, NOON)
        book.load(500, SOLD, ValueCause("load"), NOON + DAY)
        book.spend(100, ValueCause("spend", "purchase:T-1:1", "T-1"))
        book.hold(150, ValueCause("hold"))
        work.add_address(Address("value_hold", "VH-1"), CARD.number)
        hold = ValueHold(77, "VH-1", 150, "open", NOON, NOON + 9 * DAY, b"")
        work.save_value_hold(hold)
        work.save_purse(book)
    with storage.begin(PROGRAM, NOON + DAY) as work:
        work.save_purse(PurseBook(work.purses([77])[77], NOON + DAY))


def test_proper_purses_are_clean_and_add_up(storage: SqlStorage):
    fill(storage)
    report = verify(storage, PROGRAM)
    assert report.findings == ()
    assert (report.counts["purses"], report.counts["value_entries"]) == (1, 4)
    sums = {"EUR": ValueTotals(issued=500, used=100, expired=250, outstanding=150)}
    assert report.stored_value == sums == value_totals(storage, PROGRAM)
    assert report.totals == {}, "no points"


TAMPERINGS = [
    ("UPDATE purses SET available = 1", "purse_sums"),
    ("UPDATE purses SET held = 149", "purse_sums"),
    ("UPDATE purses SET loaded = 501", "purse_sums"),
    ("UPDATE purses SET expired = 249", "purse_sums"),
    ("UPDATE purses SET version = 5", "purse_sums"),
    ("DELETE FROM purses", "purse_sums"),
    ("DELETE FROM value_entries WHERE version = 2", "purse_sums"),
    ("UPDATE value_entries SET amount = 99 WHERE version = 2", "purse_sums"),
    ("UPDATE value_entries SET destination = 'expired' WHERE version = 2", "purse_sums"),
    ("UPDATE value_entries SET amount = 501 WHERE version = 2", "purse_never_below"),
    ("UPDATE value_holds SET state = 'released'", "purse_holds"),
    ("DELETE FROM value_holds", "purse_holds"),
    ("UPDATE value_holds SET amount = 151", "purse_holds"),
]


@pytest.mark.parametrize(("statement", "check"), TAMPERINGS, ids=[it[0] for it in TAMPERINGS])
def test_every_tampering_is_found(sqlite_storage: SqlStorage, statement: str, check: str):
    fill(sqlite_storage)
    unchecked = "PRAGMA ignore_check_constraints = ON"
    tamper(sqlite_storage, *GUARDS["sqlite"], unchecked, statement)
    assert check in {it.check for it in verify(sqlite_storage, PROGRAM).findings}


def test_every_tampering_is_found_on_postgresql_too(postgres_storage: SqlStorage):
    tamper(postgres_storage, *GUARDS["postgresql"], *without_checks(postgres_storage))
    tables = ("purses", "value_entries", "value_holds", "addresses")
    for statement, check in TAMPERINGS:
        tamper(postgres_storage, *(f"DELETE FROM {table}" for table in tables))
        fill(postgres_storage)
        tamper(postgres_storage, statement)
        assert check in {it.check for it in verify(postgres_storage, PROGRAM).findings}, statement


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE value_entries SET amount = 1",
        "DELETE FROM value_entries",
        "UPDATE purses SET available = -1",
        "UPDATE purses SET available = 251",
        "UPDATE purses SET code = NULL",
        "UPDATE purses SET member = 7",
        "UPDATE purses SET state = 'inactive'",
        "UPDATE purses SET replaced_by = 8",
        "UPDATE value_holds SET captured = 1",
    ],
)
def test_the_database_refuses_what_cannot_be(storage: SqlStorage, statement: str):
    fill(storage)
    with pytest.raises(sa.exc.DBAPIError):
        tamper(storage, statement)


def test_a_purchase_moves_a_purse_once(storage: SqlStorage):
    fill(storage)
    with storage.read(PROGRAM) as view:
        book = PurseBook(view.purses([77])[77], NOON)
    book.load(10, SOLD, ValueCause("load"), None)
    book.spend(10, ValueCause("spend", "purchase:T-1:1", "T-1"))
    with pytest.raises(Retry):
        save(storage, lambda work: work.save_purse(book))


def test_who_has_read_a_purse_before_somebody_else_wrote_it_does_not_write_it(storage: SqlStorage):
    fill(storage)
    book = PurseBook(CARD, NOON)
    book.load(10, SOLD, ValueCause("load"), None)
    with pytest.raises((StorageBug, Retry)):
        save(storage, lambda work: work.save_purse(book))


def test_what_is_due_is_found_page_by_page(storage: SqlStorage):
    fill(storage)
    with storage.begin(PROGRAM, NOON) as work:
        for number in (5, 9):
            purse = Purse(number, PurseKind.STORE_CREDIT, "EUR", NOON, member=7)
            work.add_purses([purse])
            book = PurseBook(purse, NOON)
            book.load(10, SOLD, ValueCause("give"), NOON + DAY)
            work.save_purse(book)
    with storage.read(PROGRAM) as view:
        assert view.purses_due(NOON + DAY) == [5, 9]
        assert view.purses_due(NOON + DAY, after=5) == [9]
        assert view.purses_due(NOON + 9 * DAY, limit=2) == [5, 9]
        assert view.purses_due(NOON + 9 * DAY, after=9) == [77]
        assert view.purses_due(NOON + DAY - timedelta(microseconds=1)) == []
