"""A made-up past, a programme in which everything happens, and what the real engine makes of it."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from loyalty_engine.backtest.figures import Figures
from loyalty_engine.backtest.from_file import FileSource
from loyalty_engine.backtest.job import Comparison, Wanted, run_backtest
from loyalty_engine.imports.job import Outcome
from loyalty_engine.rule_files import read_programme
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.vocabulary import standard_words
from tests.imports.making import HEADER, MAPPING, Heard, Shop, text

# Every kind of state that goes on from one purchase to the next.
EVERYTHING = {
    "program.yaml": """
        program: shop
        title: Shop Card
        zone: Europe/London
        currency: GBP
        languages: [en]
        units:
          points: {value: 0.01, tender: 0.01, expires: 2 months, shortfall: debt}
          stamps:
            value: 0.05
            shortfall: zero
            converts: {each: 5, at_least: 5, into: coffee, gives: 1}
          coffee: {value: 0.25, expires: 1 month, shortfall: zero}
        lanes: [{offers: best}, {points: all}, {bonus: all}]
        switches: {enrol_on_first_purchase: yes}
        """,
    "tiers.yaml": """
        window: {rolling: 2 months}
        tiers:
          - {tier: plain}
          - {tier: silver, needs: {spend: 100.00}}
          - {tier: gold, needs: {spend: 300.00}}
        """,
    "base.yaml": """
        rule: base
        lane: points
        when: [is_member]
        then: [{earn_per_amount: {points: 1, per: 10.00, carry: yes}}]
        """,
    "silver.yaml": """
        rule: silver
        lane: points
        when: [tier_is: [silver, gold]]
        then: [multiply_points: 2]
        """,
    "ten-off.yaml": """
        rule: ten-off
        lane: offers
        when: [is_member, spent_at_least: 60.00]
        then: [percentage_off: 10]
        limits: [{money: 20.00, per: member, period: month}]
        """,
    "two-off.yaml": """
        rule: two-off
        lane: offers
        when: [spent_at_least: 30.00]
        then: [amount_off: 2.00]
        limits: [{uses: 3, per: member, period: month}]
        """,
    "welcome.yaml": """
        rule: welcome
        lane: bonus
        when: [first_purchase]
        then: [earn_points: 50]
        """,
    "third.yaml": """
        rule: third
        lane: bonus
        when: [every_nth_purchase: 3]
        then: [earn_points: 30]
        """,
    "back-again.yaml": """
        rule: back-again
        lane: bonus
        when: [days_since_last_purchase: {at_least: 9}]
        then: [earn_points: 15]
        limits: [{points: 60, per: member}]
        """,
    "stamps.yaml": """
        rule: stamps
        lane: bonus
        when: [is_member]
        on: [sku: CUP]
        then: [earn_per_unit: {points: 1, unit: stamps}]
        """,
}

SHARED = """
    rule: summer
    lane: bonus
    when: [is_member, spent_at_least: 20.00]
    then: [earn_points: 7]
    limits:
      - {points: 400, per: all}
      - {uses: 12, per: store, period: week}
    """
"""A rule under limits that members share."""

SPENDING = MAPPING.replace("lines:\n", "points: {points: {spent: used}}\nlines:\n").strip("\n")


def made_rows(purchases: int, seed: int = 7, members: int = 12, *, apart: bool = False) -> str:
    """Purchases of half a year: guests, returns in parts, several at one instant (unless all are
    to be `apart`), points spent.
    """
    chance = random.Random(seed)
    at = datetime(2026, 1, 5, 9)  # times of the shop
    lines = []
    for number in range(purchases):
        who = chance.choice([*(f"m{it}" for it in range(members)), "", ""])
        store = chance.choice(["Lyon", "Paris", "Nice"])
        used = chance.choice([0, 0, 0, 0, 25]) if who else 0
        bought = chance.sample([("cup", 250), ("pot", 1999), ("tea", 799), ("jug", 3450)], 2)
        told = f"{at:%d/%m/%Y %H:%M},{who},{store}"
        many = [chance.choice([1, 1, 2, 3]) for _ in bought]
        for (sku, price), pieces in zip(bought, many, strict=True):
            lines.append(f"{number},{told},{sku},{pieces},{price / 100:.2f},{used}")
        if chance.random() < 0.25:
            sku, price = bought[0]
            later = at + timedelta(minutes=chance.choice([7 if apart else 0, 700, 40_000]))
            told = f"{later:%d/%m/%Y %H:%M},{who},{store}"
            pieces = chance.choice([1, many[0]])
            lines.append(f"R{number},{told},{sku},{-pieces},{price / 100:.2f},0")
        at += timedelta(hours=chance.choice([2 if apart else 0, 1, 5, 30]))
    return HEADER.rstrip("\n") + ",used\n" + "".join(f"{line}\n" for line in lines)


@dataclass
class Truth:
    """What the real engine has in its books after a replay."""

    outcome: Outcome
    rules: dict[str, Counter[str]] = field(default_factory=dict)
    sales: int = 0
    visits: int = 0

    @classmethod
    def of(cls, outcome: Outcome, database: Path) -> Truth:
        assert outcome.well
        truth = cls(outcome)
        with sqlite3.connect(database) as connection:
            for account, visits, paid, refunded, body in connection.execute(
                "SELECT account, visits, paid, refunded, kept FROM purchases"
            ):
                kept = msgspec.json.decode(body)
                truth.visits += visits
                truth.sales += paid - refunded
                for unit, by_rule in kept["points"].items() if account is not None else ():
                    for rule, points in by_rule.items():
                        truth.rules.setdefault(rule, Counter())[unit] += points
                for rule, by_line in kept["discounts"].items():
                    amount = sum(by_line.values())
                    truth.rules.setdefault(rule, Counter())["discount"] += amount
        return truth


class Backtests:
    """A folder with a file of purchases, its mapping, and programmes to compare."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "past.csv"
        self.mapping = folder / "mapping.yaml"
        self.mapping.write_text(text(SPENDING))
        self.heard = Heard()

    def write(self, name: str, files: dict[str, str]) -> Path:
        (self.folder / name).mkdir(exist_ok=True)
        for file, lines in files.items():
            (self.folder / name / file).write_text(text(lines))
        return self.folder / name

    def rulebook(self, name: str) -> Rulebook:
        return parse_rulebook(read_programme(self.folder / name), standard_words())

    def compare(self, before: str, after: str, **more: object) -> Comparison:
        wanted = Wanted(
            self.rulebook(before), self.rulebook(after), (before, after),
            FileSource(self.file, self.mapping), **more,  # type: ignore[arg-type]
        )  # fmt: skip
        return run_backtest(wanted, self.heard)

    def truth(self, name: str) -> Truth:
        """Replay the file through the engine into a database of its own."""
        home = self.folder / f"truth-of-{name}"
        home.mkdir()
        shop = Shop(home, f"sqlite:///{home / 'truth.db'}")
        shop.mapping = self.mapping
        outcome = shop.replay_path(self.file, program=str(self.folder / name))
        return Truth.of(outcome, home / "truth.db")


def same(figures: Figures, truth: Truth) -> None:
    """The figures of a side are those of the engine's books, to the last point and penny."""
    totals = truth.outcome.totals
    for unit, it in totals.units.items():
        assert figures.units[unit] == it
    assert figures.members == totals.members
    assert figures.returns == totals.returns
    assert (figures.total.sales, figures.total.times) == (truth.sales, truth.visits)
    ours = {
        rule: {**it.points, "discount": it.discount}
        for rule, it in figures.sums["rule"].items()
        if not rule.startswith("convert:")
    }
    theirs = {rule: dict(sums) for rule, sums in truth.rules.items()}
    assert _plain(ours) == _plain(theirs)


def _plain(rules: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    found = {
        rule: {name: amount for name, amount in sums.items() if amount}
        for rule, sums in rules.items()
    }
    return {rule: sums for rule, sums in found.items() if sums}
