"""What was written is read back, value for value, by every way there is to ask for it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from loyalty_engine.domain.errors import InsufficientPoints
from loyalty_engine.domain.facts import Carry
from loyalty_engine.domain.tiers import SPEND, VISITS, Activity, Grant, GrantMode, Standing, Why
from loyalty_engine.ports import Address, CounterKey, Opening
from loyalty_engine.storage.errors import Retry, StorageBug
from loyalty_engine.storage.sql.storage import SqlStorage
from tests.storage.making import (
    DAY,
    NOON,
    PROGRAM,
    book,
    cause,
    enrol,
    hold,
    member,
    operation,
    purchase,
    redemption,
    reservation,
    save,
    state,
    stored_return,
    write,
)

CARD = Address("identifier:card", "card-7")
BILL = Address("purchase", "T-1")


# --- members -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "record",
    [
        member(),
        member(id=None, status="erased", attributes={}, purchases=0, last_purchase_at=None),
        member(language="", preferred_channel="", touchpoint="", status="frozen"),
        member(tier=state("", until=None, window_until=None, due=None, sums={}, granted=False)),
        member(tier=state(until=NOON.replace(year=9999))),
        member(id="Zoë 🛒 'quoted' \"%s\" $1 ?", attributes={"note": "a:b {c} \\ \t\n"}),
    ],
    ids=["full", "erased", "frozen", "without tier", "for ever", "odd text"],
)
def test_a_member_is_read_as_it_was_written(storage: SqlStorage, record):
    enrol(storage, record)
    with storage.read(PROGRAM) as view:
        assert view.member(7) == record
        assert view.find_member(CARD) == record
        assert view.member(8) is None
        assert view.find_member(Address("identifier:card", "card-8")) is None
        assert view.find_member(Address("identifier:pass", "card-7")) is None
    with storage.read("fashion") as view:
        assert view.member(7) is None
        assert view.find_member(CARD) is None


def test_a_member_is_written_back_whole(storage: SqlStorage):
    enrol(storage)
    changed = member(
        id="ada-2", status="left", language="en", tier=state("gold"), purchases=9,
        attributes={"diet": ""}, last_purchase_at=NOON,
    )  # fmt: skip
    save(storage, lambda work: work.save_member(changed))
    with storage.read(PROGRAM) as view:
        assert view.member(7) == changed


def test_saving_a_member_who_is_not_there_is_a_bug(storage: SqlStorage):
    with pytest.raises(StorageBug):
        save(storage, lambda work: work.save_member(member()))


def test_a_household_shares_one_account(storage: SqlStorage):
    enrol(storage)
    save(storage, lambda work: work.add_member(member(8, account=7)))
    write(storage, lambda it: it.issue("points", 5, cause(), active_from=NOON))
    with storage.read(PROGRAM) as view:
        found = view.member(8)
        assert found is not None
        assert (found.account, found.version) == (7, 1)


def test_addresses_come_and_go(storage: SqlStorage):
    enrol(storage)
    save(storage, lambda work: work.add_address(Address("identifier:pass", "p-1"), 7))
    save(storage, lambda work: work.add_address(BILL, 7))
    with storage.read(PROGRAM) as view:
        assert view.identifiers(7) == [CARD, Address("identifier:pass", "p-1")]
        assert view.identifiers(8) == []
    save(storage, lambda work: work.remove_address(CARD))
    with storage.read(PROGRAM) as view:
        assert view.identifiers(7) == [Address("identifier:pass", "p-1")]
        assert view.find_member(CARD) is None


def test_an_address_can_move_within_one_unit_of_work(storage: SqlStorage):
    enrol(storage)
    enrol(storage, member(8))
    with storage.begin(PROGRAM, NOON) as work:
        work.remove_address(CARD)
        work.add_address(CARD, 8)
    with storage.read(PROGRAM) as view:
        found = view.find_member(CARD)
        assert found is not None
        assert found.number == 8


def test_tiers_are_remembered(storage: SqlStorage):
    history = [
        Standing("basic", NOON - 30 * DAY, None, Why.JOINED),
        Standing("gold", NOON - 30 * DAY, NOON, Why.REACHED),
        Standing("silver", NOON, NOON + DAY, Why.LOST),
    ]
    grants = [
        Grant("gold", NOON - DAY, None, GrantMode.WINS),
        Grant("gold", NOON, NOON + DAY, GrantMode.FLOOR),
    ]
    with storage.begin(PROGRAM, NOON) as work:
        work.replace_standings(7, history)
        work.replace_standings(8, history[:1])
        work.add_tier_grant(7, grants[1], "sorry", "sam")
        work.add_tier_grant(7, grants[0], "sorry", "sam")
    with storage.read(PROGRAM) as view:
        assert view.standings(7) == history
        assert view.tier_grants(7) == grants
        assert view.tier_grants(8) == []
    with storage.begin(PROGRAM, NOON) as work:
        work.replace_standings(7, history[:2])
        work.add_tier_grant(7, replace(grants[1], tier="silver"), "again", "sam")
    with storage.read(PROGRAM) as view:
        assert view.standings(7) == history[:2]
        assert view.standings(8) == history[:1]
        assert [it.tier for it in view.tier_grants(7)] == ["gold", "silver"]
    save(storage, lambda work: work.replace_standings(7, []))
    with storage.read(PROGRAM) as view:
        assert view.standings(7) == []


# --- ledger --------------------------------------------------------------------------------


def test_lots_are_found_open_numbered_or_by_their_purchase(storage: SqlStorage):
    enrol(storage)
    later = cause(purchase="T-2")
    write(
        storage,
        lambda it: (
            it.issue("points", 10, cause(), active_from=NOON),
            it.issue("points", 20, later, active_from=NOON + DAY, expires_at=NOON + 2 * DAY),
            it.issue("stamps", 1, later, active_from=None, waits_for="delivered"),
            it.spend("points", 10, cause("spend", purchase="T-3")),
        ),
    )
    with storage.read(PROGRAM) as view:
        first, second, third = view.lots_numbered(7, [3, 2, 1, 2, 99])
        assert view.open_lots(7) == [second, third]
        assert view.open_lots(7, "T-1") == [first, second, third]
        assert view.open_lots(7, "T-3") == [first, second, third]
        assert view.open_lots(7, "T-9") == [second, third]
        assert view.open_lots(8) == view.lots_numbered(7, []) == []
    assert (first.remaining, first.purchase, first.rule) == (0, "T-1", "base")
    assert (second.pending, second.active_from, second.expires_at) == (
        True, NOON + DAY, NOON + 2 * DAY,
    )  # fmt: skip
    assert (third.pending, third.waits_for, third.active_from) == (True, "delivered", None)


def test_a_lot_that_stops_waiting_is_saved_though_nothing_moves(storage: SqlStorage):
    enrol(storage)
    later = NOON + DAY
    write(storage, lambda it: it.issue("points", 5, cause(), active_from=later, waits_for="thaw"))
    write(storage, lambda it: it.stop_waiting("thaw"))
    with storage.read(PROGRAM) as view:
        (lot,) = view.open_lots(7)
        assert (lot.waits_for, lot.pending) == (None, True)
        assert view.balances(7)["points"].next_change_at == later
        assert len(view.entries(7)) == 1
    write(storage, lambda it: it.settle(), later)
    with storage.read(PROGRAM) as view:
        assert view.balances(7)["points"].available == 5


def test_entries_are_listed_in_order_in_pages(storage: SqlStorage):
    enrol(storage)
    reason = cause("adjust", purchase=None, rule=None, reason="sorry", by="sam", at=NOON - DAY)
    write(storage, lambda it: it.issue("points", 10, reason, active_from=NOON))
    late = NOON + DAY
    write(storage, lambda it: [it.spend("points", n, cause("spend")) for n in (1, 2, 3)], late)
    with storage.read(PROGRAM) as view:
        listed = view.entries(7)
        assert [(it.version, it.amount, at) for it, at in listed] == [
            (1, 10, NOON), (2, 1, late), (3, 2, late), (4, 3, late),
        ]  # fmt: skip
        assert (listed[0][0].reason, listed[0][0].by, listed[0][0].at) == (
            "sorry",
            "sam",
            NOON - DAY,
        )
        assert view.entries(7, after=1, limit=2) == listed[1:3]
        assert view.entries(7, until=NOON) == listed[:1]
        assert view.entries(8) == []


def test_nobody_spends_what_is_not_there(storage: SqlStorage):
    enrol(storage)
    write(storage, lambda it: it.issue("points", 10, cause(), active_from=NOON))
    with pytest.raises(InsufficientPoints):
        write(storage, lambda it: it.spend("points", 11, cause("spend")))


def test_a_book_of_hundreds_of_moves_is_saved_whole(storage: SqlStorage):
    enrol(storage)
    write(
        storage,
        lambda it: [
            it.issue(f"unit-{n % 60}", n, cause(rule=f"r{n}"), active_from=NOON)
            for n in range(1, 131)
        ],
    )
    with storage.read(PROGRAM) as view:
        assert len(view.entries(7, limit=1000)) == len(view.open_lots(7)) == 130
        assert sum(it.available for it in view.balances(7).values()) == sum(range(1, 131))


# --- purchases -----------------------------------------------------------------------------


def test_a_purchase_is_found_by_its_id_newest_revision_first(storage: SqlStorage):
    enrol(storage)
    first = purchase(fingerprint=bytes(range(256)), body="ü€🛒".encode(), measures={})
    second = purchase(revision=2, account=None, paid=10**15, refunded=1)
    with storage.begin(PROGRAM, NOON) as work:
        work.add_address(BILL, 7)
        work.add_purchase(first)
        work.add_purchase(second)
        assert work.purchase("T-1") == second
    with storage.read(PROGRAM) as view:
        assert view.purchase("T-1") == second
        assert view.purchase("T-1", 1) == first
        assert view.purchase("T-1", 3) is None
        assert view.purchase("T-2") is None


def test_of_a_purchase_only_what_is_kept_of_it_changes(storage: SqlStorage):
    save(storage, lambda work: (work.add_address(BILL, 7), work.add_purchase(purchase())))
    changed = purchase(
        state="partly_returned", kept=b"[]", spend=1, visits=0, measures={}, refunded=7
    )
    save(storage, lambda work: work.save_purchase(replace(changed, body=b"other")))
    with storage.read(PROGRAM) as view:
        assert view.purchase("T-1") == changed
    with pytest.raises(StorageBug):
        save(storage, lambda work: work.save_purchase(purchase(revision=2)))


def test_opening_reads_all_that_a_purchase_begins_with(storage: SqlStorage):
    record = enrol(storage)
    write(storage, lambda it: it.issue("points", 5, cause(), active_from=NOON))
    save(storage, lambda work: (work.add_address(BILL, 7), work.add_purchase(purchase())))
    with storage.read(PROGRAM) as view:
        known = replace(record, version=1)
        balances = view.balances(7)
        assert view.open_purchase(CARD, "T-1") == Opening(None, known, balances, purchase())
        assert view.open_purchase(CARD, "T-2") == Opening(None, known, balances)
        assert view.open_purchase(None, "T-1") == Opening(purchase=purchase())
        assert view.open_purchase(None, "T-2") == Opening()
        stranger = Address("member", "nobody")
        assert view.open_purchase(stranger, "T-1") == Opening(purchase=purchase())
        assert view.open_purchase(CARD, "T-2", operation()) == Opening(None, known, balances)


def test_returns_are_listed_oldest_first(storage: SqlStorage):
    late = stored_return("R-0", recorded_at=NOON + DAY, body=b"\x00")
    for record in (late, stored_return(), stored_return(purchase="T-2")):
        with storage.begin(PROGRAM, NOON) as work:
            work.add_return(record)
    with storage.read(PROGRAM) as view:
        assert view.returns(7, "T-1") == [stored_return(), late]
        assert view.find_return(7, "T-1", "R-0") == late
        assert view.find_return(7, "T-1", "R-9") is None
        assert view.find_return(8, "T-1", "R-0") is None


def test_history_counts_what_is_not_undone(storage: SqlStorage):
    hour = timedelta(hours=1)
    bills = [
        purchase("T-1", occurred_at=NOON, spend=100, measures={"stars": 4, "miles": 0}),
        purchase("T-2", occurred_at=NOON + hour, spend=0, visits=0, measures={}),
        purchase("T-3", occurred_at=NOON + 2 * hour, spend=50, measures={"miles": -2}),
        purchase("T-4", member=8, occurred_at=NOON),
    ]
    save(storage, lambda work: [work.add_purchase(bill) for bill in bills])
    with storage.read(PROGRAM) as view:
        assert view.purchases_before(7, NOON) == (0, None)
        assert view.purchases_before(7, NOON + 2 * hour) == (1, NOON)
        assert view.purchases_before(7, NOON + DAY) == (2, NOON + 2 * hour)
        assert view.activities(7) == [
            Activity(NOON, SPEND, 100),
            Activity(NOON, VISITS, 1),
            Activity(NOON, "stars", 4),
            Activity(NOON + 2 * hour, SPEND, 50),
            Activity(NOON + 2 * hour, VISITS, 1),
            Activity(NOON + 2 * hour, "miles", -2),
        ]


def test_reservations_are_held_until_they_are_not(storage: SqlStorage):
    enrol(storage)
    it = reservation(body=b"\x00\x01", expires_at=NOON + DAY)
    with storage.begin(PROGRAM, NOON) as work:
        work.add_address(Address("reservation", it.id), 7)
        work.save_reservation(it)
        assert work.reservation(it.id) == it
        assert work.reservation("R-0") is None
        assert work.due_reservations(7, NOON) == []
        assert work.due_reservations(7, NOON + DAY) == [it]
        assert work.due_reservations(8, NOON + DAY) == []
        used = replace(it, state="used")
        work.save_reservation(used)
        assert work.reservation(it.id) == used
        assert work.due_reservations(7, NOON + DAY) == []


def test_holds_are_open_until_they_are_not(storage: SqlStorage):
    enrol(storage)
    it = hold(expires_at=NOON + DAY)
    with storage.begin(PROGRAM, NOON) as work:
        work.add_address(Address("hold", it.id), 7)
        work.save_hold(it)
        assert work.hold(it.id) == it
        assert work.hold("H-0") is None
        assert work.due_holds(7, NOON) == []
        assert work.due_holds(7, NOON + DAY) == [it]
        assert work.due_holds(8, NOON + DAY) == []
        assert work.members_with_lapsed_holds(NOON + DAY) == [7]
        assert work.members_with_lapsed_holds(NOON + DAY, after=7) == []
        captured = replace(it, state="captured", captured=3, purchase="T-1")
        work.save_hold(captured)
        assert work.hold(it.id) == captured
        assert work.due_holds(7, NOON + DAY) == []
        assert work.members_with_lapsed_holds(NOON + DAY) == []
    for wrong in ({"captured": 11, "state": "captured"}, {"state": "captured"}, {"captured": 1}):
        with pytest.raises(StorageBug), storage.begin(PROGRAM, NOON) as work:
            work.save_hold(replace(it, **wrong))


def test_redemptions_are_taken_and_cancelled(storage: SqlStorage):
    enrol(storage)
    it = redemption(spent=b'{"points": [[1, 10]]}')
    with storage.begin(PROGRAM, NOON) as work:
        work.add_address(Address("redemption", it.id), 7)
        work.save_redemption(it)
        assert work.redemption(it.id) == it
        assert work.redemption("D-0") is None
        gone = replace(it, state="cancelled", cancelled_at=NOON + DAY)
        work.save_redemption(gone)
        assert work.redemption(it.id) == gone


# --- limits, operations, rulebooks ---------------------------------------------------------


def test_limits_count_up_and_down_and_never_over(storage: SqlStorage):
    mine, shared = CounterKey("member:7", "cap", "2026"), CounterKey("all", "budget", "2026-03")
    with storage.begin(PROGRAM, NOON) as work:
        assert work.counters([shared, mine]) == {shared: 0, mine: 0}
        work.use(mine, 3, 10)
        work.use(shared, 100, 100)
        assert work.counters([mine, shared]) == {mine: 3, shared: 100}
    with pytest.raises(Retry):
        save(storage, lambda work: work.use(shared, 1, 100))
    save(storage, lambda work: work.use(shared, -40, 100))
    save(storage, lambda work: work.use(mine, 4, 8))
    with storage.read(PROGRAM) as view:
        other = CounterKey("all", "budget", "2026-04")
        assert view.counters([mine, shared, other]) == {mine: 7, shared: 60, other: 0}
        assert view.counters([]) == {}


def test_giving_back_more_than_was_used_is_a_bug(storage: SqlStorage):
    key = CounterKey("all", "budget", "2026")
    with pytest.raises(StorageBug):
        save(storage, lambda work: work.use(key, -1, 10))
    save(storage, lambda work: work.use(key, 3, 10))
    with pytest.raises(StorageBug):
        save(storage, lambda work: work.use(key, -4, 10))
    with storage.read(PROGRAM) as view:
        assert view.counters([key]) == {key: 3}


def test_what_was_used_under_a_higher_ceiling_can_be_given_back(storage: SqlStorage):
    key = CounterKey("all", "budget", "2026")
    save(storage, lambda work: work.use(key, 90, 100))
    save(storage, lambda work: work.use(key, -10, 50))
    with storage.read(PROGRAM) as view:
        assert view.counters([key]) == {key: 80}
    with pytest.raises(Retry):
        save(storage, lambda work: work.use(key, 1, 50))


def test_carries_are_kept_by_member_and_rule(storage: SqlStorage):
    tens, fives = "base/points/1/1000", "base/points/1/500"
    save(storage, lambda work: work.save_carry(7, tens, Carry(700, 0)))
    save(storage, lambda work: work.save_carry(7, tens, Carry(1400, 1)))
    save(storage, lambda work: work.save_carry(7, fives, Carry(500, 1)))
    save(storage, lambda work: work.save_carry(7, "other/points/1/1000", Carry(1, 2)))
    with storage.read(PROGRAM) as view:
        found = view.carries(7, ["base", "none"])
        assert found == {tens: Carry(1400, 1), fives: Carry(500, 1)}
        assert view.carries(7, []) == view.carries(8, ["base"]) == {}


def test_an_operation_is_remembered_with_its_answer(storage: SqlStorage):
    with storage.begin(PROGRAM, NOON) as work:
        assert work.remember(operation()) is None
        done = operation(status=200, answer=b'{"\x00"}')
        work.answer(done)
    with storage.begin(PROGRAM, NOON) as work:
        assert work.remember(operation(at=NOON + DAY)) == done
        assert work.remember(operation(client="till-2")) is None
    with storage.read(PROGRAM) as view:
        assert view.operation("till-1", "key-1") == done
        assert view.operation("till-1", "key-2") is None
        assert view.open_purchase(CARD, "T-1", operation()) == Opening(operation=done)


def test_opening_under_a_known_key_answers_the_operation_only(storage: SqlStorage):
    enrol(storage)
    known = operation(status=201, resource="purchase/T-1/1")
    save(storage, lambda work: work.remember(known))
    with storage.begin(PROGRAM, NOON) as work:
        assert work.open_purchase(CARD, "T-1", operation()) == Opening(operation=known)
        fresh = work.open_purchase(CARD, "T-1", operation("key-2"))
        assert fresh.operation is None
        assert fresh.member is not None


def test_an_operation_of_an_undone_unit_of_work_is_forgotten(storage: SqlStorage):
    def act(work) -> None:
        work.remember(operation())
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        save(storage, act)
    with storage.begin(PROGRAM, NOON) as work:
        assert work.remember(operation()) is None


def test_every_rulebook_stays_and_is_found_by_the_time_it_was_in_force(storage: SqlStorage):
    source = {"program.yaml": "name: épicier\n", "earn/base.yaml": "rule: base"}
    with storage.read(PROGRAM) as view:
        assert view.rulebook_at(NOON) is None
        assert view.rulebook_periods() == []
    save(storage, lambda work: work.publish_rulebook("sha256:1", source, "sam"))
    later = NOON + DAY
    save(storage, lambda work: work.publish_rulebook("sha256:2", {}, "sam"), later)
    save(storage, lambda work: work.publish_rulebook("sha256:1", source, "kim"), later + DAY)
    with storage.read(PROGRAM) as view:
        assert view.rulebook_at(NOON - DAY) == "sha256:1"
        assert view.rulebook_at(NOON) == "sha256:1"
        assert view.rulebook_at(later) == "sha256:2"
        assert view.rulebook_at(later + 9 * DAY) == "sha256:1"
        assert view.rulebook_periods() == [
            (NOON, "sha256:1"), (later, "sha256:2"), (later + DAY, "sha256:1"),
        ]  # fmt: skip
        assert view.rulebook_source("sha256:1") == source
        assert view.rulebook_source("sha256:2") == {}
        assert view.rulebook_source("sha256:3") is None


def test_programmes_share_nothing(storage: SqlStorage):
    enrol(storage)
    write(storage, lambda it: it.issue("points", 5, cause(), active_from=NOON))
    with storage.begin("fashion", NOON) as work:
        work.add_member(member(purchases=0))
        work.add_address(CARD, 7)
        work.save_book(book(work))
    with storage.read("fashion") as view:
        assert view.balances(7) == {}
        assert view.open_lots(7) == view.entries(7) == []
