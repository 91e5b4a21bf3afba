"""Points of very many members expire, and tiers of more are reviewed, beside checkouts.

Both run as an operator starts them, in a process of their own, while purchases come at a fifth of
what the service could take; what is told is how long 99 of 100 of these take, beside the same
without anything else to do, in the same run. In the end the books are proven.

Smaller by `BENCH_SWEEP_MEMBERS` (who have five lots each that are due), `BENCH_REVIEW_MEMBERS`,
`BENCH_LOTS_OF_ONE` (of one member, spent at once) and `BENCH_QUIET_SECONDS`. The review of a million
members is told as a projection where there are fewer. `LOYALTY_JOBS_SHARE` counts as ever.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.bench_service import row
from benchmarks.load import Result, at_rate
from benchmarks.load import run as drive
from benchmarks.multitude import copies, tidy
from benchmarks.rig import PROGRAM, ROOT, Rig
from benchmarks.service_facts import MEMBERS, Requests, enrol, purchase, rules
from loyalty_engine.domain.requests import Adjustment
from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.storage.sql.leases import Leases
from loyalty_engine.storage.sql.reading.backlog import waiting
from loyalty_engine.use_cases.calling import Caller
from loyalty_engine.use_cases.members.enrolling import add_member, new_member
from loyalty_engine.use_cases.points.adjust_points import adjust_points
from loyalty_engine.use_cases.purchases.record_purchase import record_purchase

OWNERS = int(os.environ.get("BENCH_SWEEP_MEMBERS", "200000"))
LOTS = 5
REVIEWED = int(os.environ.get("BENCH_REVIEW_MEMBERS", "300000"))
LOTS_OF_ONE = int(os.environ.get("BENCH_LOTS_OF_ONE", "10000"))
QUIET = float(os.environ.get("BENCH_QUIET_SECONDS", "30"))
SHARE = 0.2
"""Of what the service can take, what comes while the sweep runs."""

SPENDERS = 5
TIMES, MOST_MS = 3.0, 500.0
"""Goals: so many times the quiet p99 at most; so many milliseconds for one redemption."""

REWARD = """
reward: holiday
kind: goods
title: A holiday
price: {{points: {points}}}
cost: 100.00
"""
A_DAY = timedelta(days=1)
LOT_OWNER, BRONZE, GOLD, SPENDER = "x-lots", "x-bronze", "x-gold", "x-spender"

Row = dict[str, Any]


def run() -> list[Row]:
    """A row for each figure."""
    with Rig(_rules()) as rig:
        enrol(rig, MEMBERS)
        _fill(rig)
        service = rig.serve()
        _keep_from_the_worker(rig)
        worker = rig.relay()
        load = _Load(rig, service)
        rows = [
            *_spending(rig, service),
            *_beside(rig, load, "expire_points", "sweep", "lots"),
            *_beside(rig, load, "review_tiers", "review", "members"),
        ]
        worker.terminate()
        worker.wait(20)
        report = verify(rig.parts.storage, PROGRAM)
        assert not report.findings, report.findings
        return rows


def _keep_from_the_worker(rig: Rig) -> None:
    """The worker is there to tell events; what is measured is done beside it."""
    now = datetime.now(UTC)
    for job in ("expire_points", "review_tiers"):
        Leases(rig.parts.storage).take_lease(PROGRAM, job, "bench", now + A_DAY, now)


def _rules() -> dict[str, str]:
    found = rules()
    units = "points: {value: 0.01, tender: 0.01}"
    assert units in found["program.yaml"]
    ending = found["program.yaml"].replace(units, units.replace("}", ", expires: 30 days}"))
    reward = REWARD.format(points=LOTS_OF_ONE)
    return {**found, "program.yaml": ending, "rewards/holiday.yaml": reward}


# --- filling -------------------------------------------------------------------------------


@contextmanager
def _bar(what: str, total: int) -> Iterator[Callable[[int], object]]:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, TimeElapsedColumn(), console=console, disable=not console.is_terminal
    ) as progress:
        task = progress.add_task(what, total=total)
        yield lambda done: progress.update(task, completed=done)


def _fill(rig: Rig) -> None:
    now = datetime.now(UTC)
    _give(rig, LOT_OWNER, LOTS, now - 100 * A_DAY)
    for number in range(SPENDERS):
        _give(rig, f"{SPENDER}-{number}", 1, now)
        _split(rig, f"{SPENDER}-{number}")
    long_ago = datetime(now.year - 2, 3, 1, 12, tzinfo=UTC)
    _join(rig, BRONZE, long_ago)
    _join(rig, GOLD, long_ago)
    _buy_much(rig, GOLD, datetime(now.year - 1, 5, 1, 12, tzinfo=UTC))
    golden = REVIEWED // 5
    for template, count, mark in (
        (LOT_OWNER, OWNERS, "l"), (BRONZE, REVIEWED - golden, "b"), (GOLD, golden, "g"),
    ):  # fmt: skip
        with _bar(f"filling members like {template}", count) as watch:
            copies(rig, template, count, mark, watch)
    tidy(rig)


def _join(rig: Rig, name: str, at: datetime) -> None:
    engine = rig.parts.engine
    program = engine.rulebooks.current(PROGRAM).program
    with rig.parts.storage.begin(PROGRAM, at) as work:
        add_member(work, new_member(engine, program, name, at, at))


def _give(rig: Rig, name: str, lots: int, first: datetime) -> None:
    """A member with lots of a point each, one a day."""
    _join(rig, name, first - A_DAY)
    for day in range(lots):
        caller = Caller(PROGRAM, "bench", first + day * A_DAY)
        gift = Adjustment("points", 10, "to expire", "bench")
        adjust_points(rig.parts.engine, caller, name, gift)


def _buy_much(rig: Rig, name: str, at: datetime) -> None:
    """What makes a member gold for the year."""
    bought = purchase(f"{name}-buys", name)
    dear = replace(bought.lines[0], unit_price=200_000)
    caller = Caller(PROGRAM, "bench", at + timedelta(minutes=1))
    told = replace(bought, lines=(dear, *bought.lines[1:]), occurred_at=at)
    record_purchase(rig.parts.engine, caller, told)


def _split(rig: Rig, name: str) -> None:
    """Turn a member's one lot into very many of one point, straight in the tables."""
    with rig.raw() as raw:
        owner = "account = (SELECT account FROM members WHERE id = $1)"
        raw.execute("ALTER TABLE entries DISABLE TRIGGER entries_append_only")
        for table, count in (("entries", "amount"), ("lots", "granted")):
            places = ("version", "lot") if table == "entries" else ("lot",)
            names = [it[0] for it in raw.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = $1 "
                "AND table_schema = 'public'", (table,)).fetchall()]  # fmt: skip
            told = dict.fromkeys(places, "n") | {count: "1", "remaining": "1"}
            values = ", ".join(told.get(it, f't."{it}"') for it in names)
            listed = ", ".join(f'"{it}"' for it in names)
            raw.execute(
                f"INSERT INTO {table} ({listed}) SELECT {values} FROM {table} t, "
                f"generate_series(2, {LOTS_OF_ONE}) AS n WHERE t.{owner}",
                (name,),
            )
            more = ", remaining = 1" if table == "lots" else ""
            raw.execute(f"UPDATE {table} SET {count} = 1{more} WHERE {owner}", (name,))
        raw.execute("ALTER TABLE entries ENABLE TRIGGER entries_append_only")
        raw.execute(f"UPDATE accounts SET version = {LOTS_OF_ONE} WHERE {owner}", (name,))
        raw.execute(
            f"UPDATE balances SET available = {LOTS_OF_ONE}, next_expiry_points = {LOTS_OF_ONE} "
            f"WHERE {owner}",
            (name,),
        )


