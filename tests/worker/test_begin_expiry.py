"""Expiry switched on: what is there lasts one whole period from that day, and no sooner ends."""

from __future__ import annotations

from datetime import timedelta
from threading import Event

import pytest

from loyalty_engine.bootstrap import Parts
from loyalty_engine.clock import StoppedClock
from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.use_cases.households.join_household import add_to_household, open_household
from loyalty_engine.worker.jobs import Jobs, count_due
from loyalty_engine.worker.sweeps import SWEEPS
from tests.shop import line
from tests.worker.conftest import BASE, NOW, PROGRAM, TIERS, Counter, Site

DAY = timedelta(days=1)
(BEGIN,) = (it for it in SWEEPS if it.name == "begin_expiry")
FOR_EVER = PROGRAM.replace("pending: 14 days, expires: 3 months", "expires: never")
ENDING = FOR_EVER.replace("expires: never", "expires: 30 days")


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(NOW)


@pytest.fixture
def parts(site: Site, monkeypatch: pytest.MonkeyPatch, clock: StoppedClock) -> Parts:
    parts = site.parts(monkeypatch, clock)
    publish(parts, FOR_EVER)
    return parts


def publish(parts: Parts, program: str) -> None:
    """In force from this instant on; what comes a second later is decided by it."""
    source = {"program.yaml": program, "tiers.yaml": TIERS, "base.yaml": BASE}
    parts.shelf.publish("shop", source, "test", parts.clock.now())
    assert isinstance(parts.clock, StoppedClock)
    parts.clock.advance(timedelta(seconds=1))


def work(parts: Parts) -> None:
    jobs = Jobs(parts, "w1", Event(), page=2)
    while jobs.step():
        pass


def test_what_is_there_lasts_a_whole_period_from_the_day_of_the_change(
    parts: Parts, clock: StoppedClock
):
    counter = Counter(parts)
    for name in ("ada", "bea", "cyd"):
        counter.enrol(name)
        counter.buy(f"T-{name}", [line("1", 1000)], name)
    clock.advance(300 * DAY)
    work(parts)
    changed = clock.now()
    publish(parts, ENDING)
    clock.advance(timedelta(hours=3))
    counter.buy("T-2", [line("1", 500)], "ada")
    work(parts)
    assert counter.points(member="ada") == 15
    clock.set(changed + 30 * DAY - timedelta(seconds=1))
    assert [counter.points(member=it) for it in ("ada", "bea", "cyd")] == [15, 10, 10]
    clock.set(changed + 30 * DAY)
    assert [counter.points(member=it) for it in ("ada", "bea", "cyd")] == [5, 0, 0]
    work(parts)
    assert verify(parts.storage, "shop").findings == ()


def test_a_longer_time_changes_nothing_for_what_is_there(parts: Parts, clock: StoppedClock):
    counter = Counter(parts)
    publish(parts, ENDING)
    counter.enrol("ada")
    counter.buy("T-1", [line("1", 1000)])
    clock.advance(DAY)
    publish(parts, ENDING.replace("30 days", "60 days"))
    work(parts)
    clock.set(NOW + 30 * DAY + timedelta(seconds=2))
    assert counter.points() == 0


def test_points_that_several_share_get_an_end_by_the_tier_of_who_earned_them(
    parts: Parts, clock: StoppedClock
):
    counter = Counter(parts)
    for name, price in (("ada", 1000), ("bea", 20_000), ("cyd", 500)):
        counter.enrol(name)
        counter.buy(f"T-{name}", [line("1", price)], name)
    open_household(parts.engine, counter.fresh(), "H", "ada")
    add_to_household(parts.engine, counter.fresh(), "H", "bea")
    clock.advance(100 * DAY)
    changed = clock.now()
    by_tier = "expires: {after: 30 days, by_tier: {gold: 60 days}}"
    publish(parts, FOR_EVER.replace("expires: never", by_tier))
    work(parts)
    assert count_due(parts, "shop", BEGIN, clock.now()) == 0
    clock.set(changed + 30 * DAY)
    assert [counter.points(member=it) for it in ("ada", "bea", "cyd")] == [200, 200, 0]
    clock.set(changed + 60 * DAY)
    assert [counter.points(member=it) for it in ("ada", "bea", "cyd")] == [0, 0, 0]
    work(parts)
    assert verify(parts.storage, "shop").findings == ()
