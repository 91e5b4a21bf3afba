"""A small shop's file, mapping and programme, and an engine to replay it into."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from pathlib import Path

from loyalty_engine.bootstrap import Parts, bootstrap
from loyalty_engine.config import read_settings
from loyalty_engine.imports.job import Machine, Outcome, Wanted, replay_file
from loyalty_engine.imports.mapping import SourceMapping
from loyalty_engine.imports.read_mapping import read_mapping
from loyalty_engine.storage.sql.migrate import migrate

# Points: one for each pound; 100 more from 50.00; a point pays a penny.
PROGRAMME = {
    "program.yaml": """
        program: shop
        title: Shop Card
        zone: Europe/London
        currency: GBP
        languages: [en]
        units:
          points: {value: 0.01, tender: 0.01, expires: 1 month, shortfall: debt}
        lanes: [{points: all}, {bonus: all}]
        switches: {enrol_on_first_purchase: yes}
        """,
    "tiers.yaml": """
        tiers:
          - {tier: plain}
          - {tier: silver, needs: {spend: 100.00}}
        """,
    "base.yaml": """
        rule: base
        lane: points
        when: [is_member]
        then: [{earn_per_amount: {points: 1, per: 1.00}}]
        """,
    "fifty.yaml": """
        rule: fifty
        lane: bonus
        when: [is_member, spent_at_least: 50.00]
        then: [{earn_points: 100}]
        """,
}

# A row is a line: kind by the receipt's first letter, times of the shop.
MAPPING = """
source: shop-file
program: shop
layout: lines
zone: Europe/London
time_format: "%d/%m/%Y %H:%M"
amounts: {written: major, finer: half_up}
basket:
  id: receipt
  at: when
  member: card
  store: shop
  kind: {column: receipt, return: R*, adjustment: A*}
lines:
  sku: {column: article, clean: upper}
  quantity: pieces
  unit_price: price
returns: {anonymous: same_store}
leave_out:
  - {reason: postage, sku: POST}
"""
HEADER = "receipt,when,card,shop,article,pieces,price\n"


def text(lines: str) -> str:
    """A block of text without its indentation."""
    return textwrap.dedent(lines).lstrip("\n")


def rows(lines: str) -> str:
    """CSV rows under the header of `MAPPING`."""
    return HEADER + text(lines)


def mapping(lines: str = MAPPING) -> SourceMapping:
    """A mapping that has no faults."""
    return read_mapping(text(lines), "mapping.yaml")


@dataclass
class Heard:
    """Hears how far a replay has come."""

    parts: list[str] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)

    def begin(self, what: str, total: int | None) -> None:
        self.parts.append(what)

    def reached(self, steps: int) -> None:
        self.steps.append(steps)


class Shop:
    """A folder with a mapping and a programme, and a database to replay files into."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url
        self.mapping = folder / "mapping.yaml"
        self.mapping.write_text(text(MAPPING))
        self.write_programme("shop", PROGRAMME)
        self.heard = Heard()

    def write_programme(self, name: str, files: dict[str, str]) -> None:
        (self.folder / name).mkdir(exist_ok=True)
        for file, lines in files.items():
            (self.folder / name / file).write_text(text(lines))

    def open(self) -> Parts:
        """The engine on this shop's database. Asks the environment, so a test may change it."""
        migrate(self.url)
        settings = read_settings()
        return bootstrap(_with(settings, self.url, self.folder))

    def replay(
        self, content: str, *, limit: int | None = None, program: str | None = None
    ) -> Outcome:
        """Replay a CSV file; what is left out stands in `left_out.csv` then."""
        file = self.folder / "purchases.csv"
        file.write_text(content)
        return self.replay_path(file, limit=limit, program=program)

    def replay_path(
        self, file: Path, *, limit: int | None = None, program: str | None = None
    ) -> Outcome:
        parts = self.open()
        try:
            machine = Machine(parts.engine, parts.storage, parts.shelf, parts.plugins.words)
            wanted = Wanted(file, self.mapping, program, limit)
            with (self.folder / "left_out.csv").open("w", newline="") as report:
                return replay_file(machine, wanted, report, self.heard)
        finally:
            parts.plugins.close()
            parts.storage.close()

    @property
    def left_out(self) -> list[str]:
        """The lines of the report, without its headings."""
        return (self.folder / "left_out.csv").read_text().splitlines()[1:]


def _with(settings, url: str, folder: Path):
    from dataclasses import replace

    here = {"home": folder / "home", "plugins": folder / "no-plugins"}
    return replace(settings, database_url=url, redis_url=None, **here)
