"""A database with something in every table, and what it looked like under earlier revisions.

After a new migration is written, keep what the newest revision holds beside it:

    .venv/bin/python -m tests.storage.filling
"""

import base64
import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from loyalty_engine.domain.challenges import Tally
from loyalty_engine.domain.facts import Carry
from loyalty_engine.domain.purse_book import PurseBook
from loyalty_engine.domain.stored_value import SOLD, Purse, PurseKind, ValueCause, ValueHold
from loyalty_engine.domain.tiers import Grant, GrantMode, Standing, Why
from loyalty_engine.ports import (
    Address,
    Card,
    CardEntry,
    CardPrize,
    CounterKey,
    Failures,
    Gift,
    Invitation,
    Membership,
    Referral,
    ReferralCode,
    Signal,
    StoredEvent,
    Voucher,
    VoucherUse,
)
from loyalty_engine.storage.sql.keys import ApiKey, ApiKeys
from loyalty_engine.storage.sql.leases import Leases
from loyalty_engine.storage.sql.migrate import migrate, newest_revision
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.storage.sql.voucher_batches import add_batch, made_so_far
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
    operation,
    purchase,
    redemption,
    reservation,
    stored_return,
)

KEPT = Path(__file__).with_name("filled")
VOUCHER = Voucher(
    "00ff" * 8, "spring-five", NOON, member=7, seed=5, purchase="T-1", rule="r",
    ends_at=NOON + DAY, held_by="R-9", held_until=reservation().expires_at, worth=750,
)  # fmt: skip
USE = VoucherUse("ff00" * 8, "redemption:X", "summer", NOON, 7, 500, {"budget|2026|0|all": 2})
BOUGHT = purchase(
    kept=(
        b'{"counted":{"budget|2026|0|all":5},'
        b'"steps":{"stamps|2026-03|7":{"amount":3000,"keys":{"tea":3000}}}}'
    ),
    decision=b'{"vouchers":[{"rule":"r","kind":"spring-five","seed":5}]}',
)
EVENT = StoredEvent(7, "E-1", "review_written", NOON, "recorded", "basic", b'{"stars":5}')
REFERRAL = Referral(
    6, 7, 5, "sha256:1", "waiting", NOON, held=True, cleared=True, reason="ring", occasion="T-1",
    qualified_at=NOON, due_at=NOON + DAY, rewarded_at=NOON, round=2, decided_by="sam",
    decided_why="sisters",
)  # fmt: skip
SIGNAL = Signal("email", "ff00" * 8, 7, NOON, NOON + DAY)
GIFT = Gift(
    7, "G-9", 8, "points", 60, "cancelled", NOON, "For you", b"\x00\xff", b"[]", 20, NOON + DAY,
    "a mistake", "sam",
)  # fmt: skip
CARD = Card(7, "2026-03", "stamps", NOON, NOON + DAY, Tally(3000, {"tea": 3000}), (1,), NOON + DAY)
PRIZE = CardPrize(
    7, "2026-03", "stamps", 0, 1, "owed", 7, "T-1", NOON, NOON + DAY, "sha256:1",
    b'{"points":{"points":5}}', b"[]", late=True, times=2,
)  # fmt: skip
ENTRY = CardEntry(7, "stamps", NOON, NOON + DAY)
PREPAID = Purse(
    77, PurseKind.GIFT_CARD, "EUR", NOON, code="0f" * 16, available=200, held=200, loaded=500,
    version=3, ends_at=NOON + DAY,
)  # fmt: skip
VALUE_HOLD = ValueHold(77, "VH-1", 200, "open", NOON, NOON + DAY, b"\x00\xff")
KEY = ApiKey(PROGRAM, "abc", b"\x00\xff", ("read",), "till 1", NOON)


