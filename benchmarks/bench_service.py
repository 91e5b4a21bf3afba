"""The service under gunicorn with two workers, beside a bare Flask application, on PostgreSQL.

Each figure is a ratio of the two in the same run, taken in turns; the client runs on the same
machine, so that both carry its cost.
"""

import json
import random
import statistics
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.load import Result, request
from benchmarks.load import run as drive
from benchmarks.pgbench import transactions_a_second
from benchmarks.redis_dead import look_up_p99
from benchmarks.rig import Rig, cpu_seconds, resident_mb
from benchmarks.service_facts import (
    MEMBERS,
    Requests,
    enrol,
    fill_bare_cache,
    million,
    rules,
    write_facts,
)

TURNS, SECONDS, CONNECTIONS = 5, 3.0, 8
MILLION = 1_000_000
REDIS_DEAD = 150
"""Milliseconds that 99 of 100 look-ups may take at most while Redis is dead."""

Row = dict[str, Any]


def run() -> list[Row]:
    """All figures of the running service."""
    with Rig(rules()) as rig:
        enrol(rig, MEMBERS)
        facts = write_facts(rig)
        fill_bare_cache(rig)
        service = rig.serve()
        pids = rig.worker_pids()
        bare = rig.serve_bare("benchmarks.bare:app", BARE_FACTS=str(facts))
        bare_pids = rig.worker_pids()
        worker = rig.relay()
        rows = [
            *_pair(rig, "look_ups", service, bare, pids, bare_pids, 0.85),
            *_pair(rig, "quotes", service, bare, pids, bare_pids, 0.7),
            *_pair(rig, "records", service, bare, pids, bare_pids, 0.8),
            *_statements(facts),
            _beside_pgbench(rig, facts, service),
            *_mix(rig, service, pids),
            _memory(pids),
            _redis_dead(rig, service),
        ]
        worker.terminate()
        return rows


def _pair(
    rig: Rig,
    kind: str,
    service: int,
    bare: int,
    pids: list[int],
    bare_pids: list[int],
    limit: float,
) -> list[Row]:
    """The service and the bare application in turns; the medians of rate and of their ratio."""
    ours: list[Result] = []
    theirs: list[Result] = []
    cpu = [0.0, 0.0]
    for turn in range(TURNS + 1):
        rig.caught_up()
        for port, which, found, place in (
            (service, pids, ours, 0),
            (bare, bare_pids, theirs, 1),
        ):
            source: Callable[[bool], Iterator[bytes]] = getattr(
                Requests(rig, f"{kind}{turn}{place}"), kind
            )
            before = cpu_seconds(which)
            result = drive(port, source(place == 1), connections=CONNECTIONS, seconds=SECONDS)
            assert set(result.statuses) <= {200, 201}, result.statuses
            if turn:  # the first turn warms up
                found.append(result)
                cpu[place] += (cpu_seconds(which) - before) / len(result.latencies)
    ratio = statistics.median(a.rate / b.rate for a, b in zip(ours, theirs, strict=True))
    rate = statistics.median(it.rate for it in ours)
    beside = statistics.median(it.rate for it in theirs)
    p99 = statistics.median(it.percentile(0.99) for it in ours) * 1000
    return [
        row(f"{kind}_beside_bare", rate, "1/s", beside, ratio, limit),
        row(f"{kind}_p99", p99, "ms"),
        row(f"{kind}_cpu", cpu[0] / TURNS * 1e6, "µs", cpu[1] / TURNS * 1e6),
    ]


def _statements(facts: Path) -> list[Row]:
    trips = json.loads(facts.read_text())["record"]
    count = sum(len(trip) for trip in trips)
    return [
        row("record_statements", count, "statements", 12, count / 12, 1.0, at_most=True),
        row("record_round_trips", len(trips), "round trips", 4, len(trips) / 4, 1.0, at_most=True),
    ]


