"""What time brings is booked by jobs that any worker may do, page by page, one worker at a time."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from threading import Event

import pytest

from loyalty_engine.bootstrap import Parts
from loyalty_engine.clock import StoppedClock
from loyalty_engine.domain.requests import HoldRequest
from loyalty_engine.ports import Address, Operation
from loyalty_engine.storage.sql.leases import Leases
from loyalty_engine.storage.sql.outbox import Outbox
from loyalty_engine.use_cases.spending.place_hold import place_hold
from loyalty_engine.worker.jobs import HELD_FOR, OPERATIONS_KEPT, Jobs
from loyalty_engine.worker.sweeps import SWEEPS, Sweep
from tests.shop import line
from tests.worker.conftest import NOW, Counter, Site

MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(NOW)


@pytest.fixture
def parts(site: Site, monkeypatch: pytest.MonkeyPatch, clock: StoppedClock) -> Parts:
    return site.parts(monkeypatch, clock)


@pytest.fixture
def counter(parts: Parts) -> Counter:
    return Counter(parts)


def work(parts: Parts, **more: object) -> None:
    jobs = Jobs(parts, "w1", Event(), **more)  # type: ignore[arg-type]
    while jobs.step():
        pass


def kinds(parts: Parts, member: str = "ada") -> list[str]:
    """What has been booked for a member, in the ledger and not by looking."""
    with parts.storage.read("shop") as view:
        found = view.find_member(Address("member", member))
        assert found is not None
        return [entry.kind for entry, _ in view.entries(found.account)]


def figures(parts: Parts, member: str = "ada") -> tuple[int, int]:
    """Available and pending, as stored."""
    with parts.storage.read("shop") as view:
        found = view.find_member(Address("member", member))
        assert found is not None
        balance = view.balances(found.account)["points"]
        return balance.available, balance.pending


def test_pending_points_become_available_and_old_ones_expire(
    parts: Parts, counter: Counter, clock: StoppedClock
):
    counter.enrol()
    counter.buy("T-1", [line("1", 1000)])
    work(parts)
    assert figures(parts) == (0, 10)
    clock.advance(timedelta(days=14))
    work(parts)
    assert figures(parts) == (10, 0)
    clock.advance(timedelta(days=93))
    work(parts)
    assert figures(parts) == (0, 0)
    assert "expire" in kinds(parts)


def test_what_is_booked_is_announced(parts: Parts, counter: Counter, clock: StoppedClock):
    counter.enrol()
    counter.buy("T-1", [line("1", 1000)])
    clock.advance(timedelta(days=14))
    work(parts)
    outbox, told = Outbox(parts.storage), []
    while events := outbox.claim_events("shop", "w1", 10, 30, clock.now()):
        told += [event.kind for event in events]
        outbox.mark_done(events)
    assert told[-1] == "account_settled"


def test_a_tier_whose_period_is_over_is_reviewed(
    parts: Parts, counter: Counter, clock: StoppedClock
):
    counter.enrol()
    counter.buy("T-1", [line("1", 10000)])

    def tier() -> str:
        with parts.storage.read("shop") as view:
            found = view.find_member(Address("member", "ada"))
            assert found is not None
            return found.tier.tier

    work(parts)
    assert tier() == "gold"
    clock.set(datetime.fromisoformat("2027-01-01T00:10:00+01:00"))
    work(parts)
    assert tier() == "basic"


def test_a_reservation_that_has_lapsed_frees_what_it_held(
    parts: Parts, counter: Counter, clock: StoppedClock
):
    counter.enrol()
    counter.adjust(300)
    clock.advance(timedelta(days=15))
    work(parts)
    counter.quote(counter.basket("T-1", [line("1", 1000)], spend={"points": 200}), reserve=True)
    assert figures(parts) == (100, 0)
    clock.advance(timedelta(minutes=31))
    work(parts)
    assert figures(parts) == (300, 0)


def test_a_hold_that_has_lapsed_is_let_go(parts: Parts, counter: Counter, clock: StoppedClock):
    counter.enrol()
    counter.adjust(300)
    clock.advance(timedelta(days=15))
    work(parts)
    asked = HoldRequest("H-1", "ada", "points", 200, 600)
    place_hold(parts.engine, counter.caller(), asked)
    assert figures(parts) == (100, 0)
    clock.advance(timedelta(minutes=11))
    work(parts)
    assert figures(parts) == (300, 0)


def test_old_operations_are_forgotten_and_younger_ones_kept(parts: Parts, clock: StoppedClock):
    for number in range(1200):
        with parts.storage.begin("shop", clock.now()) as unit:
            unit.remember(Operation("till", f"old-{number}", b"", clock.now(), 200))
    clock.advance(OPERATIONS_KEPT)
    with parts.storage.begin("shop", clock.now()) as unit:
        unit.remember(Operation("till", "young", b"", clock.now(), 200))
    clock.advance(timedelta(seconds=1))
    work(parts)
    with parts.storage.read("shop") as view:
        assert view.operation("till", "old-0") is None
        assert view.operation("till", "old-1199") is None
        assert view.operation("till", "young") is not None


def due_members(parts: Parts, counter: Counter, clock: StoppedClock, count: int) -> list[str]:
    """Members with points that have just become available and are not booked so."""
    names = [f"m{number}" for number in range(count)]
    for name in names:
        counter.enrol(name)
        counter.buy(f"T-{name}", [line("1", 1000)], name)
    clock.advance(timedelta(days=14))
    return names


def settled(parts: Parts, names: list[str]) -> int:
    return sum(figures(parts, name) == (10, 0) for name in names)


def test_a_job_goes_through_everybody_page_by_page(
    parts: Parts, counter: Counter, clock: StoppedClock
):
    names = due_members(parts, counter, clock, 5)
    jobs = Jobs(parts, "w1", Event(), page=2, turn=0)
    assert jobs.step()
    assert settled(parts, names) == 2
    while jobs.step():
        pass
    assert settled(parts, names) == 5


def test_another_worker_goes_on_where_one_has_left_off(
    parts: Parts, counter: Counter, clock: StoppedClock
):
    names = due_members(parts, counter, clock, 5)
    seen: list[int] = []

    def note(engine: object, program: str, number: int, now: datetime) -> None:
        seen.append(number)

    sweeps = [Sweep("expire_points", MINUTE, SWEEPS[0].due, note)]
    assert Jobs(parts, "w1", Event(), 2, sweeps, turn=0).step()
    work(parts, page=2, sweeps=sweeps)
    assert len(seen) == len(set(seen)) == len(names)
    assert seen == sorted(seen)


def test_what_one_worker_has_no_other_takes_until_it_is_taken_for_dead(
    parts: Parts, counter: Counter, clock: StoppedClock
):
    names = due_members(parts, counter, clock, 1)
    Leases(parts.storage).take_lease(
        "shop", "expire_points", "dead", clock.now() + HELD_FOR, clock.now()
    )
    work(parts)
    assert settled(parts, names) == 0
    clock.advance(HELD_FOR)
    work(parts)
    assert settled(parts, names) == 1


def test_a_job_that_is_done_rests_until_it_is_due_again(
    parts: Parts, counter: Counter, clock: StoppedClock
):
    work(parts)
    names = due_members(parts, counter, clock, 1)
    clock.advance(timedelta(days=-14) + timedelta(seconds=59))
    calls: list[str] = []
    sweeps = [
        Sweep("expire_points", MINUTE, lambda *_: calls.append("looked") or [], lambda *_: None)
    ]
    work(parts, sweeps=sweeps)
    assert calls == []
    clock.advance(timedelta(seconds=1))
    work(parts, sweeps=sweeps)
    assert calls == ["looked"]
    assert settled(parts, names) == 0


def test_one_member_that_breaks_a_job_holds_up_nobody(
    parts: Parts, counter: Counter, clock: StoppedClock, caplog: pytest.LogCaptureFixture
):
    names = due_members(parts, counter, clock, 3)
    real = SWEEPS[0]
    broken: list[int] = []

    def act(engine: object, program: str, number: int, now: datetime) -> object:
        if not broken or broken == [number]:
            broken[:] = [number]
            raise ValueError("secret of m0")
        return real.act(parts.engine, program, number, now)

    with caplog.at_level(logging.ERROR):
        work(parts, sweeps=[Sweep(real.name, real.every, real.due, act)])
    assert settled(parts, names) == 2
    assert "fails for a member" in caplog.text
    work(parts)
    assert settled(parts, names) == 2
    clock.advance(MINUTE)
    work(parts)
    assert settled(parts, names) == 3


def test_a_job_that_breaks_holds_up_no_other(parts: Parts, counter: Counter, clock: StoppedClock):
    def fail(*_: object) -> list[int]:
        raise OSError("gone")

    names = due_members(parts, counter, clock, 1)
    work(parts, sweeps=[Sweep("broken", MINUTE, fail, lambda *_: None), *SWEEPS])
    assert settled(parts, names) == 1


def test_stopping_leaves_the_rest_for_the_next(parts: Parts, counter: Counter, clock: StoppedClock):
    names = due_members(parts, counter, clock, 4)
    stop, real = Event(), SWEEPS[0]

    def act(engine: object, program: str, number: int, now: datetime) -> object:
        stop.set()
        return real.act(parts.engine, program, number, now)

    Jobs(parts, "w1", stop, 10, [Sweep(real.name, real.every, real.due, act)]).step()
    assert settled(parts, names) == 1
    work(parts)
    assert settled(parts, names) == 4
