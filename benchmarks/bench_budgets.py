"""Recording under one budget that every purchase uses, beside the same without a budget.

Three stores have a rule that gives a point: one without a limit, one under a budget that is counted
in one row, one under a budget that is counted in slices. They take turns in the same run.
"""

import statistics
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from benchmarks.bench_service import CONNECTIONS, row
from benchmarks.load import request
from benchmarks.load import run as drive
from benchmarks.rig import PROGRAM, Rig
from benchmarks.service_facts import MEMBERS, Requests, enrol, purchase, rules
from loyalty_engine.domain.limits import Limit, Measure, Scope
from loyalty_engine.use_cases.calling import Caller
from loyalty_engine.use_cases.purchases.record_purchase import record_purchase

TURNS, SECONDS = 7, 3.0
GOAL = 0.85
"""Of the rate without a budget, with slices."""

SLICED = 80_000
"""The least ceiling in points that is counted in slices; more than a run uses."""

CEILINGS = {"free": None, "one": SLICED - 1, "sliced": SLICED}
STORE = "budget-"

Row = dict[str, Any]


def run() -> list[Row]:
    """The rates by the number of slices, and what one record sends."""
    slices = {it: Limit(Measure.POINTS, most, Scope.ALL).slices for it, most in _ceilings()}
    assert slices["one"] == 1 < slices["sliced"], slices
    with Rig(rules() | {f"rules/{name}.yaml": _rule(name) for name in CEILINGS}) as rig:
        enrol(rig, MEMBERS)
        port = rig.serve()
        rates: dict[str, list[float]] = {name: [] for name in CEILINGS}
        for turn in range(TURNS + 1):
            for name in CEILINGS:
                source = _records(rig, name, turn)
                result = drive(port, source, connections=CONNECTIONS, seconds=SECONDS)
                assert set(result.statuses) == {201}, result.statuses
                if turn:  # the first turn warms up
                    rates[name].append(result.rate)
        statements, trips = _sent(rig)
        rows = [_beside(rates, "one", "1_slice", None)]
        rows.append(_beside(rates, "sliced", f"{slices['sliced']}_slices", GOAL))
        rows.append(row("records_under_budget_statements", statements, "statements"))
        rows.append(row("records_under_budget_round_trips", trips, "round trips", 4, trips / 4, 1.0,
                        at_most=True))  # fmt: skip
        return rows


def _ceilings() -> Iterator[tuple[str, int]]:
    return ((name, most) for name, most in CEILINGS.items() if most is not None)


def _rule(name: str) -> str:
    most = CEILINGS[name]
    limit = "" if most is None else f"limits: [{{points: {most}, per: all}}]\n"
    return (
        f"rule: budget-{name}\nlane: bonus\nwhen: [store_is: {STORE}{name}]\n"
        f"then: [earn_points: 1]\n{limit}"
    )


def _beside(rates: dict[str, list[float]], name: str, called: str, goal: float | None) -> Row:
    ratio = statistics.median(a / b for a, b in zip(rates[name], rates["free"], strict=True))
    beside = statistics.median(rates["free"])
    rate = statistics.median(rates[name])
    return row(f"records_under_budget_{called}", rate, "1/s", beside, ratio, goal)


def _records(rig: Rig, name: str, turn: int) -> Iterator[bytes]:
    source = Requests(rig, f"{name}{turn}")
    store = purchase("x", "x").store.encode()
    for number in range(1_000_000):
        body = source.body(f"m-{source.random.randrange(MEMBERS)}")
        body = body.replace(b'"store": "%s"' % store, b'"store": "%s"' % f"{STORE}{name}".encode())
        yield request("PUT", f"/v1/purchases/B-{name}-{turn}-{number}", rig.key, body)


def _sent(rig: Rig) -> tuple[int, int]:
    """The statements and round trips of one purchase under the budget."""
    tally = rig.parts.storage.tally
    before = tally.statements, tally.trips
    bought = replace(purchase("ONE", "m-1"), store=f"{STORE}sliced")
    record_purchase(rig.parts.engine, Caller(PROGRAM, "bench", datetime.now(UTC)), bought)
    return tally.statements - before[0], tally.trips - before[1]
