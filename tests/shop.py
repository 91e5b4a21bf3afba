"""A shop with the real engine behind its counter: what tests of use cases stand on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from loyalty_engine.bootstrap import new_number, new_secret
from loyalty_engine.domain.purchase import Line, Purchase
from loyalty_engine.domain.requests import (
    Adjustment,
    MemberProfile,
    Return,
    ReturnLine,
    UnreceiptedLine,
    UnreceiptedReturn,
)
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.codes import Codes
from loyalty_engine.use_cases.members.enrol_member import enrol_member
from loyalty_engine.use_cases.points.adjust_points import adjust_points
from loyalty_engine.use_cases.points.show_balance import show_balance
from loyalty_engine.use_cases.purchases.claim_purchase import claim_purchase
from loyalty_engine.use_cases.purchases.quote_purchase import quote_purchase
from loyalty_engine.use_cases.purchases.record_purchase import record_purchase
from loyalty_engine.use_cases.purchases.show_purchase import show_purchase
from loyalty_engine.use_cases.returns.cancel_purchase import cancel_purchase
from loyalty_engine.use_cases.returns.record_return import record_return
from loyalty_engine.use_cases.returns.return_without_receipt import return_without_receipt
from loyalty_engine.use_cases.rules.rulebook_shelf import RulebookShelf
from loyalty_engine.vocabulary import standard_words

OPENING = datetime(2026, 3, 2, 9, tzinfo=UTC)

PROGRAM = """
program: shop
title: Shop
zone: Europe/Paris
currency: EUR
languages: [en, fr]
units:
  points: {value: 0.01, tender: 0.01}
lanes:
  - discounts: all
  - base: all
  - bonus: all
"""

BASE = """
rule: base
lane: base
then: [earn_per_amount: {points: 1, per: 1.00}]
"""


class NoHooks:
    """No plugins at all."""

    def gather_facts(self, program: str, purchase: Purchase) -> Mapping[str, Mapping[str, Any]]:
        return {}

    def guard(self, program: str, action: str, purchase: Purchase | None, spends: bool) -> None:
        return None


@dataclass
class Board:
    """Remembers what was shown, newest version of each member."""

    shown: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    until: dict[str, datetime | None] = field(default_factory=dict)

    def stamp(self) -> float:
        return 0.0

    def show(
        self,
        program: str,
        member: str,
        version: int,
        until: datetime | None,
        body: bytes,
        stamp: float,
        *,
        wait: bool = True,
    ) -> bool:
        if version >= self.shown.get(member, (0, b""))[0]:
            self.shown[member], self.until[member] = (version, body), until
        return True


class Shop:
    """One programme, one engine, one clock that the test moves."""

    def __init__(
        self,
        *rules: str,
        program: str = PROGRAM,
        tiers: str | None = None,
        rewards: Sequence[str] = (),
        referral: str | None = None,
        challenges: Sequence[str] = (),
        url: str = "sqlite://",
        storage: SqlStorage | None = None,
    ) -> None:
        source = {"program.yaml": program}
        if tiers:
            source["tiers.yaml"] = tiers
        for number, rule in enumerate(rules):
            folder = "vouchers" if rule.lstrip().startswith("voucher:") else "rules"
            source[f"{folder}/{number}.yaml"] = rule
        if referral:
            source["referral.yaml"] = referral
        for number, reward in enumerate(rewards):
            source[f"rewards/{number}.yaml"] = reward
        for number, challenge in enumerate(challenges):
            source[f"challenges/{number}.yaml"] = challenge
        self.storage = storage or SqlStorage(url)
        if storage is None:
            self.storage.create_schema()
        self.shelf = RulebookShelf(self.storage, {word.word: word for word in standard_words()})
        self.now = OPENING
        self.board = Board()
        self.rulebook = self.shelf.publish("shop", source, "test", OPENING - timedelta(days=1000))
        self.engine = Engine(
            self.storage, self.shelf, NoHooks(), self.board, new_number, new_secret,
            Codes(b"a secret of the tests"),
        )  # fmt: skip
        self._keys = count(1)

    def caller(self, key: str | None = None, fingerprint: bytes = b"") -> Caller:
        return Caller("shop", "till", self.now, key, fingerprint, detailed=True)

    def fresh(self) -> Caller:
        """A caller with an Idempotency-Key of its own."""
        return self.caller(f"key-{next(self._keys)}")

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    def enrol(self, member: str = "ada", **profile: Any) -> dict[str, Any]:
        profile.setdefault("enrolled_at", OPENING - timedelta(days=90))
        return read(enrol_member(self.engine, self.caller(), member, MemberProfile(**profile)))

    def basket(
        self, id: str, lines: list[Line], member: str | None = "ada", **more: Any
    ) -> Purchase:
        more.setdefault("occurred_at", self.now)
        return Purchase(id=id, currency="EUR", lines=tuple(lines), member=member, **more)

    def buy(self, id: str, lines: list[Line], member: str | None = "ada", **more: Any) -> Any:
        return read(self.record(self.basket(id, lines, member, **more)))

    def record(self, purchase: Purchase) -> Answer:
        return record_purchase(self.engine, self.caller(), purchase)

    def quote(self, purchase: Purchase, *, reserve: bool = False) -> dict[str, Any]:
        caller = self.fresh() if reserve else self.caller()
        return read(quote_purchase(self.engine, caller, purchase, reserve))

    def back(self, purchase: str, id: str, **quantities: int) -> dict[str, Any]:
        """Return thousandths of lines: `back("T-1", "R-1", a=1000)`."""
        lines = tuple(ReturnLine(line, milli) for line, milli in quantities.items())
        back = Return(id, self.now, lines)
        return read(record_return(self.engine, self.caller(), purchase, back))

    def unreceipted(self, **quantities: int) -> dict[str, Any]:
        """Return thousandths of products without a receipt: `unreceipted(**{"sku-1": 1000})`."""
        lines = tuple(UnreceiptedLine(sku, milli) for sku, milli in quantities.items())
        back = UnreceiptedReturn(self.now, "no receipt", lines)
        return read(return_without_receipt(self.engine, self.fresh(), "ada", back))

    def cancel(self, purchase: str) -> dict[str, Any]:
        return read(cancel_purchase(self.engine, self.fresh(), purchase, self.now))

    def claim(self, purchase: str, secret: str, member: str = "ada") -> dict[str, Any]:
        return read(claim_purchase(self.engine, self.fresh(), purchase, member, secret))

    def adjust(self, points: int, unit: str = "points", member: str = "ada") -> dict[str, Any]:
        change = Adjustment(unit, points, "because", "the test")
        return read(adjust_points(self.engine, self.fresh(), member, change))

    def balance(self, member: str = "ada") -> dict[str, Any]:
        return read(show_balance(self.engine, self.caller(), member))

    def points(self, unit: str = "points", member: str = "ada") -> int:
        """Available points less what is owed."""
        figures = self.balance(member)["units"][unit]
        return int(figures["available"] + figures["pending"] - figures.get("debt", 0))

    def purchase(self, id: str) -> dict[str, Any]:
        return read(show_purchase(self.engine, self.caller(), id))


def line(id: str, price: int, quantity: int = 1, category: str = "things", **more: Any) -> Line:
    """A line of whole units; `price` of one in minor units."""
    return Line(id, f"sku-{id}", quantity * 1000, price, category, **more)


def read(answer: Answer) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(answer.body)
    return body
