"""Leases of jobs, keys of callers, and pages of members with something due."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from loyalty_engine.ports import Taken
from loyalty_engine.storage.sql.keys import ApiKey, ApiKeys
from loyalty_engine.storage.sql.leases import Lease, Leases
from loyalty_engine.storage.sql.storage import SqlStorage
from tests.storage.making import (
    DAY,
    NOON,
    PROGRAM,
    book,
    cause,
    enrol,
    member,
    operation,
    reservation,
    save,
    state,
)

SOON = NOON + timedelta(seconds=30)


def test_one_worker_has_a_job_until_its_lease_ends(storage: SqlStorage):
    leases = Leases(storage)
    assert leases.lease(PROGRAM, "sweep") is None
    assert leases.take_lease(PROGRAM, "sweep", "w1", SOON, NOON)
    assert not leases.take_lease(PROGRAM, "sweep", "w2", SOON, NOON)
    assert leases.take_lease(PROGRAM, "review", "w2", SOON, NOON)
    assert leases.take_lease(PROGRAM, "sweep", "w1", SOON + DAY, NOON)
    assert not leases.take_lease(PROGRAM, "sweep", "w2", SOON + DAY, SOON)
    assert leases.take_lease(PROGRAM, "sweep", "w2", SOON + 2 * DAY, SOON + DAY)
    assert not leases.leave_progress(PROGRAM, "sweep", "w1", "7", SOON, SOON)


def test_progress_stays_for_whoever_comes_next(storage: SqlStorage):
    leases = Leases(storage)
    leases.take_lease("", "sweep", "w1", SOON, NOON)
    assert leases.leave_progress("", "sweep", "w1", "member 7", NOON, NOON)
    assert leases.lease("", "sweep") == Lease("w1", NOON, NOON, "member 7")
    assert leases.take_lease("", "sweep", "w2", SOON, NOON)
    assert leases.lease("", "sweep") == Lease("w2", SOON, NOON, "member 7")


def test_of_many_that_want_a_job_one_gets_it(storage: SqlStorage):
    leases = Leases(storage)

    def want(worker: int) -> bool:
        return leases.take_lease(PROGRAM, "sweep", f"w{worker}", SOON, NOON)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(want, range(8))) == [False] * 7 + [True]


KEY = ApiKey(PROGRAM, "abc", b"\x00\x01" * 16, ("read", "write"), "till 1", NOON)


def test_a_key_is_found_by_its_id_and_listed_by_its_programme(storage: SqlStorage):
    keys = ApiKeys(storage)
    other = replace(KEY, program="fashion", key="xyz", expires_at=NOON + DAY, scopes=())
    later = replace(KEY, key="aaa", created_at=NOON + DAY)
    for key in (later, KEY, other):
        keys.add_key(key)
    assert keys.find_key("abc") == KEY
    assert keys.find_key("xyz") == other
    assert keys.find_key("nobody") is None
    assert keys.list_keys(PROGRAM) == [KEY, later]


def test_a_keys_id_is_in_use_once_in_all_programmes(storage: SqlStorage):
    keys = ApiKeys(storage)
    keys.add_key(KEY)
    with pytest.raises(Taken):
        keys.add_key(replace(KEY, program="fashion"))
    assert keys.list_keys("fashion") == []


def test_a_revoked_key_stays_revoked_since_the_first_time(storage: SqlStorage):
    keys = ApiKeys(storage)
    keys.add_key(KEY)
    assert not keys.revoke_key("fashion", "abc", NOON)
    assert keys.revoke_key(PROGRAM, "abc", NOON)
    assert keys.revoke_key(PROGRAM, "abc", NOON + DAY)
    assert keys.find_key("abc") == replace(KEY, revoked_at=NOON)


def test_accounts_with_something_due_come_in_pages(storage: SqlStorage):
    for number in (3, 5, 9):
        enrol(storage, member(number))
        with storage.begin(PROGRAM, NOON) as work:
            it = book(work, number)
            due = NOON + number * DAY
            it.issue("points", 5, cause(member=number), active_from=NOON, expires_at=due)
            it.issue("stamps", 5, cause(member=number), active_from=NOON, expires_at=due)
            work.save_book(it)
    with storage.read(PROGRAM) as view:
        assert view.accounts_due(NOON + 9 * DAY) == [3, 5, 9]
        assert view.accounts_due(NOON + 9 * DAY, after=3, limit=1) == [5]
        assert view.accounts_due(NOON + 4 * DAY) == [3]


def test_members_come_in_pages_all_or_those_to_review(storage: SqlStorage):
    enrol(storage, member(3, tier=state(due=None)))
    enrol(storage, member(5, tier=state(due=NOON)))
    enrol(storage, member(9, tier=state(due=NOON + DAY)))
    with storage.read(PROGRAM) as view:
        assert view.members_after() == [3, 5, 9]
        assert view.members_after(after=3, limit=1) == [5]
        assert view.members_to_review(NOON) == [5]
        assert view.members_to_review(NOON + DAY, after=5) == [9]
    with storage.read("fashion") as view:
        assert view.members_after() == []


def test_members_with_lapsed_reservations(storage: SqlStorage):
    for number in (3, 5):
        with storage.begin(PROGRAM, NOON) as work:
            work.save_reservation(reservation("a", member=number, expires_at=NOON))
            work.save_reservation(reservation("b", member=number, expires_at=NOON))
    save(storage, lambda work: work.save_reservation(reservation("c", member=9, state="lapsed")))
    with storage.read(PROGRAM) as view:
        assert view.members_with_lapsed(NOON) == [3, 5]
        assert view.members_with_lapsed(NOON, after=3) == [5]
        assert view.members_with_lapsed(NOON - DAY) == []


def test_old_operations_are_forgotten_some_at_a_time(storage: SqlStorage):
    for key, at in (("a", NOON - 40 * DAY), ("b", NOON - 31 * DAY), ("c", NOON)):
        with storage.begin(PROGRAM, NOON) as work:
            assert work.remember(operation(key, at=at)) is None
    with storage.begin(PROGRAM, NOON) as work:
        assert work.forget_operations(NOON - 30 * DAY, limit=1) == 1
        assert work.forget_operations(NOON - 30 * DAY) == 1
        assert work.forget_operations(NOON - 30 * DAY) == 0
        assert work.operation("till-1", "c") == operation("c")
