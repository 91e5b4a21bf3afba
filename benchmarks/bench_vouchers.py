"""Redeeming codes over HTTP, beside a bare endpoint with the same SQL through the same driver."""

import base64
import json
import os
import statistics
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.bench_holds import _finds
from benchmarks.bench_service import CONNECTIONS, SECONDS, TURNS, row
from benchmarks.load import Result, request
from benchmarks.load import run as drive
from benchmarks.rig import PROGRAM, Rig
from benchmarks.service_facts import (
    MARKER,
    TEMPLATE,
    _captured,
    _told,
    body,
    enrol,
    purchase,
    rules,
)
from loyalty_engine.cli.shared.making_codes import make_codes
from loyalty_engine.ports import Address
from loyalty_engine.use_cases.calling import Caller
from loyalty_engine.use_cases.vouchers.redeem_voucher import Basket, redeem_voucher

MEMBERS, CODES = 500, 60_000
FIVE = """
voucher: five-off
title: Five off
lane: offers
when: [spent_at_least: 1.00]
then: [amount_off: 0.50]
"""
SECRET = "a secret for measuring only"

Row = dict[str, Any]


def run() -> list[Row]:
    """The rate beside the bare one, and how long a redemption takes."""
    os.environ["LOYALTY_SECRET"] = SECRET
    try:
        with Rig({**rules(), "vouchers/five-off.yaml": FIVE}) as rig:
            enrol(rig, MEMBERS)
            codes = _make_codes(rig)
            facts = _write_facts(rig, codes.pop())
            service = rig.serve()
            bare = rig.serve_bare("benchmarks.bare_vouchers:app", BARE_FACTS=str(facts))
            worker = rig.relay()
            trips = json.loads(facts.read_text())["redeem"]
            rows = _pair(rig, service, bare, trips, codes)
            worker.terminate()
            return rows
    finally:
        del os.environ["LOYALTY_SECRET"]


def _make_codes(rig: Rig) -> list[str]:
    rulebook = rig.parts.shelf.current(PROGRAM)
    out = rig.folder / "codes.txt"
    with out.open("w") as file:
        make_codes(
            rig.parts.storage, rig.parts.engine.codes, rulebook.program,
            rulebook.voucher_kinds["five-off"], CODES, file, rig.parts.clock.now(), by="bench",
        )  # fmt: skip
    raw = rig.raw()
    raw.execute("ANALYZE")
    raw.close()
    return out.read_text().split()


def _write_facts(rig: Rig, code: str) -> Path:
    """The statements of one redemption of the template member."""
    engine = rig.parts.engine
    with rig.parts.storage.read(PROGRAM) as view:
        member = view.find_member(Address("member", TEMPLATE))
    assert member is not None
    caller = Caller(PROGRAM, "bench", datetime.now(UTC), key=MARKER, fingerprint=b"bench")
    basket = Basket(replace(purchase("x", TEMPLATE), id="redemption", vouchers=(code,)))
    with _captured(rig) as trips:
        answer = redeem_voucher(engine, caller, MARKER, basket)
    told = {
        "member": TEMPLATE, "purchase": MARKER, "number": member.number, "version": 0,
        "quote": [], "record": [], "redeem": _told(trips),
        "finds": _finds(rig, trips, member.number),
        "digest": engine.codes.digest(PROGRAM, code),
        "receipt": base64.b64encode(answer.body).decode(),
    }  # fmt: skip
    path = rig.folder / "bare-vouchers.json"
    path.write_text(json.dumps(told))
    return path


def _requests(rig: Rig, tag: str, codes: Iterator[str], *, bare: bool) -> Iterator[bytes]:
    """A redemption each: every code is used once."""
    random = Random(tag)
    digest = rig.parts.engine.codes.digest
    asked = json.loads(body(purchase("x", "@@")))
    for number, code in enumerate(codes):
        member, name = f"m-{random.randrange(MEMBERS)}", f"o-{tag}-{number}"
        told = json.dumps({**asked, "member": member, "redemption": name}).encode()
        if bare:
            path = f"/redeem-code/{member}/{digest(PROGRAM, code)}/{name}"
        else:
            path = f"/v1/vouchers/{code}/redeem"
        once = f"\r\nIdempotency-Key: {name}\r\n\r\n".encode()
        yield request("POST", path, rig.key, told).replace(b"\r\n\r\n", once, 1)


def _pair(rig: Rig, service: int, bare: int, trips: list[list[Any]], codes: list[str]) -> list[Row]:
    """The service and the bare application in turns; medians of rate and ratio."""
    ours: list[Result] = []
    theirs: list[Result] = []
    left = iter(codes)
    for turn in range(TURNS + 1):
        rig.caught_up()
        for port, found, is_bare in ((service, ours, False), (bare, theirs, True)):
            source = _requests(rig, f"{turn}{is_bare}", left, bare=is_bare)
            result = drive(port, source, connections=CONNECTIONS, seconds=SECONDS)
            assert set(result.statuses) == {200}, result.statuses
            if turn:  # the first turn warms up
                found.append(result)
    ratio = statistics.median(a.rate / b.rate for a, b in zip(ours, theirs, strict=True))
    p99 = statistics.median(it.percentile(0.99) for it in ours) * 1000
    return [
        row(
            "code_redemptions_beside_bare", statistics.median(it.rate for it in ours), "1/s",
            statistics.median(it.rate for it in theirs), ratio, 0.8,
        ),
        row("code_redemptions_p99", p99, "ms"),
        row("code_redemptions_statements", sum(map(len, trips)), "statements"),
        row("code_redemptions_round_trips", len(trips), "round trips"),
    ]  # fmt: skip
