"""A sweep over many: paced, beside others, beside checkouts, and after it was killed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from loyalty_engine.bootstrap import Parts
from loyalty_engine.clock import StoppedClock
from loyalty_engine.domain.errors import LoyaltyError
from loyalty_engine.domain.requests import HoldRequest
from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.storage.sql.reading.backlog import waiting
from loyalty_engine.use_cases.points.in_pages import settle_page
from loyalty_engine.use_cases.spending.place_hold import place_hold
from loyalty_engine.worker.jobs import run_sweep
from loyalty_engine.worker.pacing import FIRST_SIZE, LARGEST_SIZE, LONG_SECONDS, Pace
from loyalty_engine.worker.sweeps import SWEEPS
from tests.worker.conftest import NOW, ROOT, Counter, Site, eventually

EXPIRE, LAPSE = (
    next(it for it in SWEEPS if it.name == name) for name in ("expire_points", "lapse_holds")
)
MEMBERS = 40


# --- pacing --------------------------------------------------------------------------------


def test_a_job_rests_for_the_rest_of_the_time() -> None:
    assert Pace(100).rest(0.04, 50) == 0
    assert Pace(50).rest(0.04, 50) == pytest.approx(0.04)
    assert Pace(20).rest(0.04, 50) == pytest.approx(0.16)


def test_rests_grow_where_a_member_takes_longer_than_it_once_did() -> None:
    pace = Pace(50)
    pace.rest(0.01, 50)
    assert pace.rest(0.015, 50) == pytest.approx(0.015), "as usual, near enough"
    assert 1.5 * 0.06 < pace.rest(0.06, 50) < 2 * 0.06
    assert pace.rest(10.0, 50) == pytest.approx(30.0), "three times at most"


def test_a_page_with_nobody_says_nothing_of_how_long_one_takes() -> None:
    pace = Pace(50)
    pace.rest(0.01, 50)
    pace.rest(0.000001, 0)
    assert pace.rest(0.015, 50) == pytest.approx(0.015)


def test_pages_grow_while_they_are_short_and_shrink_when_they_are_long() -> None:
    pace = Pace(50)
    for _ in range(30):
        pace.rest(0.001, pace.size)
    assert pace.size == LARGEST_SIZE
    pace.rest(LONG_SECONDS * 2, pace.size)
    assert pace.size == LARGEST_SIZE // 2
    for _ in range(30):
        pace.rest(LONG_SECONDS * 2, pace.size)
    assert pace.size == 1
    last = Pace(50)
    last.rest(0.001, FIRST_SIZE - 1)
    assert last.size == FIRST_SIZE, "the end of a round says nothing"


# --- beside others -------------------------------------------------------------------------


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(NOW)


@pytest.fixture
def busy_site(tmp_path: Path, postgres_url: str) -> Iterator[Site]:
    site = Site(tmp_path, postgres_url)
    yield site
    site.close()


@pytest.fixture
def parts(busy_site: Site, monkeypatch: pytest.MonkeyPatch, clock: StoppedClock) -> Parts:
    return busy_site.parts(monkeypatch, clock)


def with_points(parts: Parts, count: int) -> list[int]:
    """Members who have ten points until three months later; their numbers."""
    counter = Counter(parts)
    for number in range(count):
        counter.enrol(f"m{number}")
        counter.adjust(10, member=f"m{number}")
    with parts.storage.read("shop") as view:
        return list(view.members_after())


def expiries(parts: Parts, numbers: list[int]) -> int:
    with parts.storage.read("shop") as view:
        kinds = [entry.kind for it in numbers for entry, _ in view.entries(it)]
    return kinds.count("expire")


def proven(parts: Parts) -> bool:
    return verify(parts.storage, "shop").findings == ()


def test_who_is_in_somebodys_hands_is_left_out_and_nobody_is_waited_for(
    parts: Parts, clock: StoppedClock
) -> None:
    numbers = with_points(parts, 3)
    clock.advance(timedelta(days=200))
    with parts.storage.begin("shop", clock.now()) as work:
        work.member(numbers[1])
        done = settle_page(parts.engine, "shop", numbers, clock.now())
    assert (done.done, done.busy, done.alone) == (2, [numbers[1]], [])
    assert expiries(parts, numbers) == 2


def test_several_at_once_beside_a_checkout_expire_everything_once(
    parts: Parts, clock: StoppedClock
) -> None:
    numbers = with_points(parts, MEMBERS)
    clock.advance(timedelta(days=200))
    counter = Counter(parts)
    counter._next = MEMBERS

    def sweep(_: int) -> int:
        return run_sweep(parts, "shop", EXPIRE, clock.now(), lambda _: None, page=7)[1]

    def check_out(_: int) -> int:
        for number in range(0, MEMBERS, 3):
            with suppress(LoyaltyError):  # its points had expired, swept or not
                counter.adjust(-10, member=f"m{number}")
        return 0

    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(it, 0) for it in (sweep, sweep, sweep, check_out)]
        assert sum(job.result() for job in jobs) == 0
    assert expiries(parts, numbers) == MEMBERS
    assert waiting(parts.storage, "shop", "expire_points", clock.now()) == 0
    assert proven(parts)


def test_holds_lapse_once_however_many_let_go_of_them(parts: Parts, clock: StoppedClock) -> None:
    numbers = with_points(parts, 12)
    counter = Counter(parts)
    for number in range(len(numbers)):
        asked = HoldRequest(f"H-{number}", f"m{number}", "points", 4, 60)
        place_hold(parts.engine, counter.caller(), asked)
    clock.advance(timedelta(seconds=60))

    def sweep(_: int) -> tuple[int, int]:
        return run_sweep(parts, "shop", LAPSE, clock.now(), lambda _: None, page=5)

    with ThreadPoolExecutor(3) as pool:
        assert all(failed == 0 for _, failed in pool.map(sweep, range(3)))
    with parts.storage.read("shop") as view:
        told = [entry.reason for it in numbers for entry, _ in view.entries(it)]
        held = [view.balances(it)["points"].held for it in numbers]
    assert told.count("hold lapsed") == len(numbers)
    assert held == [0] * len(numbers)
    assert waiting(parts.storage, "shop", "lapse_holds", clock.now()) == 0
    assert proven(parts)


RUN = "from loyalty_engine.cli import main; main()"


def test_one_that_is_killed_is_gone_on_with_by_the_next(
    busy_site: Site, parts: Parts, clock: StoppedClock
) -> None:
    numbers = with_points(parts, FIRST_SIZE + 30)
    clock.advance(timedelta(days=200))
    busy_site.shift(round((clock.now() - datetime.now(UTC)).total_seconds()))
    command = [sys.executable, "-c", RUN, "jobs", "run", "expire_points", "-p", "shop", "--quiet"]
    process = subprocess.Popen(
        [*command, "--share", "1"],  # so it rests for long after its first page
        env={**os.environ, **busy_site.environment, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
    )
    assert eventually(lambda: expiries(parts, numbers) > 0)
    process.kill()
    process.wait()
    assert 0 < expiries(parts, numbers) < len(numbers)
    assert proven(parts)
    assert run_sweep(parts, "shop", EXPIRE, clock.now(), lambda _: None)[1] == 0
    assert expiries(parts, numbers) == len(numbers)
    assert proven(parts)
