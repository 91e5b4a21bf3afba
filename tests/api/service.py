"""A service of two programmes on a database of its own, and a till that talks to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from loyalty_engine.api.app import all_calls
from loyalty_engine.api.calls import Call
from loyalty_engine.api.keys import SCOPES, new_key
from loyalty_engine.api.refusals import KINDS
from loyalty_engine.api.schemas.service import Problem
from loyalty_engine.bootstrap import Parts, bootstrap
from loyalty_engine.clock import StoppedClock
from loyalty_engine.config import Settings, read_settings
from loyalty_engine.storage.sql.keys import ApiKey, ApiKeys
from loyalty_engine.storage.sql.migrate import migrate

NOW = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)

PROGRAM = """
program: {name}
title: {name}
zone: Europe/Paris
currency: EUR
languages: [en, fr]
units:
  points: {{value: 0.01, tender: 0.01, gifts: yes}}
lanes:
  - discounts: all
  - base: all
touchpoints: [till, web]
identifiers: [card, email_hash]
attributes:
  birthday: {{type: date, purpose: a gift}}
  diet: {{type: text, one_of: [vegan, none], purpose: offers}}
  size: {{type: integer, purpose: offers}}
events:
  review_written:
    purpose: others read it
    data:
      stars: {{type: integer, min: 1, max: 5, factor: stars}}
      sku: {{type: text, required: no}}
stored_value:
  country: FR
  gift_cards: {{valid: 2 years, most: 250.00}}
  store_credit: {{valid: 2 years}}
"""
TIERS = """
window: calendar_year
tiers:
  - tier: basic
    title: Basic
  - tier: gold
    title: Gold
    needs: {spend: 1000.00}
"""
BASE = """
rule: base
title: 1 point for each euro
lane: base
then: [earn_per_amount: {points: 1, per: 1.00}]
"""
GOLD = """
rule: gold-bonus
title: gold members get 50 points
lane: base
when: [tier_is: [gold]]
then: [earn_points: 50]
"""


MUG = """
reward: mug
kind: goods
title: {en: A mug, fr: Une tasse}
price: {points: 300, money: 2.50}
stock: 2
"""
FIVE = """
voucher: five
title: {en: Five off, fr: Cinq de moins}
lane: discounts
when: [spent_at_least: 20.00]
then: [amount_off: 5.00]
"""
NEXT_TIME = """
rule: next-time
lane: base
when: [spent_at_least: 90.00]
then: [give_voucher: five]
"""
TWO = """
challenge: two
title: {en: Two pieces, fr: Deux articles}
count: units
opt_in: yes
goal: 2
then: [earn_points: 10]
"""
GOLD_WEEK = """
reward: gold-week
kind: status
title: A week of gold
price: {points: 5000}
tier: gold
lasts: 1 week
"""


def settings_for(folder: Path, **others: Any) -> Settings:
    """Settings that know nothing of this machine's environment."""
    url = f"sqlite:///{folder / 'loyalty.db'}"
    base = replace(read_settings(), database_url=url, home=folder / "home")
    return replace(base, redis_url=None, plugins=folder / "plugins", log_requests=False, **others)


def open_parts(settings: Settings, clock: StoppedClock | None = None) -> Parts:
    """The engine on a migrated database, two programmes in force, no plugins."""
    migrate(settings.database_url)
    settings.plugins.mkdir(exist_ok=True)
    parts = bootstrap(settings)
    if clock is not None:
        parts = replace(parts, clock=clock)
    for name in ("shop", "other"):
        source = {
            "program.yaml": PROGRAM.format(name=name),
            "tiers.yaml": TIERS,
            "base.yaml": BASE,
            "gold.yaml": GOLD,
            "next-time.yaml": NEXT_TIME,
            "vouchers/five.yaml": FIVE,
            "rewards/mug.yaml": MUG,
            "rewards/gold-week.yaml": GOLD_WEEK,
            "challenges/two.yaml": TWO,
        }
        parts.shelf.publish(name, source, "test", NOW - timedelta(days=1000))
    return parts


