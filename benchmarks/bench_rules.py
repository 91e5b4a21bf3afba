"""Finding the rules that match, of ten to ten thousand; reading and holding them; deciding.

The limit of matching is a decision table of zen-engine with the same rules; both start from the
same purchase and must find the same rules, or nothing is measured. All times are those of the
processor, the best of many rounds: other work on the machine counts less.
"""

import gc
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.rule_generator import basket, drafts, source_of
from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.decide import decide
from loyalty_engine.rulebook.match import match_every, match_lane
from loyalty_engine.rulebook.parse import parse_rulebook
from loyalty_engine.rulebook.rule import Rulebook
from loyalty_engine.vocabulary import standard_words

try:
    from benchmarks.zen_table import ZenTable, facts_of
except ImportError:  # not on every machine: without it the rest is measured all the same
    ZenTable = None  # type: ignore[assignment, misc]

Row = dict[str, Any]
T = TypeVar("T")

ROOT = Path(__file__).resolve().parent.parent
RULES, LINES = (10, 100, 1_000, 10_000), (1, 5, 20, 200)
MATCHING = 10
"""So many rules match, or half of them where there are fewer."""

MOST_GROWTH, MOST_MATCHING, TIMES_FASTER = 2, 300, 5
MOST_LOADING, MOST_MEMORY, MOST_DECIDING = 250, 60, 120


def run() -> list[Row]:
    """Matching by rules and lines, then what ten thousand rules cost to read and to hold."""
    quiet = [basket(lines) for lines in LINES]
    rows: list[Row] = []
    matching: dict[tuple[int, int], float] = {}
    source: dict[str, str] = {}
    for many in RULES:
        written = drafts(many, quiet, min(MATCHING, many // 2))
        source = source_of(written)
        rulebook = parse_rulebook(source, standard_words())
        table = ZenTable(written) if ZenTable else None
        with _settled():
            for lines in LINES:
                ours, theirs = _side_by_side(rulebook, table, basket(lines))
                matching[many, lines] = ours
                headline = (many, lines) == (RULES[-1], 20) and theirs is not None
                ratio = None if theirs is None else theirs / ours
                rows.append(
                    _row(
                        f"matching {many:,} rules, {lines} lines", ours, "us", limit=theirs,
                        ratio=ratio, goal=TIMES_FASTER if headline else None,
                        met=ratio >= TIMES_FASTER if headline and ratio else None,
                    )
                )  # fmt: skip
            if many == 100:
                rows += _deciding(rulebook, basket(5))
    most, few = matching[RULES[-1], 20], matching[100, 20]
    growth = most / few
    rows += [
        _row("matching 10,000 rules, 20 lines: at most", most, "us", goal=MOST_MATCHING,
             met=most <= MOST_MATCHING),
        _row("matching 10,000 rules against 100, 20 lines", growth, "times", goal=MOST_GROWTH,
             met=growth <= MOST_GROWTH),
        *_reading(source),
    ]  # fmt: skip
    return rows


def _side_by_side(
    rulebook: Rulebook, table: "ZenTable | None", facts: Facts
) -> tuple[float, float | None]:
    """What matching costs here and there, in microseconds, from the purchase on."""
    every = [it for lane in rulebook.by_lane for it in match_every(rulebook, lane, facts)[0]]
    names = sorted(it.rule.id for it in every)
    assert names == sorted(_matching(rulebook, _fresh(facts))), "the index has lost a rule"
    ours = cost(lambda given: _matching(rulebook, given), lambda: _fresh(facts))
    if table is None:
        return ours, None
    assert names == sorted(table.matching(facts_of(facts))), "the table says something else"
    theirs = cost(lambda given: table.matching(facts_of(given)), lambda: _fresh(facts), rounds=10)
    return ours, theirs


def _matching(rulebook: Rulebook, facts: Facts) -> list[str]:
    possible = rulebook.index.possible(facts)
    return [
        match.rule.id
        for lane in rulebook.by_lane
        for match in match_lane(rulebook, lane, facts, possible, 0)[0]
    ]


def _fresh(facts: Facts) -> Facts:
    """The same facts, nothing of them found out yet."""
    return replace(facts)


def _deciding(rulebook: Rulebook, facts: Facts) -> Iterator[Row]:
    """A whole decision of 5 lines, without a receipt and with the reasons that one needs."""
    for tell, name, goal in ((0, "", MOST_DECIDING), (20, ", 20 rules told of", None)):
        value = cost(
            lambda given, tell=tell: decide(rulebook, given, tell=tell), lambda: _fresh(facts)
        )
        yield _row(
            f"deciding 5 lines, 100 rules{name}", value, "us", goal=goal,
            met=value <= goal if goal else None,
        )  # fmt: skip


def _reading(source: dict[str, str]) -> Iterator[Row]:
    """Reading and indexing ten thousand rules; what they hold once nothing else is there."""
    many = len(source) - 2
    value = cost(
        lambda given: parse_rulebook(given, standard_words()), lambda: source, rounds=3, times=1
    )
    value /= many
    yield _row(
        f"loading {many:,} rules, for each", value, "us", goal=MOST_LOADING,
        met=value <= MOST_LOADING,
    )  # fmt: skip
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(source, file)
        file.flush()
        told = subprocess.run(
            [sys.executable, "-m", "benchmarks.rule_memory", file.name],
            check=True, capture_output=True, text=True, cwd=ROOT,
        )  # fmt: skip
    value = float(told.stdout)
    yield _row(f"memory of {many:,} rules", value, "MB", goal=MOST_MEMORY, met=value < MOST_MEMORY)


def cost(
    call: Callable[[T], object], make: Callable[[], T], *, rounds: int = 25, times: int = 20
) -> float:
    """Microseconds of the processor for a call on what `make` makes, which is not counted."""
    best = float("inf")
    for _ in range(rounds):
        given = [make() for _ in range(times)]
        start = time.process_time_ns()
        for each in given:
            call(each)
        best = min(best, (time.process_time_ns() - start) / times / 1000)
    return best


@contextmanager
def _settled() -> Iterator[None]:
    """Keep the collector from what stays, as a worker does once it has read its rules."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _row(
    name: str,
    value: float,
    unit: str,
    *,
    limit: float | None = None,
    ratio: float | None = None,
    goal: float | None = None,
    met: bool | None = None,
) -> Row:
    return {
        "name": name, "value": value, "unit": unit, "limit": limit, "ratio": ratio,
        "goal": goal, "met": met,
    }  # fmt: skip
