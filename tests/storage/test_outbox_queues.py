"""What stands behind an event in hand, and what the kept balances have not caught up with."""

from datetime import timedelta

import pytest

from loyalty_engine.storage.sql.outbox import Claimed, Outbox
from loyalty_engine.storage.sql.outbox_queues import OutboxQueues, Unshown
from loyalty_engine.storage.sql.storage import SqlStorage
from tests.storage.making import NOON, PROGRAM, event

LATER = NOON + timedelta(seconds=30)


@pytest.fixture
def outbox(storage: SqlStorage) -> Outbox:
    return Outbox(storage)


@pytest.fixture
def queues(storage: SqlStorage) -> OutboxQueues:
    return OutboxQueues(storage)


def announce(storage: SqlStorage, *told: tuple[int, str, int]) -> None:
    for member, name, version in told:
        with storage.begin(PROGRAM, NOON) as work:
            work.announce(event(name, version, member))


def head(outbox: Outbox, worker: str = "w1", now=NOON) -> Claimed:
    (claimed,) = outbox.claim_events(PROGRAM, worker, 1, 30, now)
    return claimed


def test_what_stands_behind_comes_in_order(storage, outbox, queues):
    announce(storage, (7, "c", 3), (7, "a", 1), (7, "b", 2), (8, "other", 1))
    first = head(outbox)
    assert [it.id for it in queues.behind(first)] == ["b", "c"]
    assert [it.id for it in queues.behind(first, limit=1)] == ["b"]


def test_what_is_noted_is_kept_and_ends_an_event(storage, outbox, queues):
    announce(storage, (7, "a", 1), (7, "b", 2), (7, "c", 3))
    first = head(outbox)
    second, third = queues.behind(first)
    assert queues.note(second, first, ["crm"], done=False)
    assert queues.note(third, first, ["crm", "mail"], done=True)
    (left,) = queues.behind(first)
    assert (left.id, left.done_by, left.attempts) == ("b", ("crm",), 0)


def test_nothing_can_be_noted_once_the_head_is_somebody_elses(storage, outbox, queues):
    announce(storage, (7, "a", 1), (7, "b", 2))
    first = head(outbox)
    (second,) = queues.behind(first)
    head(outbox, "w2", LATER)
    assert not queues.note(second, first, ["crm"], done=False)
    (second,) = queues.behind(first)
    assert second.done_by == ()


def test_every_event_is_unshown_until_marked_whatever_became_of_it(storage, outbox, queues):
    announce(storage, (7, "a", 1), (8, "b", 1), (9, "c", 1))
    a, b, c = (Unshown(PROGRAM, member, name) for member, name in ((7, "a"), (8, "b"), (9, "c")))
    claimed = outbox.claim_events(PROGRAM, "w1", 10, 30, NOON)
    outbox.mark_done(claimed[:1])
    outbox.park(claimed[1], [])
    assert queues.unshown(10) == [a, b, c]
    assert queues.unshown(2) == [a, b]
    queues.mark_shown([b])
    queues.mark_shown([])
    assert queues.unshown(10) == [a, c]


def test_a_settled_event_says_whether_it_is_shown_and_never_loses_that(storage, outbox, queues):
    announce(storage, (7, "a", 1), (8, "b", 1), (9, "c", 1))
    done, again, parked = outbox.claim_events(PROGRAM, "w1", 10, 30, NOON)
    outbox.mark_done([done], shown=True)
    outbox.retry_later(again, NOON, [], shown=True)
    outbox.park(parked, [], shown=True)
    assert queues.unshown(10) == []
    outbox.mark_done([head(outbox)], shown=False)
    assert queues.unshown(10) == []
