"""Changing the rule files of a running service: who waits, and how soon everybody has them.

Two workers answer balances and quotes at a quarter of what they could, at a steady rate. Meanwhile
the folder of the programme is exchanged for another, now with all files different, now with one,
now with a fault in it. Latencies count from when a request was due, and are those from the exchange
until a second after every worker answers by the new rules, beside as long a time without change.
"""

import itertools
import json
import os
import shutil
import statistics
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from benchmarks import rule_generator, service_facts
from benchmarks.bench_service import row
from benchmarks.load import request
from benchmarks.load import run as drive
from benchmarks.rig import PROGRAM, Rig
from benchmarks.steady import Answer, Steady

RULES = tuple(int(many) for many in os.environ.get("BENCH_LIVE_RULES", "1000 10000").split())
"""How many rules the folders have; `BENCH_LIVE_RULES=1000` measures the smaller one alone."""

PROMISED = 1_000
"""Up to so many rules every worker has a change within the seconds below."""

MEMBERS, CONNECTIONS = 500, 12
SHARE = 0.25
QUIET, LONGEST, FAULT = 20.0, 60.0, 10.0
"""Seconds that are measured without change, that a change may take at most, and with a fault."""

CHANGES = (*("all", "one", "fault") * 3,)
SPIKE, TAKEN_UP = 50, 5
"""Milliseconds beyond the worst without change, and seconds until every worker has the rules."""

Row = dict[str, Any]


@dataclass
class Change:
    """One exchange: what it was, when, until when some worker answered by the rules before."""

    kind: str
    at: float
    until: float
    answers: list[Answer]

    @property
    def worst(self) -> float:
        """Milliseconds."""
        return max(it.latency for it in self.answers) * 1000


def run() -> list[Row]:
    """The figures of each number of rules."""
    return [row for many in RULES for row in _with(many)]


def _with(many: int) -> Iterator[Row]:
    drafts = rule_generator.drafts(many, [rule_generator.basket(service_facts.LINES)])
    source = rule_generator.source_of(drafts)
    with Rig(source) as rig:
        service_facts.enrol(rig, MEMBERS)
        port = rig.serve()
        relay = rig.relay()
        most = drive(port, _requests(rig), connections=CONNECTIONS, seconds=4.0).rate
        rate = most * SHARE
        quiet = _quiet(rig, port, rate)
        changes = [_change(rig, port, rate, kind, source) for kind in CHANGES]
        relay.terminate()
    yield from _rows(many, rate, quiet, changes)


def _rows(many: int, rate: float, quiet: list[float], changes: list[Change]) -> Iterator[Row]:
    beside = statistics.median(quiet)
    yield row(f"live_{many}_requests", rate, "1/s")
    yield row(f"live_{many}_worst_without_change", beside, "ms")
    for kind in dict.fromkeys(CHANGES):
        of_kind = [it for it in changes if it.kind == kind]
        worst = statistics.median(it.worst for it in of_kind)
        more = worst - beside
        yield row(f"live_{many}_worst_with_{kind}_changed", worst, "ms", beside + SPIKE,
                  max(0.0, more) / SPIKE, 1.0, at_most=True)  # fmt: skip
        if kind != "fault":
            taken = max(it.until - it.at for it in of_kind)
            yield row(f"live_{many}_every_worker_with_{kind}_changed", taken, "s", TAKEN_UP,
                      taken / TAKEN_UP, 1.0 if many <= PROMISED else None, at_most=True)  # fmt: skip


def _requests(rig: Rig) -> Iterator[bytes]:
    """Two look-ups to one quote of this very moment, which is decided by the rules in force now."""
    random = Random("live")
    bought = replace(
        service_facts.purchase("q", "@@"), occurred_at=datetime(2001, 1, 1, tzinfo=UTC)
    )
    head, _, tail = service_facts.body(bought).partition(b"@@")
    before, _, after = tail.partition(bought.occurred_at.isoformat().encode())
    for number in itertools.count():
        member = f"m-{random.randrange(MEMBERS)}"
        if number % 3:
            yield request("GET", f"/v1/members/{member}/balance", rig.key)
        else:
            now = datetime.now(UTC).isoformat(timespec="milliseconds").encode()
            body = head + member.encode() + before + now + after
            yield request("POST", "/v1/quotes", rig.key, body)


