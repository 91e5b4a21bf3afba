"""Capturing a hold and taking a reward over HTTP, each beside a bare endpoint with the same SQL."""

import base64
import itertools
import json
import statistics
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.bench_service import CONNECTIONS, SECONDS, TURNS, row
from benchmarks.load import Result, request
from benchmarks.load import run as drive
from benchmarks.rig import PROGRAM, Rig
from benchmarks.service_facts import (
    MARKER,
    TEMPLATE,
    VERSION,
    _captured,
    _told,
    enrol,
    rules,
)
from loyalty_engine.domain.requests import Adjustment, Capture, HoldRequest, Take
from loyalty_engine.ports import Address
from loyalty_engine.use_cases.calling import Caller
from loyalty_engine.use_cases.points.adjust_points import adjust_points
from loyalty_engine.use_cases.spending.close_hold import capture_hold
from loyalty_engine.use_cases.spending.place_hold import place_hold
from loyalty_engine.use_cases.spending.redeem_reward import redeem_reward

MEMBERS, HOLDS, POINTS = 500, 240, 10**9
REWARD = """
reward: pin
kind: goods
title: A pin
price: {points: 2}
limits: [{uses: 1000000, per: member, period: month}]
cost: 0.40
"""

Row = dict[str, Any]


def run() -> list[Row]:
    """A row for each."""
    with Rig({**rules(), "rewards/pin.yaml": REWARD}) as rig:
        enrol(rig, MEMBERS)
        _give_points(rig)
        facts = _write_facts(rig)
        _place_holds(rig)
        service = rig.serve()
        bare = rig.serve_bare("benchmarks.bare_spending:app", BARE_FACTS=str(facts))
        worker = rig.relay()
        trips = json.loads(facts.read_text())
        rows = [
            *_pair(rig, "captures", service, bare, trips["capture"]),
            *_pair(rig, "redemptions", service, bare, trips["redeem"]),
        ]
        worker.terminate()
        return rows


def _give_points(rig: Rig) -> None:
    caller = Caller(PROGRAM, "bench", datetime.now(UTC))
    gift = Adjustment("points", POINTS, "to spend", "bench")
    for name in (TEMPLATE, *(f"m-{number}" for number in range(MEMBERS))):
        adjust_points(rig.parts.engine, caller, name, gift)


def _write_facts(rig: Rig) -> Path:
    """The statements of one capture and one redemption of the template member."""
    engine = rig.parts.engine
    caller = Caller(PROGRAM, "bench", datetime.now(UTC))
    with rig.parts.storage.read(PROGRAM) as view:
        member = view.find_member(Address("member", TEMPLATE))
    assert member is not None
    place_hold(engine, caller, HoldRequest(MARKER, TEMPLATE, "points", 1))
    found = {}
    for kind in ("capture", "redeem"):
        raw = rig.raw()
        raw.execute("UPDATE accounts SET version = $1 WHERE account = $2",
                    (VERSION, member.account))  # fmt: skip
        raw.execute("DELETE FROM outbox")
        raw.close()
        with _captured(rig) as trips:
            if kind == "capture":
                answer = capture_hold(engine, caller, MARKER, Capture())
            else:
                answer = redeem_reward(engine, caller, Take(MARKER, TEMPLATE, "pin"))
                raw = rig.raw()
        found[kind] = trips
        if kind == "capture":  # the second one begins from the same version
            raw = rig.raw()
            raw.execute("ALTER TABLE entries DISABLE TRIGGER entries_append_only")
            raw.execute("DELETE FROM entries WHERE version >= $1", (VERSION,))
            raw.execute("ALTER TABLE entries ENABLE TRIGGER entries_append_only")
            raw.close()
    raw.execute("UPDATE accounts SET version = $1 WHERE account = $2", (VERSION, member.account))
    raw.close()
    finds = {kind: _finds(rig, trips, member.number) for kind, trips in found.items()}
    told = {
        "member": TEMPLATE, "purchase": MARKER, "number": member.number, "version": VERSION,
        "quote": [], "record": [], **{kind: _told(trips) for kind, trips in found.items()},
        "receipt": base64.b64encode(answer.body).decode(), "finds": finds,
    }  # fmt: skip
    path = rig.folder / "bare-spending.json"
    path.write_text(json.dumps(told))
    return path


def _finds(rig: Rig, trips: list[list[tuple[str, Any]]], number: int) -> list[dict[str, int]]:
    """Which statements answer the member's number or the account's version, and in which column."""
    finds = []
    raw = rig.raw()
    for trip, statements in enumerate(trips):
        for place, (sql, values) in enumerate(statements):
            answered = raw.execute(sql, values).fetchone() if sql.startswith("SELECT") else None
            row = answered or ()
            versions = [
                at for at, it in enumerate(row) if type(it) is int and 0 <= it - VERSION < 12
            ]
            if number in row or versions:
                told = {"trip": trip, "statement": place}
                told["number_at"] = row.index(number) if number in row else -1
                told["version_at"] = versions[0] if versions else -1
                finds.append(told)
    raw.close()
    return finds