def give_key(
    parts: Parts, program: str = "shop", *scopes: str, expires_at: datetime | None = None
) -> str:
    """A new key's text."""
    key, text, secret_hash = new_key()
    stored = ApiKey(program, key, secret_hash, scopes or tuple(SCOPES), "test", NOW, expires_at)
    ApiKeys(parts.storage).add_key(stored)
    return text


def check_answer(app: Flask, method: str, path: str, answer: TestResponse) -> None:
    """Every answer, in whatever test, is one that the document describes."""
    assert answer.headers["X-Request-Id"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    call = call_at(app, method, path)
    if answer.status_code >= 400:
        assert_problem(answer)
        assert call is None or answer.status_code in call.refusals, (path, answer.text)
    elif call is not None and call.media:
        assert answer.mimetype in call.media
    elif call is not None:
        assert answer.mimetype == "application/json"
        call.gives[answer.status_code].load(answer.get_json())


def call_at(app: Flask, method: str, path: str) -> Call | None:
    """The declared call that answers a path; None for pages, and where there is none."""
    adapter = app.url_map.bind("localhost")
    try:
        rule, _ = adapter.match(path.partition("?")[0], method, return_rule=True)
    except HTTPException:
        return None
    declared = {(it.method, it.rule): it for calls in all_calls() for it in calls.declared}
    return declared.get((method, rule.rule))


def assert_problem(answer: TestResponse) -> None:
    """The one shape of an error."""
    assert answer.mimetype == "application/problem+json", answer.text
    if answer.request.method == "HEAD":
        return
    told = answer.get_json()
    Problem().load(told)
    assert told["status"] == answer.status_code
    assert told["effect"] == ("none" if answer.status_code < 500 else told["effect"])
    assert told["type"].removeprefix("/problems/") in KINDS
    if answer.status_code in (429, 503):
        assert answer.headers["Retry-After"]


@dataclass
class Till:
    """A caller with a key. Bodies are sent as JSON unless they are bytes already."""

    app: Flask
    key: str | None

    def __post_init__(self) -> None:
        self.client = self.app.test_client()
        self._numbers = count(1)

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        **others: Any,
    ) -> TestResponse:
        told = {} if self.key is None else {"Authorization": f"Bearer {self.key}"}
        if body is not None:
            told["Content-Type"] = "application/json"
            others["data"] = body if isinstance(body, bytes) else json.dumps(body).encode()
        told.update(headers or {})
        answer = self.client.open(path, method=method, headers=told, **others)
        check_answer(self.app, method, path, answer)
        return answer

    def get(self, path: str, **how: Any) -> TestResponse:
        return self.send("GET", path, **how)

    def put(self, path: str, body: Any, **how: Any) -> TestResponse:
        return self.send("PUT", path, body, **how)

    def post(self, path: str, body: Any = None, **how: Any) -> TestResponse:
        """A write with an Idempotency-Key of its own, unless one is given."""
        headers = {"Idempotency-Key": f"key-{next(self._numbers)}", **how.pop("headers", {})}
        return self.send("POST", path, body, headers=headers, **how)

    def enrol(self, member: str = "ada", **profile: Any) -> Any:
        answer = self.put(f"/v1/members/{member}", profile)
        assert answer.status_code in (200, 201), answer.text
        return answer.json

    def buy(self, purchase: str, *lines: Any, **others: Any) -> Any:
        answer = self.put(f"/v1/purchases/{purchase}", basket(*lines, **others))
        assert answer.status_code in (200, 201), answer.text
        return answer.json


def line(id: str = "1", unit_price: int = 1000, quantity: Any = 1, **others: Any) -> dict[str, Any]:
    return {"id": id, "sku": f"S-{id}", "unit_price": unit_price, "quantity": quantity, **others}


def basket(*lines: Any, **others: Any) -> dict[str, Any]:
    """A purchase of Ada's half an hour ago; a value of ... leaves a field out."""
    told = {
        "member": "ada",
        "occurred_at": "2026-03-05T10:00:00+01:00",
        "store": "lyon-2",
        "touchpoint": "till",
        "currency": "EUR",
        "lines": list(lines) or [line()],
        **others,
    }
    return {name: value for name, value in told.items() if value is not ...}