def _quiet(rig: Rig, port: int, rate: float) -> list[float]:
    """The worst latency of each stretch of five seconds in which nothing changes."""
    end = time.perf_counter() + QUIET
    answers = _answers(rig, port, rate, lambda: time.perf_counter() > end)
    start = answers[0].due
    found: dict[int, float] = {}
    for it in answers:
        part = int((it.due - start) / 5)
        found[part] = max(found.get(part, 0.0), it.latency * 1000)
    return list(found.values())


def _answers(rig: Rig, port: int, rate: float, ends: Callable[[], bool]) -> list[Answer]:
    answers = Steady(port, _requests(rig), rate, CONNECTIONS).run(ends)
    assert {it.status for it in answers} == {200}, {it.status for it in answers}
    return answers


def _change(rig: Rig, port: int, rate: float, kind: str, source: dict[str, str]) -> Change:
    """Exchange the folder while requests go on, and wait until every connection's worker knows."""
    files = _changed(kind, source)
    beside = _written(rig.folder / "next", files)
    steady = Steady(port, _requests(rig), rate, CONNECTIONS)
    exchanged = threading.Event()
    began = time.perf_counter() + 1.0

    def ends() -> bool:
        now = time.perf_counter()
        if now < began:
            return False
        if not exchanged.is_set():
            _exchange(rig.folder / "rules" / PROGRAM, beside)
            exchanged.set()
        if kind == "fault":
            return now > began + FAULT
        return now > began + LONGEST or _all_new(steady.answers, began)

    answers = steady.run(ends)
    assert {it.status for it in answers} == {200}
    old = _version(next(it for it in answers if b'"rulebook"' in it.body))
    quotes = [it for it in answers if b'"rulebook"' in it.body]
    if kind == "fault":
        assert {_version(it) for it in quotes} == {old}, "a rulebook with faults was in force"
        assert f"rule files {PROGRAM}" in _ready(port), "nobody was told of the faults"
        _restore(rig, source)
        until = began
    else:
        source.clear()
        source.update(files)
        assert _version(quotes[-1]) != old, "the change was not taken up"
        until = max(it.came for it in quotes if _version(it) == old)
    return Change(kind, began, until, [it for it in answers if it.due >= began])


def _changed(kind: str, source: dict[str, str]) -> dict[str, str]:
    note = f"# {time.time_ns()}\n"
    rules = sorted(name for name in source if name.startswith("rules/"))
    if kind == "all":
        return {name: text + note if name in rules else text for name, text in source.items()}
    name = rules[len(rules) // 2]
    text = source[name] + note
    return source | {name: text.replace("lane: ", "lain: ") if kind == "fault" else text}


def _all_new(answers: list[Answer], began: float) -> bool:
    """Whether for a second all connections have told of other rules than at the exchange."""
    first = next((it for it in answers if b'"rulebook"' in it.body), None)
    if first is None or not answers or answers[-1].due < began + 2:
        return False
    old, newest = _version(first), answers[-1].due
    recent = [it for it in reversed(answers[-4000:]) if it.due > newest - 1.0]
    quotes = [it for it in recent if b'"rulebook"' in it.body]
    return bool(quotes) and all(_version(it) != old for it in quotes)


def _version(answer: Answer) -> bytes:
    return answer.body.partition(b'"rulebook":')[2].strip(b' "')[:30]


def _ready(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
        return json.dumps(json.load(answer))


def _restore(rig: Rig, source: dict[str, str]) -> None:
    _exchange(rig.folder / "rules" / PROGRAM, _written(rig.folder / "next", source))
    time.sleep(6)  # until it is seen that nothing is wrong any more


def _written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    os.sync()
    return folder


def _exchange(there: Path, beside: Path) -> None:
    gone = there.parent.parent / f"gone-{time.time_ns()}"
    there.rename(gone)
    beside.rename(there)
    threading.Thread(target=shutil.rmtree, args=(gone,), daemon=True).start()
