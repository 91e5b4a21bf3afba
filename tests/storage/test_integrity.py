"""The proof finds nothing in books that were written properly, and every tampering with them."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty_engine.domain.challenges import Tally
from loyalty_engine.domain.errors import InsufficientPoints
from loyalty_engine.domain.holds import parted
from loyalty_engine.domain.ledger import AccountBook
from loyalty_engine.ports import Address, Card, CounterKey
from loyalty_engine.storage.errors import Retry
from loyalty_engine.storage.sql.integrity import Report, Totals, totals, verify
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.storage.sql.tables import metadata
from tests.storage.making import (
    DAY,
    NOON,
    PROGRAM,
    book,
    cause,
    enrol,
    event,
    hold,
    member,
    purchase,
    reservation,
    save,
    stored_return,
    write,
)

KEPT = b'{"counted":{"budget|2026|2|all":5},"steps":{"stamps||7":{"amount":2,"keys":{"tea":1}}}}'
CARD = Card(7, "", "stamps", None, None, Tally(2, {"tea": 1}))


def fill(storage: SqlStorage) -> None:
    """A little of everything, all of it right."""
    enrol(storage, member(purchases=1))
    with storage.begin(PROGRAM, NOON) as work:
        it = book(work)
        it.issue("points", 100, cause(), active_from=NOON, expires_at=NOON + 30 * DAY)
        it.issue("points", 50, cause(), active_from=NOON, expires_at=NOON + 10 * DAY)
        it.issue("points", 30, cause(), active_from=NOON + 5 * DAY)
        it.issue("stamps", 2, cause(), active_from=NOON)
        it.spend("points", 70, cause("spend"))
        held = it.hold("points", 15, cause("hold"))
        it.take_back("stamps", 5, cause("take_back"), pending_only=False, into_debt=True)
        work.save_book(it)
        work.add_purchase(purchase(kept=KEPT))
        work.save_cards([CARD])
        work.add_address(Address("purchase", "T-1"), 7)
        work.announce(event("purchase_recorded:T-1:1"))
        work.add_return(stored_return())
        in_hold, reserved = parted(held, 5)
        parts = ", ".join(f"[{lot}, {amount}]" for lot, amount in reserved)
        set_aside = f'{{"points": {{"points": [{parts}]}}}}'.encode()
        work.save_reservation(reservation(held=set_aside))
        work.add_address(Address("reservation", "R-9"), 7)
        work.save_hold(hold(points=5, portions=json.dumps(in_hold).encode()))
        work.add_address(Address("hold", "H-9"), 7)
        work.use(CounterKey("all", "budget", "2026", 2, 4), 5, 10)


def test_proper_books_are_clean(storage: SqlStorage):
    fill(storage)
    report = verify(storage, PROGRAM)
    assert report.findings == ()
    assert report.clean
    assert report.counts == {
        "accounts": 1, "balances": 2, "lots": 4, "entries": 9, "members": 1, "purchases": 1,
        "returns": 1, "vouchers": 0, "voucher_uses": 0, "purses": 0, "value_entries": 0,
    }  # fmt: skip
    assert report.totals["points"] == Totals(issued=180, redeemed=70, outstanding=110)
    assert report.totals["stamps"] == Totals(issued=2, clawed=5, outstanding=-3)


def test_an_empty_programme_is_clean(storage: SqlStorage):
    fill(storage)
    assert verify(storage, "fashion") == Report("fashion", {
        "accounts": 0, "balances": 0, "lots": 0, "entries": 0, "members": 0, "purchases": 0,
        "returns": 0, "vouchers": 0, "voucher_uses": 0, "purses": 0, "value_entries": 0,
    }, (), {})  # fmt: skip


TAMPERINGS = [
    ("UPDATE challenge_cards SET total = 3", {"challenge_card"}),
    ("UPDATE challenge_cards SET keys = '{}'", {"challenge_card"}),
    ("UPDATE challenge_cards SET given = '[1]'", {"challenge_card"}),
    ("DELETE FROM challenge_cards", {"challenge_card"}),
    ("UPDATE entries SET amount = 101 WHERE version = 1", {
        "balance_of_entries", "lot_of_entries", "conservation"}),
    ("DELETE FROM entries WHERE version = 3", {
        "version_gap", "balance_of_entries", "lot_of_entries", "conservation"}),
    ("DELETE FROM entries WHERE version = 9", {"version_gap", "balance_of_entries", "conservation"}),
    ("UPDATE entries SET source = 'held' WHERE version = 1", {
        "balance_of_entries", "lot_of_entries", "conservation"}),
    ("UPDATE entries SET lot = NULL WHERE version = 5", {
        "entry_shape", "lot_of_entries", "spending_order"}),
    ("UPDATE entries SET lot = 1 WHERE version = 5", {"lot_of_entries", "spending_order"}),
    ("UPDATE entries SET at = at + 864000000000 WHERE version = 5", {"spent_outside_dates"}),
    ("UPDATE entries SET kind = 'x', at = 0 WHERE version = 5", {"spent_outside_dates"}),
    ("UPDATE lots SET remaining = remaining + 1 WHERE lot = 1", {
        "balance_of_lots", "lot_of_entries"}),
    ("UPDATE lots SET held = held - 1 WHERE lot = 1", {"balance_of_lots", "lot_of_entries"}),
    ("UPDATE balances SET held = held + 1 WHERE unit = 'points'", {
        "balance_of_lots", "balance_of_entries", "held_for_reservations", "conservation"}),
    ("UPDATE lots SET pending = 0 WHERE lot = 3", {"balance_of_lots"}),
    ("UPDATE lots SET active_from = active_from - 1 WHERE lot = 3", {"next_change_missed"}),
    ("DELETE FROM lots WHERE lot = 3", {"balance_of_lots", "lot_of_entries"}),
    ("UPDATE lots SET unit = 'stamps' WHERE lot = 3", {
        "balance_of_lots", "lot_of_entries", "next_change_missed"}),
    ("UPDATE balances SET available = available + 1 WHERE unit = 'points'", {
        "balance_of_entries", "balance_of_lots", "conservation"}),
    ("UPDATE balances SET debt = 2 WHERE unit = 'stamps'", {"balance_of_entries", "conservation"}),
    ("UPDATE balances SET next_change_at = NULL", {"next_change_missed"}),
    ("DELETE FROM balances WHERE unit = 'stamps'", {"balance_of_entries", "conservation"}),
    ("UPDATE accounts SET version = 11", {"version_gap"}),
    ("DELETE FROM accounts", {"version_gap", "member_without_account"}),
    ("UPDATE members SET purchases = 2", {"member_purchases"}),
    ("UPDATE members SET id = 'else'", {"member_address"}),
    ("DELETE FROM members", {
        "purchase_without_member", "address_without_member", "held_for_reservations"}),
    ("UPDATE purchases SET visits = 0", {"member_purchases"}),
    ("UPDATE purchases SET revision = 2", {"purchase_event", "return_without_purchase"}),
    ("DELETE FROM purchases", {
        "member_purchases", "return_without_purchase", "counter_use", "challenge_card"}),
    ("UPDATE counters SET used = 4 WHERE slice = 2", {"counter_use"}),
    ("UPDATE counters SET used = 1 WHERE slice = 1", {"counter_use"}),
    ("UPDATE counters SET slice = 9 WHERE slice = 2", {"counter_use"}),
    ("DELETE FROM counters", {"counter_use"}),
    ("DELETE FROM addresses WHERE kind = 'purchase'", {"purchase_address"}),
    ("UPDATE addresses SET member = 8 WHERE kind = 'purchase'", {"purchase_address"}),
    ("DELETE FROM outbox", {"purchase_event"}),
    ("UPDATE reservations SET state = 'lapsed'", {"held_for_reservations"}),
    ("UPDATE holds SET state = 'released'", {"held_for_reservations"}),
    ("UPDATE holds SET points = 6", {"held_for_reservations", "hold_of_lots"}),
]  # fmt: skip
GUARDS = {
    "sqlite": [
        f"DROP TRIGGER {table}_no_{verb}"
        for table in ("entries", "value_entries")
        for verb in ("update", "delete")
    ],
    "postgresql": [
        f"DROP TRIGGER {table}_append_only ON {table}" for table in ("entries", "value_entries")
    ],
}
UNCHECKED = [
    ("UPDATE entries SET amount = -amount WHERE version = 4", "entry_shape"),
    ("UPDATE entries SET destination = 'redeemed' WHERE version = 4", "entry_shape"),
    ("UPDATE entries SET destination = source WHERE version = 4", "entry_shape"),
    ("UPDATE entries SET source = 'heaven' WHERE version = 4", "entry_shape"),
    ("UPDATE lots SET remaining = granted + 1 WHERE lot = 1", "lot_bounds"),
    ("UPDATE lots SET held = remaining + 1 WHERE lot = 1", "lot_bounds"),
    ("UPDATE lots SET clawed = granted WHERE lot = 1", "lot_bounds"),
    ("UPDATE balances SET debt = 1 WHERE unit = 'points'", "debt_beside_points"),
    ("UPDATE balances SET held = -1 WHERE unit = 'points'", "debt_beside_points"),
    ("UPDATE purchases SET refunded = paid + 1", "purchase_refund"),
    ("UPDATE counters SET used = 11", "counter_overrun"),
    ("UPDATE counters SET used = -1", "counter_overrun"),
]
"""What constraints would refuse: for a database that has lost them."""


def tamper(storage: SqlStorage, *statements: str) -> None:
    engine = sa.create_engine(storage.url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))


@pytest.mark.parametrize(("statement", "expected"), TAMPERINGS, ids=[it[0] for it in TAMPERINGS])
def test_every_tampering_is_found(sqlite_storage: SqlStorage, statement: str, expected: set[str]):
    fill(sqlite_storage)
    tamper(sqlite_storage, *GUARDS["sqlite"], statement)
    assert {it.check for it in verify(sqlite_storage, PROGRAM).findings} == expected


@pytest.mark.parametrize(("statement", "expected"), UNCHECKED, ids=[it[0] for it in UNCHECKED])
def test_what_constraints_refuse_is_found_without_them(
    sqlite_storage: SqlStorage, statement: str, expected: str
):
    fill(sqlite_storage)
    tamper(sqlite_storage, *GUARDS["sqlite"], "PRAGMA ignore_check_constraints = ON", statement)
    assert expected in {it.check for it in verify(sqlite_storage, PROGRAM).findings}


def test_every_tampering_is_found_on_postgresql_too(postgres_storage: SqlStorage):
    tamper(postgres_storage, *GUARDS["postgresql"], *without_checks(postgres_storage))
    everything = [f"DELETE FROM {table}" for table in metadata.tables]
    missed = {}
    for statement, expected in [*TAMPERINGS, *[(text, {name}) for text, name in UNCHECKED]]:
        tamper(postgres_storage, *everything)
        fill(postgres_storage)
        tamper(postgres_storage, statement)
        found = {it.check for it in verify(postgres_storage, PROGRAM).findings}
        if not expected <= found:
            missed[statement] = expected - found
    assert missed == {}


def without_checks(storage: SqlStorage) -> list[str]:
    found = "SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype = 'c'"
    engine = sa.create_engine(storage.url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        rows = connection.execute(sa.text(f"{found} AND conrelid <> 0"))
        return [f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, name in rows]


def test_a_finding_says_where_and_how(storage: SqlStorage):
    fill(storage)
    tamper(storage, "UPDATE balances SET available = available + 3 WHERE unit = 'points'")
    found = {it.check: (it.where, it.detail) for it in verify(storage, PROGRAM).findings}
    assert found["balance_of_entries"] == (
        "account 7, points",
        "the balance exceeds its entries by 3 available, 0 pending, 0 held, 0 debt",
    )
    assert found["conservation"] == (
        "points",
        "0 made up; entries say 110 are owed, balances 113",
    )


def test_pages_cover_everybody(storage: SqlStorage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("loyalty_engine.storage.sql.integrity.sums.PAGE_ROWS", 2)
    monkeypatch.setattr("loyalty_engine.storage.sql.integrity.sums._ends", {})
    for number in range(1, 8):
        enrol(storage, member(number, purchases=0))
        with storage.begin(PROGRAM, NOON) as work:
            it = book(work, number)
            it.issue("points", number, cause(member=number), active_from=NOON)
            work.save_book(it)
    done: list[int] = []
    report = verify(storage, PROGRAM, done.append)
    assert report.findings == ()
    assert report.counts["accounts"] == report.counts["members"] == 7
    assert report.totals["points"].issued == 28
    assert done == sorted(done)
    assert len(done) > 4
    assert totals(storage, PROGRAM) == report.totals


def test_totals_as_of_a_past_instant(storage: SqlStorage):
    enrol(storage)
    write(storage, lambda it: it.issue("points", 10, cause(), active_from=NOON))
    later = NOON + DAY
    write(storage, lambda it: it.spend("points", 4, cause("spend", at=later)), later)
    assert totals(storage, PROGRAM, NOON) == {"points": Totals(issued=10, outstanding=10)}
    assert totals(storage, PROGRAM, NOON - DAY) == {}
    assert totals(storage, PROGRAM) == {"points": Totals(issued=10, redeemed=4, outstanding=6)}


# --- random lives of an account ------------------------------------------------------------

Act = Callable[[AccountBook, "Life"], object]
points = st.integers(1, 60)
days = st.integers(-3, 12)
units = st.sampled_from(["points", "stamps"])
purchases = st.sampled_from(["T-1", "T-2", "T-3"])


class Life:
    """What a caller has to remember between calls."""

    def __init__(self) -> None:
        self.holds: list[tuple[str, list[tuple[int, int]]]] = []
        self.spent: list[tuple[str, list[tuple[int, int]]]] = []


@st.composite
def acts(draw: st.DrawFn) -> tuple[str, Act]:
    kind = draw(
        st.sampled_from(
            ["issue", "issue", "spend", "hold", "release", "capture", "take_back", "give_back",
             "unspend", "settle"]
        )
    )  # fmt: skip
    unit, amount, which = draw(units), draw(points), draw(st.integers(0, 3))
    start, length, bill = draw(days), draw(st.integers(1, 9)), draw(purchases)
    keeps, debt = draw(st.booleans()), draw(st.booleans())

    def act(it: AccountBook, life: Life) -> None:
        reason = cause(kind, at=it.now, purchase=bill)
        if kind == "issue":
            begins = it.now + start * DAY
            ends = None if keeps else max(begins, it.now) + length * DAY
            it.issue(unit, amount, reason, active_from=begins, expires_at=ends)
        elif kind in {"spend", "hold"} and it.spendable(unit, it.now) >= amount:
            taken = getattr(it, kind)(unit, amount, reason)
            (life.spent if kind == "spend" else life.holds).append((unit, taken))
        elif kind in {"release", "capture"} and life.holds:
            held_unit, portions = life.holds.pop(which % len(life.holds))
            getattr(it, kind)(held_unit, portions, reason)
        elif kind == "take_back":
            it.take_back(unit, amount, reason, pending_only=keeps, into_debt=debt)
        elif kind == "give_back":
            it.give_back(unit, amount, reason)
        elif kind == "unspend" and life.spent:
            spent_unit, portions = life.spent.pop(which % len(life.spent))
            it.unspend(spent_unit, portions, reason, it.now + DAY)

    return kind, act


def live(storage: SqlStorage, life: Life, day: int, doings: list[tuple[str, Act]]) -> None:
    """One unit of work: everything done on that day, loaded before and saved after."""
    now = NOON + day * DAY
    with storage.begin(PROGRAM, now) as work:
        found = work.member(7)
        assert found is not None
        it = AccountBook(
            7, found.version, work.balances(7), lambda: work.lots_numbered(7, range(1, 400)), now
        )
        it.settle()
        for _, act in doings:
            try:
                act(it, life)
            except InsufficientPoints:
                continue
        set_aside: dict[str, list[tuple[int, int]]] = {}
        for unit, portions in life.holds:
            set_aside.setdefault(unit, []).extend(portions)
        work.save_reservation(reservation(held=json.dumps({"points": set_aside}).encode()))
        work.save_book(it)
        expected = {unit: replace(balance) for unit, balance in it.balances.items()}
    with storage.read(PROGRAM) as view:
        loaded = view.member(7)
        assert loaded is not None
        assert loaded.version == it.version
        assert view.balances(7) == expected
        entries = [entry for entry, _ in view.entries(7, it.first_version, limit=1000)]
        assert entries == it.entries
        lots = {lot.number: lot for lot in view.lots_numbered(7, [*it.opened, *it.touched])}
        assert lots == {**it.touched, **it.opened}


@given(st.lists(st.tuples(st.integers(0, 4), st.lists(acts(), max_size=4)), max_size=8))
@settings(max_examples=60)
def test_any_life_of_an_account_is_saved_loaded_and_proven(lives: list[tuple[int, list]]):
    storage = SqlStorage("sqlite://")
    storage.create_schema()
    enrol(storage, member(purchases=0))
    life, day = Life(), 0
    for pause, doings in lives:
        day += pause
        live(storage, life, day, doings)
    assert verify(storage, PROGRAM).findings == ()
    storage.close()


def test_lives_on_both_databases(storage: SqlStorage):
    enrol(storage, member(purchases=0))
    life = Life()
    soon = NOON + 2 * DAY

    def first(it: AccountBook, life: Life) -> None:
        it.issue("points", 90, cause(), active_from=NOON, expires_at=soon)
        it.issue("points", 20, cause(), active_from=soon)
        life.spent.append(("points", it.spend("points", 40, cause("spend"))))
        life.holds.append(("points", it.hold("points", 30, cause("hold"))))

    def then(it: AccountBook, life: Life) -> None:
        it.take_back("points", 80, cause("take_back"), pending_only=False, into_debt=True)
        it.unspend(*life.spent.pop(), cause("unspend"), it.now + DAY)
        it.release(*life.holds.pop(), cause("release"))

    live(storage, life, 0, [("first", first)])
    live(storage, life, 3, [("then", then)])
    assert verify(storage, PROGRAM).findings == ()


def test_a_balance_is_known_as_of_any_moment(storage: SqlStorage):
    enrol(storage)
    write(
        storage,
        lambda it: (
            it.issue("points", 50, cause(), active_from=NOON, expires_at=NOON + 4 * DAY),
            it.issue("points", 20, cause(), active_from=NOON + 2 * DAY),
        ),
    )
    at = NOON + DAY
    write(storage, lambda it: it.spend("points", 5, cause("spend", at=at)), at)
    late = NOON + 9 * DAY
    write(storage, lambda it: it.settle(), late)

    def as_of(days: float) -> tuple[int, int, int, int]:
        with storage.read(PROGRAM) as view:
            version, balances = view.balances_as_of(7, NOON + timedelta(days=days))
        it = balances["points"]
        return version, it.available, it.pending, it.debt

    assert as_of(0) == (2, 50, 20, 0)
    assert as_of(1) == (3, 45, 20, 0)
    assert as_of(2) == (3, 65, 0, 0)
    assert as_of(4) == (3, 20, 0, 0)
    assert as_of(9) == (5, 20, 0, 0)
    with storage.read(PROGRAM) as view:
        assert view.balances_as_of(7, NOON - DAY) == (0, {})
        _, then = view.balances_as_of(7, NOON + DAY)
        assert then["points"].next_change_at == NOON + 2 * DAY
        assert then["points"].next_expiry_points == 45


def test_saving_twice_from_one_reading_is_refused(storage: SqlStorage):
    enrol(storage)
    with storage.read(PROGRAM) as view:
        stale = book(view)
    write(storage, lambda it: it.issue("points", 1, cause(), active_from=NOON))
    stale.issue("points", 5, cause(), active_from=NOON)
    with pytest.raises(Retry):
        save(storage, lambda work: work.save_book(stale))
    with storage.read(PROGRAM) as view:
        assert view.balances(7)["points"].available == 1