def _place_holds(rig: Rig) -> None:
    """Open holds of one point for every member, straight into the tables."""
    raw = rig.raw()
    ends = int((datetime.now(UTC) + timedelta(days=1)).timestamp() * 1e6)
    own = "SELECT member, account, id FROM members WHERE id LIKE 'm-%' AND id <> $1"
    raw.execute("SET synchronous_commit = off")
    for table in ("holds", "addresses"):
        if table == "holds":
            columns = (
                "program, member, hold, unit, points, state, placed_at, expires_at, fingerprint, "
                "portions, captured"
            )
            values = (
                f"'{PROGRAM}', m.member, m.id || '.' || n, 'points', 1, 'open', 0, {ends}, '', "
                "convert_to('[[' || l.lot || ',1]]', 'UTF8'), 0"
            )
        else:
            columns, values = (
                "program, kind, value, member",
                (f"'{PROGRAM}', 'hold', m.id || '.' || n, m.member"),
            )
        raw.execute(
            f"INSERT INTO {table} ({columns}) SELECT {values} FROM ({own}) AS m "
            f"JOIN lots l ON l.account = m.account, generate_series(0, {HOLDS - 1}) AS n",
            (TEMPLATE,),
        )
    raw.execute(
        f"UPDATE lots SET held = {HOLDS} WHERE account IN (SELECT account FROM ({own}) AS m)",
        (TEMPLATE,),
    )
    raw.execute(
        f"UPDATE balances SET held = {HOLDS}, available = available - {HOLDS} "
        f"WHERE account IN (SELECT account FROM ({own}) AS m)",
        (TEMPLATE,),
    )
    raw.execute("ANALYZE")
    raw.close()


class _Requests:
    """Endless requests; each hold is captured once, each redemption has an id of its own."""

    def __init__(self, rig: Rig, tag: str, holds: Iterator[str]) -> None:
        self.key, self.tag, self.holds = rig.key, tag, holds
        self.random = Random(tag)

    def captures(self, bare: bool) -> Iterator[bytes]:
        """A capture each."""
        for hold in self.holds:
            member = hold.partition(".")[0]
            path = f"/capture/{member}/{hold}" if bare else f"/v1/holds/{hold}/capture"
            yield request("POST", path, self.key, b'{"points":1}')

    def redemptions(self, bare: bool) -> Iterator[bytes]:
        """A redemption each."""
        for number in itertools.count():
            member = f"m-{self.random.randrange(bare, MEMBERS, 2)}"
            name = f"D-{self.tag}-{number}"
            path = f"/redeem/{member}/{name}" if bare else f"/v1/redemptions/{name}"
            told = json.dumps({"member": member, "reward": "pin"}).encode()
            yield request("PUT", path, self.key, told)


def _holds(bare: bool) -> Iterator[str]:
    """Those of every other member: what the bare endpoint writes are the template's balances."""
    members = range(int(bare), MEMBERS, 2)
    names = [f"m-{member}.{n}" for member in members for n in range(HOLDS)]
    Random("holds").shuffle(names)
    return iter(names)


def _pair(rig: Rig, kind: str, service: int, bare: int, trips: list[list[Any]]) -> list[Row]:
    """The service and the bare application in turns; medians of rate and ratio."""
    ours: list[Result] = []
    theirs: list[Result] = []
    holds = {which: _holds(which) for which in (False, True)}
    for turn in range(TURNS + 1):
        rig.caught_up()
        for port, found, is_bare in ((service, ours, False), (bare, theirs, True)):
            source = getattr(_Requests(rig, f"{kind}{turn}{is_bare}", holds[is_bare]), kind)
            result = drive(port, source(is_bare), connections=CONNECTIONS, seconds=SECONDS)
            assert set(result.statuses) <= {200, 201}, result.statuses
            if turn:  # the first turn warms up
                found.append(result)
    ratio = statistics.median(a.rate / b.rate for a, b in zip(ours, theirs, strict=True))
    rate = statistics.median(it.rate for it in ours)
    beside = statistics.median(it.rate for it in theirs)
    p99 = statistics.median(it.percentile(0.99) for it in ours) * 1000
    return [
        row(f"{kind}_beside_bare", rate, "1/s", beside, ratio, 0.8),
        row(f"{kind}_p99", p99, "ms"),
        row(f"{kind}_statements", sum(map(len, trips)), "statements"),
        row(f"{kind}_round_trips", len(trips), "round trips"),
    ]