# --- measuring -----------------------------------------------------------------------------


class _Load:
    """Purchases at a part of what the service takes."""

    def __init__(self, rig: Rig, port: int) -> None:
        self._rig, self._port, self._runs = rig, port, 0
        self._drive(2.0)  # warms up
        self.rate = self._drive(5.0).rate * SHARE

    def _drive(self, seconds: float) -> Result:
        result = drive(self._port, self._requests(), connections=8, seconds=seconds)
        self._rig.caught_up()
        return result

    def _requests(self) -> Iterator[bytes]:
        self._runs += 1
        return Requests(self._rig, f"load{self._runs}").records(False)

    def until(self, ended: Callable[[], bool]) -> Result:
        """Purchases until something has ended."""
        result = at_rate(self._port, self._requests(), rate=self.rate, until=ended)
        assert set(result.statuses) <= {200, 201}, result.statuses
        return result

    def quiet(self) -> Result:
        """Purchases with nothing else to do."""
        self._rig.caught_up()
        end = time.monotonic() + QUIET
        return self.until(lambda: time.monotonic() > end)


def _lots_due(rig: Rig) -> int:
    with rig.raw() as raw:
        found = raw.execute(
            "SELECT count(*) FROM lots WHERE remaining > held AND expires_at <= $1",
            (int(datetime.now(UTC).timestamp() * 1e6),),
        ).fetchone()
    assert found is not None
    return int(found[0])


