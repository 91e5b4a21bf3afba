"""The heartbeat is written only when everything committed before it is where look-ups find it."""

from __future__ import annotations

from dataclasses import dataclass, field

from loyalty_engine.delivery.keeper import PAGE, Keeper
from loyalty_engine.ports import Event
from loyalty_engine.storage.sql.outbox import Outbox
from loyalty_engine.storage.sql.outbox_queues import OutboxQueues
from loyalty_engine.storage.sql.storage import SqlStorage
from tests.delivery.conftest import NOON, PROGRAM, announce


@dataclass
class Heart:
    """Stands for Redis: a clock that a test sets, and the beats it was given."""

    time: int | None = 1000
    beats: list[int | None] = field(default_factory=list)

    def server_time(self) -> int | None:
        return self.time

    def beat(self, began: int | None) -> bool:
        self.beats.append(began)
        return True


@dataclass
class Shown:
    """Stands for the board: takes members except those in `refuses`."""

    refuses: set[int] = field(default_factory=set)
    members: list[int] = field(default_factory=list)

    def __call__(self, program: str, member: int) -> bool:
        self.members.append(member)
        return member not in self.refuses


def test_with_nothing_to_repair_the_heart_beats(storage: SqlStorage):
    heart = Heart()
    assert Keeper(heart, OutboxQueues(storage), Shown()).step()
    assert heart.beats == [1000]


def test_what_is_not_shown_is_put_there_once_for_each_member_and_then_vouched_for(
    storage: SqlStorage,
):
    announce(storage, (7, 1), (7, 2), (8, 1))
    heart, shown = Heart(), Shown()
    keeper = Keeper(heart, OutboxQueues(storage), shown)
    assert keeper.step()
    assert sorted(shown.members) == [7, 8]
    assert keeper.step()
    assert sorted(shown.members) == [7, 8]
    assert heart.beats == [1000, 1000]


def test_one_that_cannot_be_shown_keeps_the_heart_still(storage: SqlStorage):
    announce(storage, (7, 1), (8, 1))
    heart, shown = Heart(), Shown(refuses={8})
    keeper = Keeper(heart, OutboxQueues(storage), shown)
    assert not keeper.step()
    assert heart.beats == []
    assert [it.member for it in OutboxQueues(storage).unshown(10)] == [8]
    shown.refuses.clear()
    assert keeper.step()
    assert heart.beats == [1000]


def test_what_was_told_but_not_shown_counts(storage: SqlStorage):
    announce(storage, (7, 1))
    outbox = Outbox(storage)
    outbox.mark_done(outbox.claim_events(PROGRAM, "w1", 10, 60, NOON))
    shown = Shown()
    assert Keeper(Heart(), OutboxQueues(storage), shown).step()
    assert shown.members == [7]


def test_what_another_worker_has_in_hand_counts(storage: SqlStorage):
    announce(storage, (7, 1))
    Outbox(storage).claim_events(PROGRAM, "w1", 10, 60, NOON)
    heart, shown = Heart(), Shown(refuses={7})
    assert not Keeper(heart, OutboxQueues(storage), shown).step()
    assert heart.beats == []


def test_without_an_answer_from_redis_nothing_is_read(storage: SqlStorage):
    announce(storage, (7, 1))
    heart, shown = Heart(time=None), Shown()
    assert not Keeper(heart, OutboxQueues(storage), shown).step()
    assert (shown.members, heart.beats) == ([], [])


def test_what_is_committed_while_it_looks_is_left_for_the_next_beat(storage: SqlStorage):
    announce(storage, (7, 1))
    heart = Heart()

    def refresh(program: str, member: int) -> bool:
        heart.time = 2000
        announce(storage, (7, 2))
        return True

    assert Keeper(heart, OutboxQueues(storage), refresh).step()
    assert heart.beats == [1000]
    assert len(OutboxQueues(storage).unshown(10)) == 1


def test_a_long_backlog_is_worked_off_before_the_heart_beats(storage: SqlStorage):
    with storage.begin(PROGRAM, NOON) as work:
        for number in range(PAGE + 20):
            work.announce(Event(number, "e", 1, "purchase_recorded", b"{}", NOON))
    heart, shown = Heart(), Shown()
    assert Keeper(heart, OutboxQueues(storage), shown).step()
    assert len(shown.members) == PAGE + 20
    assert heart.beats == [1000]
