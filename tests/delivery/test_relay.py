"""Every event is told to every reaction, at least once, in order for each member."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from loyalty_engine.delivery.backoff import MOST_ATTEMPTS
from loyalty_engine.delivery.relay import Relay, public_id
from loyalty_engine.storage.sql.outbox import Backlog, Claimed, Outbox
from loyalty_engine.storage.sql.outbox_queues import OutboxQueues
from loyalty_engine.storage.sql.storage import SqlStorage
from tests.delivery.conftest import NOON, PROGRAM, Clock, Taker, announce, run_dry

Make = Callable[..., Relay[Claimed]]


def backlog(storage: SqlStorage) -> Backlog:
    return Outbox(storage).backlog(PROGRAM)


def unshown(storage: SqlStorage) -> int:
    return len(OutboxQueues(storage).unshown(1000))


def fails_at(*versions: int) -> Callable[[dict], str]:
    return lambda told: "down" if told["body"]["version"] in versions else ""


def test_events_of_a_member_are_told_in_order(storage: SqlStorage, relay: Make):
    announce(storage, (7, 3), (7, 1), (8, 1), (7, 2))
    crm = Taker("crm")
    run_dry(relay(crm))
    assert [version for member, version in crm.took if member == "member-7"] == [1, 2, 3]
    assert ("member-8", 1) in crm.took
    assert backlog(storage) == Backlog(0, 0, None)


def test_what_is_told(storage: SqlStorage, relay: Make):
    announce(storage, (7, 1))
    crm = Taker("crm")
    run_dry(relay(crm))
    assert crm.told == [
        {
            "event": "purchase_recorded",
            "body": {"member": "member-7", "version": 1},
            "id": public_id(PROGRAM, 7, "purchase_recorded:1"),
            "program": PROGRAM,
            "at": NOON,
        }
    ]


def test_an_erased_member_has_no_name(storage: SqlStorage, relay: Make):
    announce(storage, (7, 1))
    crm = Taker("crm")
    run_dry(relay(crm, name_of=lambda program, number: None))
    assert crm.took == [(None, 1)]


def test_ids_are_told_apart():
    ids = {
        public_id("grocer", 7, "a"),
        public_id("grocer", 8, "a"),
        public_id("grocer", 7, "b"),
        public_id("grocer 7", 7, "a"),
        public_id("grocer", 77, "a"),
    }
    assert len(ids) == 5
    assert all(len(it) == 32 and it.isalnum() for it in ids)


def test_without_reactions_events_are_done(storage: SqlStorage, relay: Make):
    announce(storage, (7, 1), (7, 2))
    run_dry(relay())
    assert backlog(storage) == Backlog(0, 0, None)


def test_a_reaction_hears_of_its_programmes_only(storage: SqlStorage, relay: Make):
    announce(storage, (7, 1))
    announce(storage, (7, 2), program="fashion")
    crm = Taker("crm", programs=frozenset({"fashion"}))
    run_dry(relay(crm))
    assert [told["program"] for told in crm.told] == ["fashion"]


def test_who_has_taken_an_event_is_not_told_again(storage: SqlStorage, relay: Make, clock: Clock):
    announce(storage, (7, 1))
    down = [True]
    crm, mail = Taker("crm", lambda told: "down" if down else ""), Taker("mail")
    telling = relay(crm, mail)
    run_dry(telling)
    down.clear()
    run_dry(telling)
    assert crm.took == []
    clock.advance(seconds=1)
    run_dry(telling)
    assert (len(crm.told), crm.took) == (2, [("member-7", 1)])
    assert mail.took == [("member-7", 1)]
    assert crm.told[0]["id"] == crm.told[1]["id"]


def test_a_member_waits_for_its_event_and_others_do_not(
    storage: SqlStorage, relay: Make, clock: Clock
):
    announce(storage, (7, 1), (7, 2), (8, 1), (8, 2))
    crm = Taker("crm", lambda told: "poison" if told["body"]["member"] == "member-7" else "")
    telling = relay(crm)
    run_dry(telling)
    assert crm.took == [("member-8", 1), ("member-8", 2)]
    assert [
        told["body"]["version"] for told in crm.told if told["body"]["member"] == "member-7"
    ] == [1]
    assert backlog(storage).waiting == 2


def test_one_reaction_that_is_down_does_not_hold_up_another(
    storage: SqlStorage, relay: Make, clock: Clock
):
    announce(storage, *((7, version) for version in range(1, 6)))
    down = [True]
    crm, mail = Taker("crm", lambda told: "down" if down else ""), Taker("mail")
    telling = relay(crm, mail)
    run_dry(telling)
    assert mail.took == [("member-7", version) for version in range(1, 6)]
    assert crm.took == []
    announce(storage, (7, 6))
    clock.advance(seconds=1)
    run_dry(telling)
    assert mail.took[-1] == ("member-7", 6)
    down.clear()
    clock.advance(hours=1)
    run_dry(telling)
    assert crm.took == [("member-7", version) for version in range(1, 7)]
    assert mail.took == [("member-7", version) for version in range(1, 7)]
    assert backlog(storage) == Backlog(0, 0, None)


def test_each_reaction_keeps_its_own_order(storage: SqlStorage, relay: Make, clock: Clock):
    announce(storage, *((7, version) for version in range(1, 7)))
    ok = [False]
    crm = Taker("crm", lambda told: "" if ok[0] else fails_at(2)(told))
    mail = Taker("mail", lambda told: "" if ok[0] else fails_at(4)(told))
    telling = relay(crm, mail)
    for _ in range(5):
        run_dry(telling)
        clock.advance(hours=1)
    assert [version for _, version in crm.took] == [1]
    assert [version for _, version in mail.took] == [1, 2, 3]
    ok[0] = True
    run_dry(telling)
    assert [version for _, version in crm.took] == [1, 2, 3, 4, 5, 6]
    assert [version for _, version in mail.took] == [1, 2, 3, 4, 5, 6]


def test_what_is_never_taken_is_parked_and_told_to_the_operator(
    storage: SqlStorage, relay: Make, clock: Clock, caplog: pytest.LogCaptureFixture
):
    announce(storage, (7, 1), (7, 2))
    crm = Taker("crm", fails_at(1))
    telling = relay(crm)
    with caplog.at_level(logging.ERROR):
        for _ in range(MOST_ATTEMPTS + 5):
            run_dry(telling)
            clock.advance(hours=1)
    assert [told["body"]["version"] for told in crm.told] == [1] * MOST_ATTEMPTS + [2]
    assert backlog(storage) == Backlog(0, 1, None)
    assert (telling.counts["parked"], telling.counts["done"]) == (1, 1)
    (record,) = caplog.records
    assert "parked" in record.message
    assert "crm" in record.message
    assert "member-7" not in record.message


def test_a_parked_event_that_is_woken_goes_to_those_who_lack_it(
    storage: SqlStorage, relay: Make, clock: Clock
):
    announce(storage, (7, 1))
    broken = [True]
    crm, mail = Taker("crm", lambda told: "down" if broken else ""), Taker("mail")
    telling = relay(crm, mail)
    for _ in range(MOST_ATTEMPTS):
        run_dry(telling)
        clock.advance(hours=1)
    broken.clear()
    assert Outbox(storage).wake_parked(PROGRAM, clock()) == 1
    run_dry(telling)
    assert crm.took == [("member-7", 1)]
    assert len(mail.told) == 1


def test_one_that_has_ended_its_worker_too_often_is_parked_untried(
    storage: SqlStorage, relay: Make, clock: Clock
):
    announce(storage, (7, 1))
    outbox = Outbox(storage)
    for _ in range(MOST_ATTEMPTS):  # as many workers that died of it
        assert outbox.claim_events(PROGRAM, "dead", 10, 60, clock())
        clock.advance(minutes=1)
    crm = Taker("crm")
    run_dry(relay(crm))
    assert crm.told == []
    assert backlog(storage) == Backlog(0, 1, None)


def test_two_workers_share_the_events_and_keep_the_order(
    storage: SqlStorage, relay: Make, clock: Clock
):
    announce(storage, *((member, version) for version in range(1, 6) for member in range(1, 9)))
    crm = Taker("crm")
    workers = [relay(crm, worker="w1"), relay(crm, worker="w2")]
    threads = [threading.Thread(target=run_dry, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run_dry(*workers)
    for member in range(1, 9):
        versions = [version for name, version in crm.took if name == f"member-{member}"]
        assert versions == [1, 2, 3, 4, 5]


def test_what_a_dead_worker_had_in_hand_comes_again_with_the_same_id(
    storage: SqlStorage, relay: Make, clock: Clock
):
    announce(storage, (7, 1), (7, 2))
    seen = Taker("crm")
    dying = relay(seen)

    def die(*_: object, **__: object) -> int:
        raise OSError("told, and not marked: here the worker ends")

    dying._outbox.mark_done = die  # type: ignore[method-assign]
    with pytest.raises(OSError, match="not marked"):
        dying.step()
    crm = Taker("crm")
    run_dry(relay(crm, worker="w2"))
    assert crm.told == []
    clock.advance(seconds=60)
    run_dry(relay(crm, worker="w2"))
    assert [told["body"]["version"] for told in crm.told] == [1, 2]
    assert crm.told[0]["id"] == seen.told[0]["id"]


def test_a_reaction_that_hangs_is_left_behind(storage: SqlStorage, relay: Make, clock: Clock):
    announce(storage, (7, 1), (8, 1))
    go_on = threading.Event()

    def hang(told: dict) -> str:
        if told["body"]["member"] == "member-7":
            go_on.wait()
        return ""

    crm, mail = Taker("crm", hang), Taker("mail")
    telling = relay(crm, mail, deadline=1.0)
    run_dry(telling)
    assert ("member-8", 1) in crm.took
    assert sorted(mail.took) == [("member-7", 1), ("member-8", 1)]
    assert backlog(storage).waiting == 1
    go_on.set()


def test_one_that_hangs_every_time_is_soon_not_called_any_more(
    storage: SqlStorage, relay: Make, clock: Clock
):
    announce(storage, *((member, 1) for member in range(1, 11)))
    go_on = threading.Event()

    def hang(told: dict) -> str:
        go_on.wait()
        return ""

    crm, mail = Taker("crm", hang), Taker("mail")
    run_dry(relay(crm, mail, deadline=0.3))
    assert len(crm.told) == 5
    assert len(mail.took) == 10
    go_on.set()


@pytest.mark.parametrize("kind", [ValueError, SystemExit, KeyboardInterrupt, GeneratorExit])
def test_a_reaction_that_ends_its_thread_has_not_taken_the_event(
    storage: SqlStorage, relay: Make, kind: type[BaseException], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(threading, "excepthook", lambda args: None)

    def fail(told: dict) -> str:
        raise kind

    announce(storage, (7, 1))
    telling = relay(Taker("crm", fail))
    telling.step()
    assert telling.counts["retried"] == 1


def test_a_body_that_cannot_be_read_costs_only_its_own_member(storage: SqlStorage, relay: Make):
    announce(storage, (7, 1), body=b"{")
    announce(storage, (8, 1))
    crm = Taker("crm")
    run_dry(relay(crm))
    assert crm.took == [("member-8", 1)]


def test_no_reaction_can_change_what_another_is_told(storage: SqlStorage, relay: Make):
    announce(storage, (7, 1))

    def meddle(told: dict) -> str:
        told["body"]["version"] = 99
        return ""

    first, second = Taker("a", meddle), Taker("b")
    run_dry(relay(first, second))
    assert second.took == [("member-7", 1)]


def test_stopping_gives_back_what_is_not_begun(storage: SqlStorage, relay: Make, clock: Clock):
    announce(storage, *((member, 1) for member in range(1, 6)))
    stop = threading.Event()

    def last(told: dict) -> str:
        stop.set()
        return ""

    relay(Taker("crm", last), stop=stop).step()
    crm = Taker("crm")
    run_dry(relay(crm, worker="w2"))
    assert len(crm.took) == 4


def test_stopping_leaves_a_reaction_in_the_middle(storage: SqlStorage, relay: Make):
    announce(storage, (7, 1))
    stop, go_on = threading.Event(), threading.Event()

    def last(told: dict) -> str:
        stop.set()
        go_on.wait()
        return ""

    relay(Taker("crm", last), stop=stop).step()
    crm = Taker("crm")
    run_dry(relay(crm, worker="w2"))
    assert crm.took == [("member-7", 1)]
    go_on.set()


def test_slow_events_do_not_outlast_the_claim(storage: SqlStorage, relay: Make, clock: Clock):
    announce(storage, *((member, 1) for member in range(1, 6)))

    def slow(told: dict) -> str:
        clock.advance(seconds=20)
        return ""

    crm = Taker("crm", slow)
    telling = relay(crm, lease_seconds=60)
    assert telling.step() == 5
    assert len(crm.took) == 2
    assert [it.attempts for it in Outbox(storage).claim_events(None, "w2", 9, 9, clock())] == [
        1
    ] * 3


def test_each_member_is_refreshed_before_anybody_is_told(storage: SqlStorage, relay: Make):
    announce(storage, (7, 1), (8, 1))
    order: list[object] = []

    def refresh(program: str, member: int) -> bool:
        order.append((program, member))
        return True

    def took(told: dict) -> str:
        order.append(told["body"]["member"])
        return ""

    run_dry(relay(Taker("crm", took), refresh=refresh))
    pairs = set(zip(order[::2], order[1::2], strict=True))
    assert pairs == {((PROGRAM, 7), "member-7"), ((PROGRAM, 8), "member-8")}
    assert unshown(storage) == 0


def failing(program: str, member: int) -> bool:
    raise OSError("gone")


@pytest.mark.parametrize("refresh", [lambda program, member: False, failing])
def test_a_balance_that_cannot_be_refreshed_holds_up_no_reaction(
    storage: SqlStorage, relay: Make, refresh: Callable[[str, int], bool]
):
    announce(storage, (7, 1), (7, 2))
    crm = Taker("crm")
    run_dry(relay(crm, refresh=refresh))
    assert len(crm.took) == 2
    assert backlog(storage).waiting == 0
    assert unshown(storage) == 2


def test_without_kept_balances_nothing_waits_to_be_shown(storage: SqlStorage, relay: Make):
    announce(storage, (7, 1))
    run_dry(relay())
    assert unshown(storage) == 0


def test_a_sink_that_is_down_for_ten_minutes_gets_everything_in_order(
    storage: SqlStorage, relay: Make, clock: Clock
):
    opens = NOON + timedelta(minutes=10)
    crm = Taker("crm", lambda told: "" if clock() >= opens else "down")
    telling = relay(crm)
    announce(storage, *((member, version) for version in range(1, 4) for member in range(1, 6)))
    while backlog(storage).waiting:
        run_dry(telling)
        clock.advance(seconds=30)
    assert clock() < opens + timedelta(minutes=15)
    for member in range(1, 6):
        assert [v for name, v in crm.took if name == f"member-{member}"] == [1, 2, 3]
    assert backlog(storage).parked == 0


def test_balances_that_are_seen_already_are_not_read_again(storage: SqlStorage, relay: Make):
    announce(storage, (7, 1), (8, 1), (9, 1))
    refreshed: list[int] = []

    def refresh(program: str, member: int) -> bool:
        refreshed.append(member)
        return True

    def seen(events: Sequence[Claimed]) -> set[int]:
        return {place for place, event in enumerate(events) if event.member == 8}

    run_dry(relay(refresh=refresh, seen=seen))
    assert sorted(refreshed) == [7, 9]
    assert unshown(storage) == 0


def test_what_the_keeper_has_shown_the_relay_does_not_show_again(storage: SqlStorage, relay: Make):
    announce(storage, (7, 1))
    queues = OutboxQueues(storage)
    queues.mark_shown(queues.unshown(10))
    refreshed: list[int] = []
    run_dry(relay(refresh=lambda _, member: bool(refreshed.append(member))))
    assert refreshed == []
    assert backlog(storage).waiting == 0