def _beside(rig: Rig, load: _Load, job: str, name: str, each: str) -> list[Row]:
    """A job over all who are due, and what it does to checkouts."""
    due = waiting(rig.parts.storage, PROGRAM, job, datetime.now(UTC))
    items = _lots_due(rig) if each == "lots" else due
    quiet = load.quiet()
    began = time.monotonic()
    process = subprocess.Popen(
        [str(Path(sys.executable).with_name("loyalty")), "jobs", "run", "--program", PROGRAM, job],
        env=os.environ | rig.environment() | {"PYTHONPATH": str(ROOT)},
        cwd=ROOT,
    )
    seconds: list[float] = []

    def ended() -> bool:
        if process.poll() is None:
            return False
        seconds.append(time.monotonic() - began)
        return True

    busy = load.until(ended)
    assert process.returncode == 0, process.returncode
    left = waiting(rig.parts.storage, PROGRAM, job, datetime.now(UTC))
    assert left == 0, f"{left} of {due} are left"
    base, p99 = (it.percentile(0.99) * 1000 for it in (quiet, busy))
    rows = [
        row(f"{name}_checkout_p99", p99, "ms", base, p99 / base, TIMES, at_most=True),
        row(f"{name}_checkout_median", busy.percentile(0.5) * 1000, "ms",
            quiet.percentile(0.5) * 1000),
        row(f"{name}_checkouts", load.rate, "1/s"),
        row(f"{name}_rate", items / seconds[0], f"{each}/s"),
        row(f"{name}_of", items, each),
        row(f"{name}_seconds", seconds[0], "s"),
    ]  # fmt: skip
    if name == "review" and due < 1_000_000:
        rows.append(row("review_of_a_million_projected", seconds[0] * 1e6 / due, "s"))
    return rows


def _spending(rig: Rig, service: int) -> list[Row]:
    """One redemption that takes from every lot that a member has."""
    taken = []
    for number in range(SPENDERS):
        body = json.dumps({"member": f"{SPENDER}-{number}", "reward": "holiday"}).encode()
        asked = Request(
            f"http://127.0.0.1:{service}/v1/redemptions/H-{number}", body, method="PUT",
            headers={"Authorization": f"Bearer {rig.key}", "Content-Type": "application/json"},
        )  # fmt: skip
        began = time.perf_counter()
        with urlopen(asked) as answer:
            assert answer.status == 201, answer.status
            answer.read()
        taken.append((time.perf_counter() - began) * 1000)
    middle = statistics.median(taken)
    return [
        row(f"redemption_over_{LOTS_OF_ONE}_lots", middle, "ms", MOST_MS, middle / MOST_MS, 1.0,
            at_most=True),
    ]  # fmt: skip
