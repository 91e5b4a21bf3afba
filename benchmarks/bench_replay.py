"""Replaying a file into SQLite, synced at each commit: purchases a second, and where they end.

The limit is what the database alone takes for the same statements, sent by the driver without any
engine. The file is made here, five lines a purchase, under the rules of the grocer; real files are
replayed too where `LOYALTY_REAL_DATA` names their folder.
"""

import os
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from loyalty_engine.bootstrap import Parts, bootstrap
from loyalty_engine.config import read_settings
from loyalty_engine.imports.job import Machine, Outcome, Wanted, replay_file
from loyalty_engine.imports.replay import CHUNK
from loyalty_engine.storage.sql.engines import BULK_CACHE, PRAGMAS
from loyalty_engine.storage.sql.migrate import migrate
from loyalty_engine.storage.sql.wire import Tally

Row = dict[str, Any]

ROOT = Path(__file__).resolve().parent.parent
PURCHASES, LINES, BUY_AGAIN, TURNS = 5_000, 5, 10, 3
GOAL = 1_000
SEED = 20_260_301
GOODS = [
    ("fresh/fruit", 120), ("fresh/vegetables", 180), ("fresh/dairy", 240), ("fresh/meat", 690),
    ("bakery/bread", 210), ("grocery/coffee", 450), ("grocery/pasta", 140), ("drinks/soft", 150),
    ("household/paper", 380), ("coffee-bar/hot-drinks", 260),
]  # fmt: skip
MAPPING = """
source: made
program: {programme}
layout: baskets
zone: Europe/London
amounts: {{written: minor}}
basket:
  id: id
  at: at
  member: member
  store: store
  touchpoint: {{value: till}}
  kind: {{column: id, return: R*}}
lines:
  in: lines
  id: id
  sku: sku
  quantity: quantity
  unit_price: price
  category: category
"""


def run() -> list[Row]:
    """The made file, and the real ones."""
    with tempfile.TemporaryDirectory(prefix="bench-replay-") as name:
        folder = Path(name)
        file, mapping = folder / "made.parquet", folder / "mapping.yaml"
        make_file(file)
        mapping.write_text(MAPPING.format(programme=ROOT / "rules" / "grocer"))
        timed = [replayed(folder / f"{turn}.db", file, mapping) for turn in range(TURNS)]
        rate = statistics.median(it.rate for it in timed)
        limit = _database_alone(folder, file, mapping)
        rows = [
            _row("replay: made purchases of 5 lines", rate, "purchases/s", limit=limit, goal=GOAL)
        ]
        for data in ("online_retail", "x5_retailhero"):
            rows += _real(folder, data)
        return rows


def make_file(path: Path) -> None:
    """Purchases over half a year, each twentieth of which comes back in part."""
    chance = random.Random(SEED)
    at = datetime(2026, 3, 1, 8)  # noqa: DTZ001 - local times of the shop
    baskets = []
    for number in range(PURCHASES):
        member = f"m{chance.randrange(PURCHASES // BUY_AGAIN)}"
        lines = [_line(chance, index) for index in range(LINES)]
        told = {"member": member, "store": f"s{number % 7}", "at": at}
        baskets.append({"id": f"T{number}", "lines": lines, **told})
        if number % 20 == 0:
            back = {**lines[0], "quantity": -1}
            later = at + timedelta(days=2)
            baskets.append({"id": f"R{number}", "lines": [back], **told, "at": later})
        at += timedelta(minutes=50)
    parquet.write_table(pa.Table.from_pylist(baskets), path)


def _line(chance: random.Random, index: int) -> Row:
    category, price = chance.choice(GOODS)
    return {
        "id": index, "sku": f"{category.split('/')[1].upper()}-{chance.randrange(40)}",
        "category": category, "quantity": chance.choice([1, 1, 1, 2, 3]), "price": price,
    }  # fmt: skip


class Timed:
    """How long each part of a replay took, in seconds; `trips` are those of playing."""

    def __init__(self, tally: Tally | None = None) -> None:
        self.seconds: dict[str, float] = {}
        self.trips: list[int] = []
        self.outcome: Outcome | None = None
        self._tally = tally or Tally()
        self._part, self._since = "", time.perf_counter()

    def begin(self, what: str, total: int | None) -> None:
        now = time.perf_counter()
        if self._part:
            self.seconds[self._part] = now - self._since
        if "Playing" in {what, self._part}:
            self.trips.append(len(self._tally.texts))
        self._part, self._since = what, now

    def reached(self, steps: int) -> None:
        """The end is enough."""

    @property
    def rate(self) -> float:
        """Purchases and returns recorded in a second."""
        assert self.outcome is not None
        assert self.outcome.well
        counts = self.outcome.counts
        return (counts.purchases + counts.returns) / self.seconds["Playing"]


@contextmanager
def opened(database: Path) -> Iterator[Parts]:
    """An engine on a new SQLite file, without plugins, Redis and whatever the environment says."""
    url = f"sqlite:///{database}"
    migrate(url)
    nothing = database.parent / "none"
    settings = replace(read_settings(), database_url=url, redis_url=None, plugins=nothing)
    parts = bootstrap(settings)
    try:
        yield parts
    finally:
        parts.plugins.close()
        parts.storage.close()


def replayed(database: Path, file: Path, mapping: Path) -> Timed:
    """One replay into a fresh database."""
    timed = Timed()
    with opened(database) as parts:
        machine = Machine(parts.engine, parts.storage, parts.shelf, parts.plugins.words)
        timed.outcome = replay_file(machine, Wanted(file, mapping), None, timed)
    return timed


def _database_alone(folder: Path, file: Path, mapping: Path) -> float:
    """The same statements, transaction by transaction, by the driver alone."""
    with opened(folder / "texts.db") as parts:
        parts.storage.tally.keeps_texts = True
        machine = Machine(parts.engine, parts.storage, parts.shelf, parts.plugins.words)
        timed = Timed(parts.storage.tally)
        outcome = replay_file(machine, Wanted(file, mapping), None, timed)
        texts = parts.storage.tally.texts[slice(*timed.trips)]
    migrate(f"sqlite:///{folder / 'bare.db'}")
    with closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as bare:
        for pragma in (*PRAGMAS, BULK_CACHE):
            bare.execute(f"PRAGMA {pragma}")
        begun = time.perf_counter()
        for at in range(0, len(texts), CHUNK):
            bare.execute("BEGIN IMMEDIATE")
            for trip in texts[at : at + CHUNK]:
                for sql, values in trip:
                    bare.execute(sql, values).fetchall()
            bare.execute("COMMIT")
        seconds = time.perf_counter() - begun
    return (outcome.counts.purchases + outcome.counts.returns) / seconds


def _real(folder: Path, data: str) -> list[Row]:
    where = os.environ.get("LOYALTY_REAL_DATA")
    file = Path(where or "") / data / "baskets.parquet"
    if where is None or not file.is_file():
        return []
    mapping = ROOT / "benchmarks" / "replay" / data / "mapping.yaml"
    timed = replayed(folder / f"{data}.db", file, mapping)
    assert timed.outcome is not None
    lines = timed.outcome.account.read.lines
    return [
        _row(f"replay: {data}", timed.rate, "purchases/s"),
        _row(f"replay: {data}, lines", lines / sum(timed.seconds.values()), "lines/s"),
    ]


def _row(
    name: str, value: float, unit: str, *, limit: float | None = None, goal: float | None = None
) -> Row:
    return {
        "name": name, "value": value, "unit": unit, "limit": limit,
        "ratio": value / limit if limit else None, "goal": goal,
        "met": None if goal is None else value >= goal,
    }  # fmt: skip
