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
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.rule_generator import basket, drafts, source_of
from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.deciding.decide import decide
from loyalty_engine.rulebook.deciding.match import match_every, match_lane
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.vocabulary import standard_words

try:
    from benchmarks.zen_table import ZenTable, facts_of
except ImportError:  # not on every machine: without it the rest is measured all the same
    ZenTable = None  # type: ignore[assignment, misc]

Row = dict[str, Any]
T = TypeVar("T")
K = TypeVar("K", bound=Hashable)

ROOT = Path(__file__).resolve().parent.parent
RULES, LINES = (10, 100, 1_000, 10_000), (1, 5, 20, 200)
MATCHING = 10
"""So many rules match, or half of them where there are fewer."""

MOST_GROWTH, MOST_MATCHING, TIMES_FASTER = 2, 300, 5
MOST_LOADING, MOST_MEMORY = 250, 60
MOST_DECIDING = 240
"""Microseconds: a million baskets of which ten rules take effect are decided in two minutes on two
cores. Nothing beside it decides as much, so there is no limit to compare with.
"""


def run() -> list[Row]:
    """Matching by rules and lines, then what ten thousand rules cost to read and to hold."""
    quiet = [basket(lines) for lines in LINES]
    sources: dict[int, dict[str, str]] = {}
    rulebooks: dict[int, Rulebook] = {}
    tables: dict[int, ZenTable] = {}
    for many in RULES:
        written = drafts(many, quiet, min(MATCHING, many // 2))
        sources[many] = source_of(written)
        rulebooks[many] = parse_rulebook(sources[many], standard_words())
        if ZenTable:
            tables[many] = ZenTable(written)
    with _settled():
        rows = [
            *(row for lines in LINES for row in _matching_of(rulebooks, tables, basket(lines))),
            *_deciding(rulebooks[100], basket(5)),
        ]
    return [*rows, *_reading(sources[RULES[-1]])]


def _matching_of(
    rulebooks: Mapping[int, Rulebook], tables: "Mapping[int, ZenTable]", facts: Facts
) -> Iterator[Row]:
    """Matching a purchase by all numbers of rules in turns, and by the tables beside."""
    lines = len(facts.purchase.lines)
    for many, rulebook in rulebooks.items():
        found = len(_same_matching(rulebook, tables.get(many), facts))
        assert found == min(MATCHING, many // 2), f"{many} rules: {found} match"
    headline = lines == 20
    ours = costs(
        {many: partial(_matching, it) for many, it in rulebooks.items()},
        lambda: _fresh(facts),
        rounds=100 if headline else 25,
    )
    theirs = costs(
        {many: partial(_by_table, it) for many, it in tables.items()},
        lambda: _fresh(facts),
        rounds=5,
    )
    for many, value in ours.items():
        beside = theirs.get(many)
        ratio = None if beside is None else beside / value
        held = headline and many == RULES[-1] and ratio is not None
        yield _row(
            f"matching {many:,} rules, {lines} lines", value, "us", limit=beside, ratio=ratio,
            goal=TIMES_FASTER if held else None,
            met=ratio >= TIMES_FASTER if held and ratio else None,
        )  # fmt: skip
    if headline:
        most, growth = ours[RULES[-1]], ours[RULES[-1]] / ours[100]
        yield _row("matching 10,000 rules, 20 lines: at most", most, "us", goal=MOST_MATCHING,
                   met=most <= MOST_MATCHING)  # fmt: skip
        yield _row("matching 10,000 rules against 100, 20 lines", growth, "times",
                   goal=MOST_GROWTH, met=growth <= MOST_GROWTH)  # fmt: skip
        new = costs(
            {"": partial(_matching, rulebooks[RULES[-1]])},
            lambda: _of_new_products(facts),
            rounds=25,
        )
        yield _row("matching 10,000 rules, 20 lines, products seen for the first time", new[""],
                   "us")  # fmt: skip
        for many in (100, RULES[-1]):
            index = rulebooks[many].index
            looked = (index.possible(facts) & index.afforded(facts)).bit_count()
            yield _row(f"of {many:,} rules looked at, 20 lines", looked, "rules",
                       limit=MATCHING, ratio=looked / MATCHING)  # fmt: skip


def _same_matching(rulebook: Rulebook, table: "ZenTable | None", facts: Facts) -> list[str]:
    """The rules that match, which the index and the table must find as well."""
    every = [it for lane in rulebook.by_lane for it in match_every(rulebook, lane, facts)[0]]
    names = sorted(it.rule.id for it in every)
    assert names == sorted(_matching(rulebook, _fresh(facts))), "the index has lost a rule"
    if table is not None:
        assert names == sorted(table.matching(facts_of(facts))), "the table says something else"
    return names


def _matching(rulebook: Rulebook, facts: Facts) -> list[str]:
    possible = rulebook.index.possible(facts)
    return [
        match.rule.id
        for lane in rulebook.by_lane
        for match in match_lane(rulebook, lane, facts, possible, 0)[0]
    ]


def _by_table(table: "ZenTable", facts: Facts) -> list[str]:
    return table.matching(facts_of(facts))


def _fresh(facts: Facts) -> Facts:
    """The same facts, nothing of them found out yet."""
    return replace(facts)


_numbers = count()


def _of_new_products(facts: Facts) -> Facts:
    """The same facts about products that the index has not met: their skus differ."""
    bought = facts.purchase
    lines = tuple(replace(it, sku=f"{it.sku}-{next(_numbers)}") for it in bought.lines)
    return replace(facts, purchase=replace(bought, lines=lines))


def _deciding(rulebook: Rulebook, facts: Facts) -> Iterator[Row]:
    """A whole decision of 5 lines in which ten rules take effect, without and with reasons."""
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
    return costs({"": call}, make, rounds=rounds, times=times)[""]


def costs(
    calls: Mapping[K, Callable[[T], object]],
    make: Callable[[], T],
    *,
    rounds: int,
    times: int = 20,
) -> dict[K, float]:
    """The same of several calls that take turns, so that each meets the machine alike.

    A machine that others use is now twice as slow and now not; figures that are compared must
    not be taken one after the other.
    """
    best = dict.fromkeys(calls, float("inf"))
    for _ in range(rounds):
        for name, call in calls.items():
            given = [make() for _ in range(times)]
            start = time.process_time_ns()
            for each in given:
                call(each)
            best[name] = min(best[name], (time.process_time_ns() - start) / times / 1000)
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
