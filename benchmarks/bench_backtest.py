"""Two versions of a hundred rules over a million past baskets of five lines, on all cores.

Ten rules apply to most baskets, ninety are campaigns for some products, stores, days and members;
the change is to one that applies to most. `BACKTEST_BASKETS` takes another number of baskets.
"""

import os
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from benchmarks.rule_generator import STORES, TOUCHPOINTS, basket, catalogue, drafts, source_of
from loyalty_engine.backtest.from_file import FileSource
from loyalty_engine.backtest.job import Comparison, Wanted, run_backtest
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.vocabulary import standard_words

Row = dict[str, Any]

BASKETS = int(os.environ.get("BACKTEST_BASKETS", "1000000"))
RULES, MATCHING, LINES, BUY_AGAIN, BATCH = 100, 10, 5, 10, 25_000
MINUTES = 10
SEED = 20_261_008
CHANGED = ("points: 1, per: 1.00", "points: 2, per: 1.00")
MAPPING = """
source: made
layout: baskets
zone: Europe/Paris
amounts: {written: minor}
basket:
  id: id
  at: at
  member: member
  store: store
  touchpoint: touchpoint
  kind: {column: id, return: R*}
lines:
  in: lines
  id: id
  sku: sku
  quantity: quantity
  unit_price: price
  category: category
  brand: brand
"""


class Parts:
    """How long each part took, in seconds."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._part, self._since = "", time.perf_counter()

    def begin(self, what: str, total: int | None) -> None:
        now = time.perf_counter()
        if self._part:
            self.seconds[self._part] = now - self._since
        self._part, self._since = what, now

    def reached(self, steps: int) -> None:
        """The end is enough."""


def run() -> list[Row]:
    """One comparison, from the file to the figures."""
    with tempfile.TemporaryDirectory(prefix="bench-backtest-") as name:
        file, mapping = Path(name) / "made.parquet", Path(name) / "mapping.yaml"
        make_file(file)
        mapping.write_text(MAPPING)
        parts = Parts()
        begun = time.perf_counter()
        compared = compare(file, mapping, parts)
        minutes = (time.perf_counter() - begun) / 60
    total = compared.figures[1].total
    assert total.cost(1) > compared.figures[0].total.cost(1)
    assert total.times >= BASKETS * 0.99
    many = f"backtest: {BASKETS:,} baskets of {LINES} lines, {RULES} rules"
    goal = MINUTES * BASKETS / 1_000_000
    memory = [resource.getrusage(who).ru_maxrss / 1024 for who in
              (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]  # fmt: skip
    return [
        _row(many, minutes, "min", goal=goal, met=minutes <= goal),
        _row("backtest: baskets, under both versions", BASKETS / minutes / 60, "baskets/s"),
        *(_row(f"backtest: {part.lower()}", it / 60, "min") for part, it in parts.seconds.items()),
        _row("backtest: memory of the largest process", max(memory), "MB"),
    ]


def compare(file: Path, mapping: Path, parts: Parts) -> Comparison:
    """The comparison that is measured."""
    written = drafts(RULES, [basket(lines) for lines in (1, LINES, 20)], MATCHING)
    before = source_of(written)
    after = {path: text.replace(*CHANGED) for path, text in before.items()}
    assert after != before
    rulebooks = [parse_rulebook(it, standard_words()) for it in (before, after)]
    wanted = Wanted(
        rulebooks[0], rulebooks[1], ("before", "after"), FileSource(file, mapping),
        workers=len(os.sched_getaffinity(0)),
    )  # fmt: skip
    return run_backtest(wanted, parts)


def make_file(path: Path) -> None:
    """A quarter's purchases in the order of time; each fiftieth comes back in part."""
    baskets = _baskets()
    writer: parquet.ParquetWriter | None = None
    while batch := [it for _, it in zip(range(BATCH), baskets, strict=False)]:
        table = pa.Table.from_pylist(batch)
        writer = writer or parquet.ParquetWriter(path, table.schema)
        writer.write_table(table.cast(writer.schema))
    assert writer is not None
    writer.close()


def _baskets() -> Iterator[Row]:
    chance = random.Random(SEED)
    at = datetime(2026, 7, 13, 8)  # noqa: DTZ001 - times of the shop
    step = timedelta(days=91) / BASKETS
    goods = catalogue()
    for number in range(BASKETS):
        at += step
        told: Row = {
            "member": chance.choice((None, *(f"m{chance.randrange(BASKETS // BUY_AGAIN)}",) * 9)),
            "store": chance.choice(STORES),
            "touchpoint": chance.choice(TOUCHPOINTS),
        }
        lines = []
        for index, (sku, category, brand, price) in enumerate(chance.choices(goods, k=LINES)):
            line = {"id": index, "sku": sku, "quantity": chance.choice((1, 1, 2)), "price": price}
            lines.append({**line, "category": category, "brand": brand})
        yield {"id": f"T{number}", "at": at, **told, "lines": lines}
        if number % 50 == 0:
            back = {**lines[0], "quantity": -1}
            yield {"id": f"R{number}", "at": at + timedelta(days=2), **told, "lines": [back]}


def _row(
    name: str, value: float, unit: str, *, goal: float | None = None, met: bool | None = None
) -> Row:
    return {
        "name": name, "value": value, "unit": unit, "limit": None, "ratio": None, "goal": goal,
        "met": met,
    }  # fmt: skip