def fill(storage: SqlStorage) -> None:
    """Something in every table, as the newest revision holds it."""
    enrol(storage, member(purchases=1))
    enrol(storage, member(8))
    enrol(storage, member(6, purchases=0))
    with storage.begin(PROGRAM, NOON) as work:
        it = book(work)
        it.issue("points", 100, cause(), active_from=NOON, expires_at=NOON + 30 * DAY)
        it.issue("points", 30, cause(), active_from=NOON + 5 * DAY)
        it.spend("points", 40, cause("spend"))
        held = it.hold("points", 15, cause("hold"))
        it.take_back("stamps", 5, cause("take_back"), pending_only=False, into_debt=True)
        other = book(work, 8)
        brought = other.issue("coins", 3, cause(member=8), active_from=NOON)
        it.take_over(other, brought, 3, cause("merge", member=8), 7)
        work.save_book(other)
        work.save_book(it)
        work.hand_over(8, 7, "member-8", (8, 7))
        work.save_member(member(8, id=None, status="merged", purchases=0))
        work.open_household(9, "smith")
        work.save_membership(Membership(7, 9, NOON, NOON + DAY))
        work.save_invitation(Invitation(9, 7, 7, NOON + DAY))
        work.add_address(Address("purchase", "T-1"), 7)
        work.add_purchase(BOUGHT)
        work.announce(event("purchase_recorded:T-1:1"))
        work.add_return(stored_return())
        work.add_address(Address("purchase", "event E-1"), 7)
        work.add_purchase(replace(purchase(), purchase="event E-1", visits=0))
        work.save_event(EVENT)
        work.announce(event("event_recorded:event E-1:1"))
        set_aside = json.dumps({"points": {"points": held}}).encode()
        work.save_reservation(reservation(held=set_aside))
        work.add_address(Address("reservation", "R-9"), 7)
        work.save_hold(hold(state="captured", captured=4, purchase="T-1"))
        work.add_address(Address("hold", "H-9"), 7)
        work.save_redemption(redemption(state="cancelled", cancelled_at=NOON + DAY))
        work.add_address(Address("redemption", "D-9"), 7)
        work.save_gift(GIFT)
        work.add_address(Address("gift", "G-9"), 7)
        work.use(CounterKey("all", "budget", "2026"), 7, 10)
        work.save_carry(7, "base/points/1/1000", Carry(700, 3))
        work.replace_standings(7, [Standing("basic", NOON, None, Why.JOINED)])
        work.add_tier_grant(7, Grant("gold", NOON, None, GrantMode.FLOOR), "sorry", "sam")
        work.publish_rulebook("sha256:1", {"program.yaml": "é"}, "sam")
        work.add_vouchers([VOUCHER])
        work.add_address(Address("referral", "00ff" * 8), 7)
        work.save_referral_code(ReferralCode(7, NOON, NOON + DAY))
        work.save_referral(REFERRAL)
        work.save_signals([SIGNAL])
        work.save_voucher_use(USE)
        work.count_failures(["key:till"], NOON, 2)
        work.save_cards([CARD])
        work.save_card_prizes([PRIZE])
        work.save_challenge_entries([ENTRY])
        work.add_purses([replace(PREPAID, available=0, held=0, loaded=0, expired=0, version=0)])
        value = PurseBook(
            replace(PREPAID, available=0, held=0, loaded=0, expired=0, version=0), NOON
        )
        value.load(500, SOLD, ValueCause("load", reason="sold", by="sam"), NOON + DAY)
        value.hold(200, ValueCause("hold"))
        value.spend(100, ValueCause("spend", "purchase:T-1:1", "T-1"))
        work.save_purse(value)
        work.save_value_hold(VALUE_HOLD)
        work.add_address(Address("value_hold", "VH-1"), PREPAID.number)
        work.add_value_note(PREPAID.number, "extend", "sorry", "sam")
        assert work.remember(operation()) is None
        work.answer(operation(status=200, answer=b"\x00\xff"))
    add_batch(storage, PROGRAM, "ten", NOON, "sam")
    ApiKeys(storage).add_key(KEY)
    Leases(storage).take_lease(PROGRAM, "sweep", "w1", NOON + DAY, NOON)


