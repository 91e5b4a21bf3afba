"""Every event is told, in order for each member, by one worker at a time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from loyalty_engine.storage.sql.outbox import Backlog, Claimed, Outbox
from loyalty_engine.storage.sql.storage import SqlStorage
from tests.storage.making import NOON, PROGRAM, event, save

LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def outbox(storage: SqlStorage) -> Outbox:
    return Outbox(storage)


def announce(storage: SqlStorage, *told: tuple[int, str, int]) -> None:
    for member, name, version in told:
        with storage.begin(PROGRAM, NOON) as work:
            work.announce(event(name, version, member))


def claim(outbox: Outbox, now: datetime = NOON, worker: str = "w1", limit: int = 10) -> list[str]:
    return [it.id for it in outbox.claim_events(PROGRAM, worker, limit, 30, now)]


def claimed(outbox: Outbox, now: datetime = NOON, worker: str = "w1") -> list[Claimed]:
    return outbox.claim_events(PROGRAM, worker, 10, 30, now)


def test_the_next_event_of_a_member_waits_for_the_one_before(storage: SqlStorage, outbox: Outbox):
    announce(storage, (7, "b", 2), (7, "a", 3), (7, "c", 1), (8, "z", 9))
    told = []
    for _ in range(4):
        events = claimed(outbox)
        told += [it.id for it in events]
        assert outbox.mark_done(events) == len(events)
    assert told == ["c", "z", "b", "a"]
    assert outbox.backlog(PROGRAM) == Backlog(0, 0, None)


def test_events_of_one_version_come_by_instant_and_then_by_id(storage: SqlStorage, outbox: Outbox):
    early = NOON - timedelta(seconds=1)
    save(storage, lambda work: work.announce(event("b", 1)))
    save(storage, lambda work: work.announce(event("a", 1)))
    save(storage, lambda work: work.announce(event("z", 1, at=early)))
    order = []
    for _ in range(3):
        events = claimed(outbox)
        order += [it.id for it in events]
        outbox.mark_done(events)
    assert order == ["z", "a", "b"]


def test_what_is_claimed_is_nobody_elses_until_the_lease_ends(storage: SqlStorage, outbox: Outbox):
    announce(storage, (7, "a", 1))
    (mine,) = claimed(outbox)
    assert (mine.attempts, mine.worker, mine.body) == (1, "w1", b"{}")
    assert claim(outbox, worker="w2") == []
    assert claim(outbox, NOON + timedelta(seconds=29), "w2") == []
    (theirs,) = claimed(outbox, NOON + timedelta(seconds=30), "w2")
    assert theirs.attempts == 2
    assert outbox.mark_done([mine]) == 0
    assert outbox.backlog(PROGRAM).waiting == 1
    assert outbox.mark_done([theirs]) == 1


def test_a_failed_event_comes_again_when_due_without_what_took_it(
    storage: SqlStorage, outbox: Outbox
):
    announce(storage, (7, "a", 1), (7, "b", 2))
    (first,) = claimed(outbox)
    assert outbox.retry_later(first, LATER, ["crm"])
    assert claim(outbox, LATER - timedelta(microseconds=1)) == []
    (again,) = claimed(outbox, LATER)
    assert (again.id, again.done_by, again.attempts) == ("a", ("crm",), 2)


def test_a_parked_event_lets_the_next_one_pass_until_it_is_woken(
    storage: SqlStorage, outbox: Outbox
):
    announce(storage, (7, "a", 1), (7, "b", 2))
    (first,) = claimed(outbox)
    assert outbox.park(first, [])
    assert outbox.backlog(PROGRAM) == Backlog(waiting=1, parked=1, oldest_at=NOON)
    assert claim(outbox) == ["b"]
    assert outbox.wake_parked(PROGRAM, LATER) == 1
    assert claim(outbox, LATER) == ["a"]


def test_claims_go_round_so_that_nobody_is_passed_over(storage: SqlStorage, outbox: Outbox):
    announce(storage, *[(member, f"e{member}", 1) for member in range(1, 6)])
    announce(storage, *[(member, f"f{member}", 2) for member in range(1, 3)])
    order = []
    for _ in range(4):
        events = outbox.claim_events(PROGRAM, "w1", 2, 30, NOON)
        order.append([it.id for it in events])
        outbox.mark_done(events)
    assert order == [["e1", "e2"], ["e3", "e4"], ["e5", "f1"], ["f2"]]


def test_all_programmes_at_once(storage: SqlStorage, outbox: Outbox):
    announce(storage, (7, "a", 1))
    with storage.begin("fashion", NOON) as work:
        work.announce(event("b", 1, 9))
    events = outbox.claim_events(None, "w1", 10, 30, NOON)
    assert [(it.program, it.id) for it in events] == [("fashion", "b"), (PROGRAM, "a")]
    assert outbox.claim_events(None, "w1", 10, 30, NOON) == []


def test_workers_that_claim_at_once_share_the_events(storage: SqlStorage):
    announce(storage, *[(member, f"e{member}", 1) for member in range(1, 61)])

    def work(worker: str) -> list[str]:
        outbox, told = Outbox(storage), []
        while events := outbox.claim_events(PROGRAM, worker, 3, 30, NOON):
            told += [it.id for it in events]
            outbox.mark_done(events)
        return told

    with ThreadPoolExecutor(4) as pool:
        told = [name for names in pool.map(work, ["w1", "w2", "w3", "w4"]) for name in names]
    assert sorted(told) == sorted(f"e{member}" for member in range(1, 61))
