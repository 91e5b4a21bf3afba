"""How the jobs are getting on, as an operator sees it; and one of them done outside its turn."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event

import pytest

from loyalty_engine.bootstrap import Parts
from loyalty_engine.clock import StoppedClock
from loyalty_engine.ports import Operation
from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.storage.sql.job_states import JOBS, JobState, job_states
from loyalty_engine.storage.sql.leases import Leases
from loyalty_engine.storage.sql.reading.backlog import FORGET, OPERATIONS_KEPT, points_due, waiting
from loyalty_engine.use_cases.calling import Engine
from loyalty_engine.use_cases.stored_value.finding_cards import CardName
from loyalty_engine.use_cases.stored_value.gift_cards import IssueCard, issue_card
from loyalty_engine.use_cases.stored_value.value_holds import ValueHoldRequest, place_value_hold
from loyalty_engine.use_cases.waiting_jobs import waiting_since
from loyalty_engine.worker.jobs import HELD_FOR, Jobs, run_sweep
from loyalty_engine.worker.sweeps import SWEEPS
from tests.shop import line, read
from tests.worker.conftest import BASE, NOW, PROGRAM, TIERS, Counter, Site

DAY = timedelta(days=1)
EXPIRE, REVIEW = (
    next(it for it in SWEEPS if it.name == name) for name in ("expire_points", "review_tiers")
)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(NOW)


@pytest.fixture
def parts(site: Site, monkeypatch: pytest.MonkeyPatch, clock: StoppedClock) -> Parts:
    monkeypatch.setenv("LOYALTY_SECRET", "a secret of the tests")
    return site.parts(monkeypatch, clock)


@pytest.fixture
def counter(parts: Parts) -> Counter:
    counter = Counter(parts)
    for number in range(3):
        counter.enrol(f"m{number}")
        counter.buy(f"T-{number}", [line("1", 1000 * (number + 1))], f"m{number}")
    return counter


def state(parts: Parts, job: str) -> JobState:
    now = parts.clock.now()
    states = job_states(parts.storage, "shop", now, waiting_since(parts.engine, now))
    (found,) = (it for it in states if it.job == job)
    return found


def count(parts: Parts, job: str) -> int:
    return waiting(parts.storage, "shop", job, parts.clock.now())


def test_every_job_of_the_worker_is_watched() -> None:
    assert (*(it.name for it in SWEEPS), FORGET) == JOBS


def test_what_waits_is_told_and_gone_once_a_worker_has_been(
    parts: Parts, counter: Counter, clock: StoppedClock
):
    before = state(parts, "expire_points")
    assert (before.last_run_at, before.holder, before.lag_seconds) == (None, None, 0.0)
    clock.advance(14 * DAY + timedelta(seconds=90))
    assert count(parts, "expire_points") == 3
    assert state(parts, "expire_points").lag_seconds == 90.0
    jobs = Jobs(parts, "w1", Event(), page=2, turn=0)
    jobs.step()
    halfway = state(parts, "expire_points")
    assert (halfway.under_way, halfway.last_run_at) == (True, clock.now())
    while jobs.step():
        pass
    after = state(parts, "expire_points")
    assert (after.under_way, after.lag_seconds, count(parts, "expire_points")) == (False, 0.0, 0)


MINUTE = timedelta(minutes=1)
SIGNALS = "signals: {email: {compared: email, purpose: one welcome, keep_days: 100}}\n"
CARDS = "stored_value: {country: FR, gift_cards: {valid: 1 year}}\n"
FOR_EVER = PROGRAM.replace("pending: 14 days, expires: 3 months", "expires: never")


def late(parts: Parts, job: str, by: timedelta) -> None:
    """The job is late by so much, and no more once a worker has been."""
    assert state(parts, job).lag_seconds == by.total_seconds()
    while Jobs(parts, "w1", Event(), turn=0).step():
        pass
    assert state(parts, job).lag_seconds == 0


def publish(parts: Parts, program: str) -> None:
    source = {"program.yaml": program, "tiers.yaml": TIERS, "base.yaml": BASE}
    parts.shelf.publish("shop", source, "test", parts.clock.now())


def test_answers_that_are_kept_too_long_are_late(parts: Parts, clock: StoppedClock):
    with parts.storage.begin("shop", clock.now()) as work:
        work.remember(Operation("till", "old", b"", clock.now(), 200))
    clock.advance(OPERATIONS_KEPT)
    assert state(parts, FORGET).lag_seconds == 0
    clock.advance(MINUTE)
    late(parts, FORGET, MINUTE)


def test_signals_of_who_is_long_gone_are_late(parts: Parts, clock: StoppedClock):
    publish(parts, PROGRAM + SIGNALS)
    counter = Counter(parts)
    counter.enrol("ada", signals={"email": "ada@example.org"})
    counter.enrol("ada", status="left")
    clock.advance(100 * DAY)
    assert state(parts, "forget_signals").lag_seconds == 0
    clock.advance(MINUTE)
    late(parts, "forget_signals", MINUTE)


def test_a_hold_of_a_card_that_has_lapsed_is_late(parts: Parts, clock: StoppedClock):
    publish(parts, PROGRAM + CARDS)
    counter = Counter(parts)
    issued = read(issue_card(parts.engine, counter.fresh(), IssueCard("sold", "anne", 500)))
    asked = ValueHoldRequest("H-1", CardName(issued["code"]), 100, 60)
    place_value_hold(parts.engine, counter.caller(), asked)
    clock.advance(2 * MINUTE)
    assert count(parts, "settle_value") == 1
    late(parts, "settle_value", MINUTE)


def test_points_that_wait_for_their_end_are_late(parts: Parts, clock: StoppedClock):
    publish(parts, FOR_EVER)
    clock.advance(MINUTE)
    counter = Counter(parts)
    counter.enrol("ada")
    counter.buy("T-1", [line("1", 1000)], "ada")
    clock.advance(MINUTE)
    publish(parts, FOR_EVER.replace("expires: never", "expires: 30 days"))
    clock.advance(MINUTE)
    late(parts, "begin_expiry", MINUTE)
    clock.advance(DAY)
    assert state(parts, "begin_expiry").lag_seconds == 0


def test_rounds_that_end_well_are_told_and_what_was_done_and_failed(
    parts: Parts, counter: Counter, clock: StoppedClock
):
    clock.advance(14 * DAY)
    broken = set[int]()

    def act(engine: Engine, program: str, number: int, now: datetime) -> object:
        if not broken or number in broken:
            broken.add(number)
            raise ValueError
        return EXPIRE.act(engine, program, number, now)

    fails = replace(EXPIRE, act=act, together=None)
    jobs = Jobs(parts, "w1", Event(), page=2, sweeps=[fails], turn=0)
    while jobs.step():
        pass
    found = state(parts, "expire_points")
    assert (found.done, found.failed, found.succeeded_at) == (3, 1, None)
    assert found.last_run_at == clock.now()
    clock.advance(DAY)
    while Jobs(parts, "w1", Event(), turn=0).step():
        pass
    found = state(parts, "expire_points")
    assert (found.done, found.failed, found.succeeded_at) == (4, 1, clock.now())
    assert state(parts, "forget_operations").succeeded_at == clock.now()


def test_who_has_a_job_is_told_until_it_counts_as_dead(parts: Parts, clock: StoppedClock):
    until = clock.now() + HELD_FOR
    Leases(parts.storage).take_lease("shop", "review_tiers", "w7", until, clock.now())
    assert (state(parts, "review_tiers").holder, state(parts, "review_tiers").until) == (
        "w7",
        until,
    )
    clock.advance(HELD_FOR)
    assert state(parts, "review_tiers").holder is None


def test_a_job_is_done_at_once_for_what_was_due_by_a_day(
    parts: Parts, counter: Counter, clock: StoppedClock
):
    clock.advance(5 * DAY)
    counter.buy("T-9", [line("1", 500)], "m0")
    clock.advance(110 * DAY)
    seen: list[int] = []
    early = NOW + 100 * DAY  # by then only what was bought first had become available
    assert run_sweep(parts, "shop", EXPIRE, early, seen.append, page=2) == (3, 0)
    assert seen == [2, 3]
    assert run_sweep(parts, "shop", EXPIRE, clock.now(), seen.append) == (0, 0)
    assert verify(parts.storage, "shop").findings == ()


def test_points_that_will_expire_are_counted_without_anything_done(
    parts: Parts, counter: Counter, clock: StoppedClock
):
    assert points_due(parts.storage, "shop", NOW + 30 * DAY) == {}
    assert points_due(parts.storage, "shop", NOW + 120 * DAY) == {"points": 60}
    assert count(parts, "expire_points") == 0


def test_tiers_are_reviewed_at_once(parts: Parts, counter: Counter, clock: StoppedClock):
    counter.buy("T-10", [line("1", 20_000)], "m1")
    clock.advance(400 * DAY)
    assert count(parts, "review_tiers") == 3, "calendar years turn for everybody"
    assert run_sweep(parts, "shop", REVIEW, clock.now(), lambda _: None) == (3, 0)
    assert counter.balance("m1")["tier"] == "basic"


def test_two_at_once_do_everybody_once(parts: Parts, counter: Counter, clock: StoppedClock):
    clock.advance(120 * DAY)
    both: list[tuple[int, int]] = []

    def beside(done: int) -> None:
        if done == 1:
            both.append(run_sweep(parts, "shop", EXPIRE, clock.now(), lambda _: None))

    both.append(run_sweep(parts, "shop", EXPIRE, clock.now(), beside, page=1))
    with parts.storage.read("shop") as view:
        accounts = [view.members_after()]  # type: ignore[attr-defined]
        kinds = [it.kind for number in accounts[0] for it, _ in view.entries(number)]
    assert kinds.count("expire") == 3
    assert both[0] == (2, 0)
    assert verify(parts.storage, "shop").findings == ()
