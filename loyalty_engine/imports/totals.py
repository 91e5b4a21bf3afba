"""What a programme's database comes to: members, purchases, points, rules, what is owed."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from typing import Any

import msgspec

from loyalty_engine.domain.money import Rounding, round_to_int
from loyalty_engine.domain.program import Program
from loyalty_engine.storage.sql.engines import LONG_PATIENCE_SECONDS
from loyalty_engine.storage.sql.integrity.checks import of_page
from loyalty_engine.storage.sql.integrity.sums import pages
from loyalty_engine.storage.sql.statements import Statement
from loyalty_engine.storage.sql.storage import SqlStorage

_MEMBERS = of_page("member", "SELECT tier, count(*) FROM members WHERE {page} GROUP BY tier")
_PURCHASES = of_page(
    "member",
    """
    SELECT account IS NULL, count(*), {sum:paid}, {sum:refunded} FROM purchases
    WHERE {page} AND state NOT IN ('superseded', 'claimed') GROUP BY account IS NULL
    """,
)
_RETURNS = of_page("member", "SELECT count(*) FROM returns WHERE {page}")
_MOVED = of_page(
    "account",
    """
    SELECT unit, kind, source, destination, COALESCE(rule, ''), COALESCE(reason, ''),
        {sum:amount}, count(*)
    FROM entries WHERE {page} GROUP BY unit, kind, source, destination, rule, reason
    """,
)
_OWED = of_page(
    "account",
    "SELECT unit, {sum:available + pending + held}, {sum:debt} FROM balances "
    "WHERE {page} GROUP BY unit",
)
_DECISIONS = of_page(
    "member",
    "SELECT purchase, decision FROM purchases "
    "WHERE {page} AND state NOT IN ('superseded', 'claimed')",
)


class _Reduction(msgspec.Struct):
    rule: str
    by_line: dict[str, int]


class _Grant(msgspec.Struct):
    rule: str
    unit: str
    granted: int


class _Decision(msgspec.Struct):
    """The parts of a stored decision that are counted here."""

    given: list[_Reduction]
    reductions: list[_Reduction]
    grants: list[_Grant]


_decision = msgspec.json.Decoder(_Decision)


@dataclass(slots=True)
class UnitTotals:
    """Points of one unit, and what those outstanding are worth in minor units.

    `issued` comes of purchases and of other points, `brought` of corrections by their reason.
    """

    issued: int = 0
    brought: Counter[str] = field(default_factory=Counter)
    taken_back: int = 0
    spent: int = 0
    expired: int = 0
    withdrawn: int = 0
    outstanding: int = 0
    debt: int = 0
    liability: int = 0

    @property
    def ties(self) -> bool:
        """Whether what came in, less what went out, is what is there."""
        came = self.issued + sum(self.brought.values())
        went = self.taken_back + self.spent + self.expired + self.withdrawn
        return came - went == self.outstanding - self.debt

    def add(self, other: "UnitTotals") -> None:
        """Add another part's sums to these."""
        self.brought.update(other.brought)
        for it in fields(self):
            if it.name != "brought":
                setattr(self, it.name, getattr(self, it.name) + getattr(other, it.name))


@dataclass(slots=True)
class RuleTotals:
    """What one rule has given, before anything came back, and how many times."""

    points: Counter[str] = field(default_factory=Counter)
    discount: int = 0
    times: int = 0


@dataclass(slots=True)
class Totals:
    """Everything that is in a programme's database, summed. Money is in minor units."""

    members: int = 0
    tiers: Counter[str] = field(default_factory=Counter)
    purchases: int = 0
    of_guests: int = 0
    returns: int = 0
    paid: int = 0
    refunded: int = 0
    units: dict[str, UnitTotals] = field(default_factory=dict)
    rules: dict[str, RuleTotals] = field(default_factory=dict)

    def as_json(self) -> bytes:
        """The same for the same database, byte for byte."""
        return msgspec.json.encode(self, order="deterministic")


Heard = Callable[[str, dict[str, int]], object]
"""Hears of each purchase, and the points that it was granted, by unit."""


def totals_of(storage: SqlStorage, program: Program, heard: Heard | None = None) -> Totals:
    """Sum a programme up, a page of members at a time."""
    totals = Totals()
    for tier, count in _rows(storage, program, "member", "members", _MEMBERS):
        totals.members += count
        totals.tiers[tier] += count
    for is_guest, count, paid, refunded in _rows(
        storage, program, "member", "purchases", _PURCHASES
    ):
        totals.purchases += count
        totals.of_guests += count if is_guest else 0
        totals.paid += paid
        totals.refunded += refunded
    for (count,) in _rows(storage, program, "member", "returns", _RETURNS):
        totals.returns += count
    _count_points(storage, program, totals)
    _count_rules(storage, program, totals, heard)
    return totals


def _count_points(storage: SqlStorage, program: Program, totals: Totals) -> None:
    totals.units = {unit: UnitTotals() for unit in sorted(program.units)}
    for row in _rows(storage, program, "account", "entries", _MOVED):
        unit, kind, source, destination, _, reason, amount, _ = row
        count_move(totals.units[unit], kind, source, destination, reason, amount)
    for unit, outstanding, debt in _rows(storage, program, "account", "balances", _OWED):
        totals.units[unit].outstanding += outstanding
        totals.units[unit].debt += debt
    for unit, sums in totals.units.items():
        worth = program.units[unit].value * sums.outstanding
        sums.liability = round_to_int(worth, Rounding.HALF_UP)


def count_move(
    sums: UnitTotals, kind: str, source: str, destination: str, reason: str, amount: int
) -> None:
    """Count entries by where they come from and where they go; within a member's all is even."""
    if source in {"issued", "adjusted"}:
        if kind == "adjust":
            sums.brought[reason] += amount
        else:
            sums.issued += amount
    sums.taken_back -= amount if source == "clawed" else 0
    sums.spent -= amount if source == "redeemed" else 0
    sums.taken_back += amount if destination == "clawed" else 0
    sums.spent += amount if destination == "redeemed" else 0
    sums.expired += amount if destination == "expired" else 0
    sums.withdrawn += amount if destination == "adjusted" else 0


def _count_rules(
    storage: SqlStorage, program: Program, totals: Totals, heard: Heard | None
) -> None:
    for purchase, body in _rows(storage, program, "member", "purchases", _DECISIONS):
        decision = _decision.decode(body)
        worked: set[str] = set()
        granted: dict[str, int] = {}
        for grant in decision.grants:
            granted[grant.unit] = granted.get(grant.unit, 0) + grant.granted
            if grant.granted:
                rule = totals.rules.setdefault(grant.rule, RuleTotals())
                rule.points[grant.unit] += grant.granted
                worked.add(grant.rule)
        for reduction in (*decision.given, *decision.reductions):
            rule = totals.rules.setdefault(reduction.rule, RuleTotals())
            rule.discount += sum(reduction.by_line.values())
            worked.add(reduction.rule)
        for name in worked:
            totals.rules[name].times += 1
        if heard is not None:
            heard(purchase, granted)
    totals.rules = dict(sorted(totals.rules.items()))


def _rows(
    storage: SqlStorage, program: Program, column: str, table: str, statement: Statement
) -> Iterator[Any]:
    with storage.wire(writes=False, patience=LONG_PATIENCE_SECONDS) as wire:
        for after, upto in pages(wire, program.name, column, (table,)):
            yield from wire.ask((statement, (program.name, after, upto)))[0].rows