def _beside_pgbench(rig: Rig, facts: Path, service: int) -> Row:
    """Recording beside the same statements sent by pgbench: C instead of Python, no HTTP."""
    alone = transactions_a_second(rig, facts, seconds=SECONDS * 2, clients=CONNECTIONS)
    source = Requests(rig, "pgbench").records(False)
    ours = drive(service, source, connections=CONNECTIONS, seconds=SECONDS * 2)
    return row("records_beside_pgbench", ours.rate, "1/s", alone, ours.rate / alone, 0.3)


def _mix(rig: Rig, service: int, pids: list[int]) -> list[Row]:
    """95 look-ups to 5 purchases over a million members, a few of whom are much more active."""
    million(rig, MILLION)
    rig.caught_up()
    hits = _counter(service)
    result = drive(service, _zipf(rig), connections=CONNECTIONS, seconds=SECONDS * 5)
    seen = {name: _counter(service)[name] - count for name, count in hits.items()}
    looked = seen["hits"] + seen["misses"]
    return [
        row("mix_of_95_to_5", result.rate, "1/s"),
        row("mix_p99", result.percentile(0.99) * 1000, "ms"),
        row("mix_hit_ratio", seen["hits"] / looked if looked else 0.0, "of look-ups"),
        row("miss_cost", _miss_cost(rig, service, pids), "µs"),
    ]


def _zipf(rig: Rig) -> Iterator[bytes]:
    requests = Requests(rig, "mix")
    chance = random.Random("zipf")
    number = 0
    while True:
        number += 1
        # Rank n is drawn about 1/n often: the inverse of the harmonic sum, near enough.
        member = f"z-{int(MILLION ** chance.random()) - 1}"
        if number % 20:
            yield request("GET", f"/v1/members/{member}/balance", rig.key)
        else:
            yield request("PUT", f"/v1/purchases/MIX-{number}", rig.key, requests.body(member))


def _miss_cost(rig: Rig, service: int, pids: list[int]) -> float:
    """Processor time of a look-up that the database answers, in microseconds."""
    members = iter(range(MILLION // 2, MILLION))

    def misses() -> Iterator[bytes]:
        for number in members:
            yield request("GET", f"/v1/members/z-{number}/balance", rig.key)

    before = cpu_seconds(pids)
    result = drive(service, misses(), connections=CONNECTIONS, seconds=SECONDS)
    return (cpu_seconds(pids) - before) / len(result.latencies) * 1e6


def _counter(port: int) -> dict[str, float]:
    """Hits and misses of look-ups, of all workers together."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        lines = answer.read().decode().splitlines()
    found = {"hits": 0.0, "misses": 0.0}
    for line in lines:
        for name in found:
            if line.startswith("loyalty_balance") and name in line and not line.startswith("#"):
                found[name] += float(line.rpartition(" ")[2])
    return found


def _memory(pids: list[int]) -> Row:
    most = max(resident_mb(pid) for pid in pids)
    return row("memory_of_a_worker", most, "MB", 200, most / 200, 1.0, at_most=True)


def _redis_dead(rig: Rig, service: int) -> Row:
    """Last, for Redis comes back empty."""
    worst = look_up_p99(rig, service, CONNECTIONS)
    return row(
        "look_up_p99_with_redis_dead", worst, "ms", REDIS_DEAD, worst / REDIS_DEAD, 1.0,
        at_most=True,
    )  # fmt: skip


def row(
    name: str,
    value: float,
    unit: str,
    limit: float | None = None,
    ratio: float | None = None,
    goal: float | None = None,
    *,
    at_most: bool = False,
) -> Row:
    """A figure as the report lists it; `goal` is for the ratio."""
    met = None
    if ratio is not None and goal is not None:
        met = ratio <= goal if at_most else ratio >= goal
    return {
        "name": name, "value": round(value, 3), "unit": unit,
        "limit": None if limit is None else round(limit, 3),
        "ratio": None if ratio is None else round(ratio, 3), "goal": goal, "met": met,
    }  # fmt: skip