def check(storage: SqlStorage) -> None:
    """All that `fill` wrote is there, read by the newest revision's code."""
    with storage.read(PROGRAM) as view:
        found = view.member(7)
        assert found == replace(member(purchases=1), version=6)
        assert view.find_member(Address("identifier:card", "card-7")) == found
        balances = view.balances(7)
        assert (balances["points"].available, balances["points"].held) == (45, 15)
        assert (balances["points"].pending, balances["stamps"].debt) == (30, 5)
        assert [lot.remaining for lot in view.open_lots(7)] == [60, 30, 3]
        assert len(view.entries(7)) == 6
        assert view.household(9) == "smith"
        assert view.memberships(7) == [Membership(7, 9, NOON, NOON + DAY)]
        assert view.invitations(9) == [Invitation(9, 7, 7, NOON + DAY)]
        assert view.merged(8) == ("member-8", 7)
        assert view.find_member(Address("member", "member-8")) == found
        assert view.purchase("T-1") == BOUGHT
        assert view.returns(7, "T-1") == [stored_return()]
        assert view.event(7, "E-1") == EVENT
        assert view.gift("G-9") == GIFT
        assert view.given_since(7, "points", NOON) == 40
        assert [it.id for it in view.due_reservations(7, NOON + DAY)] == ["R-9"]
        assert view.hold("H-9") == hold(state="captured", captured=4, purchase="T-1")
        gone = redemption(state="cancelled", cancelled_at=NOON + DAY)
        assert view.redemption("D-9") == gone
        assert list(view.counters([CounterKey("all", "budget", "2026")]).values()) == [7]
        assert view.carries(7, ["base"]) == {"base/points/1/1000": Carry(700, 3)}
        assert view.standings(7) == [Standing("basic", NOON, None, Why.JOINED)]
        assert view.tier_grants(7) == [Grant("gold", NOON, None, GrantMode.FLOOR)]
        assert view.vouchers([VOUCHER.code]) == {VOUCHER.code: VOUCHER}
        assert view.vouchers_of(7, 10) == [VOUCHER]
        assert view.voucher_use(USE.code, USE.use) == USE
        assert view.referral_code(7) == ReferralCode(7, NOON, NOON + DAY)
        assert view.referrals_by(7) == [REFERRAL]
        assert view.seen_with("email", SIGNAL.value) == [SIGNAL]
        assert view.failures(["key:till"]) == {"key:till": Failures(NOON, 2)}
        assert view.cards_of(7) == [CARD]
        assert view.card_prizes(7) == [PRIZE]
        assert view.challenge_entries(7) == [ENTRY]
        assert view.purses([PREPAID.number]) == {PREPAID.number: PREPAID}
        assert [it.amount for it, _ in view.value_entries(PREPAID.number, 0, 9)] == [500, 200, 100]
        assert view.value_hold("VH-1") == VALUE_HOLD
        assert view.open_value_holds(PREPAID.number) == [VALUE_HOLD]
        assert view.value_notes(PREPAID.number) == [(NOON, "extend", "sorry", "sam")]
        assert view.rulebook_source("sha256:1") == {"program.yaml": "é"}
        assert view.operation("till-1", "key-1") == operation(status=200, answer=b"\x00\xff")
    assert made_so_far(storage, PROGRAM) == {"ten": 0}
    assert ApiKeys(storage).find_key("abc") == KEY
    lease = Leases(storage).lease(PROGRAM, "sweep")
    assert lease is not None
    assert lease.holder == "w1"


def dump(url: str) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables, bytes as `{"base64": ...}`."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    held = sa.MetaData()
    held.reflect(engine)
    with engine.connect() as connection:
        return {
            table.name: [
                {name: _plain(value) for name, value in row._mapping.items()}
                for row in connection.execute(sa.select(table).order_by(*table.primary_key))
            ]
            for table in held.sorted_tables
            if table.name != "alembic_version"
        }


def load(url: str, rows: dict[str, list[dict[str, Any]]]) -> None:
    """Put a dump into a database that is at the dump's revision."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    held = sa.MetaData()
    held.reflect(engine)
    with engine.begin() as connection:
        for name, those in rows.items():
            for row in those:
                values = {column: _bytes(value) for column, value in row.items()}
                connection.execute(held.tables[name].insert().values(values))


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return {"base64": base64.b64encode(bytes(value)).decode()}
    return value


def _bytes(value: Any) -> Any:
    return base64.b64decode(value["base64"]) if isinstance(value, dict) else value


def kept(revision: str) -> Path:
    return KEPT / f"{revision}.json"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/filled.db"
        migrate(url)
        storage = SqlStorage(url)
        fill(storage)
        storage.close()
        kept(newest_revision()).write_text(json.dumps(dump(url), indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
