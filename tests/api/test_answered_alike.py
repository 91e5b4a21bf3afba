"""What was answered once is answered alike, whatever rules and plugins say of it by now."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from werkzeug.test import TestResponse

from loyalty_engine.api.app import create_app
from loyalty_engine.bootstrap import Parts
from loyalty_engine.clock import StoppedClock
from loyalty_engine.domain.errors import Forbidden
from loyalty_engine.domain.purchase import Purchase
from tests.api.service import (
    BASE,
    MUG,
    NOW,
    PROGRAM,
    Till,
    basket,
    give_key,
    line,
    open_parts,
    settings_for,
)

WHY = {"reason": "because", "by": "anne"}
WRITES: dict[str, tuple[str, str, Any]] = {
    "purchase": ("PUT", "/v1/purchases/T-9", basket()),
    "correction": ("PUT", "/v1/purchases/T-1", basket(line(unit_price=900), revision=2)),
    "reservation": ("POST", "/v1/quotes", basket(reserve=True)),
    "return": (
        "PUT",
        "/v1/purchases/T-1/returns/R-1",
        {"occurred_at": "2026-03-05T10:30:00+01:00", "lines": [{"line": "1", "quantity": 1}]},
    ),
    "return without a receipt": (
        "POST",
        "/v1/members/ada/returns",
        {"occurred_at": "2026-03-05T10:30:00+01:00", "reason": "a gift",
         "lines": [{"sku": "S-1", "quantity": 1}]},
    ),
    "cancel": ("POST", "/v1/purchases/T-1/cancel", None),
    "hold": ("POST", "/v1/holds", {"id": "H-1", "member": "ada", "unit": "points", "points": 5}),
    "reward": ("PUT", "/v1/redemptions/RD-1", {"member": "ada", "reward": "mug", "paid": 250}),
    "gift": ("PUT", "/v1/gifts/G-1", {"from": "ada", "to": "bea", "unit": "points", "points": 5}),
    "event": (
        "POST",
        "/v1/events",
        {"id": "E-1", "kind": "review_written", "member": "ada",
         "occurred_at": "2026-03-05T10:00:00+01:00", "data": {"stars": 5}},
    ),
    "adjustment": ("POST", "/v1/members/ada/adjustments", {"unit": "points", "points": 5, **WHY}),
}  # fmt: skip
UNDER_AN_ID = ("purchase", "correction", "return", "hold", "reward", "gift", "event")


class Doorman:
    """Lets everybody in until it is shut."""

    def __init__(self) -> None:
        self.shut = False

    def gather_facts(self, program: str, purchase: Purchase) -> dict[str, Any]:
        return {}

    def guard(self, program: str, action: str, purchase: Purchase | None, spends: bool) -> None:
        if self.shut:
            raise Forbidden("not any more", code="refused_by_guard", plugin="doorman")


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    """One service for all of these tests; each has members and purchases of its own."""
    settings = settings_for(tmp_path_factory.mktemp("alike"))
    parts = open_parts(settings, StoppedClock(NOW))
    source = {
        "program.yaml": PROGRAM.format(name="shop"),
        "base.yaml": BASE,
        "rewards/mug.yaml": MUG.replace("stock: 2", "stock: 99"),
    }
    parts.shelf.publish("shop", source, "test", NOW.replace(year=2024))
    yield replace(parts, engine=replace(parts.engine, hooks=Doorman()))
    parts.storage.close()


@pytest.fixture(scope="module")
def counter(parts: Parts) -> Till:
    return Till(create_app(parts), give_key(parts))


NUMBERS = count(1)


class Customer:
    """A member with a purchase and some points, who sends the requests as its own."""

    def __init__(self, till: Till) -> None:
        self.till, self.name = till, str(next(NUMBERS))
        till.enrol(self._own("ada"))
        till.enrol(self._own("bea"))
        till.buy(self._own("T-1"), member=self._own("ada"))
        points = {"unit": "points", "points": 1000, **WHY}
        key = {"Idempotency-Key": self._own("points")}
        till.post(f"/v1/members/{self._own('ada')}/adjustments", points, headers=key)

    def _own(self, name: str) -> str:
        return f"{name}-of-{self.name}"

    def _mine(self, text: str) -> str:
        for name in ("ada", "bea", "T-1", "T-9", "H-1", "RD-1", "G-1", "E-1"):
            text = text.replace(f'"{name}"', f'"{self._own(name)}"')
            text = text.replace(f"/{name}", f"/{self._own(name)}")
        return text

    def sends(self, name: str, key: str | None) -> TestResponse:
        method, path, body = WRITES[name]
        told = None if body is None else json.loads(self._mine(json.dumps(body)))
        headers = {"Idempotency-Key": self._own(key)} if key else {}
        return self.till.send(method, self._mine(path), told, headers=headers)

    def operation(self, key: str) -> TestResponse:
        return self.till.get(f"/v1/operations/{self._own(key)}")

    def version(self) -> int:
        balance = self.till.get(f"/v1/members/{self._own('ada')}/balance").json
        return int(balance["version"])


@pytest.fixture
def customer(counter: Till) -> Customer:
    return Customer(counter)


@pytest.fixture
def doorman(parts: Parts) -> Iterator[Doorman]:
    hooks = parts.engine.hooks
    assert isinstance(hooks, Doorman)
    yield hooks
    hooks.shut = False


@pytest.mark.parametrize("name", WRITES)
def test_under_the_same_key_though_a_guard_would_refuse_it(
    customer: Customer, doorman: Doorman, name: str
) -> None:
    first = customer.sends(name, "k-1")
    assert first.status_code < 300, first.text
    doorman.shut = True
    again = customer.sends(name, "k-1")
    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert again.headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize("name", UNDER_AN_ID)
def test_under_the_same_id_though_a_guard_would_refuse_it(
    customer: Customer, doorman: Doorman, name: str
) -> None:
    first = customer.sends(name, None)
    assert first.status_code < 300, first.text
    doorman.shut = True
    again = customer.sends(name, None)
    assert again.status_code == 200, again.text
    if name not in ("hold", "gift"):  # these tell of what they are by now
        assert again.data == first.data


@pytest.mark.parametrize("name", sorted(WRITES.keys() - {"adjustment"}))
def test_what_is_new_is_refused_and_has_no_effect(
    customer: Customer, doorman: Doorman, name: str
) -> None:
    doorman.shut, before = True, customer.version()
    assert customer.sends(name, "k-1").json["code"] == "refused_by_guard"
    assert customer.version() == before
    assert customer.operation("k-1").status_code == 404, "nothing is kept under the key"


@pytest.mark.parametrize("name", ["purchase", "correction", "return", "event"])
def test_a_repetition_under_a_new_key_has_one_status(customer: Customer, name: str) -> None:
    """200, for it was recorded before, and 200 again under that key."""
    customer.sends(name, None)
    assert [customer.sends(name, "k-2").status_code for _ in range(2)] == [200, 200]


def test_a_correction_has_one_status_under_its_key(customer: Customer) -> None:
    assert [customer.sends("correction", "k-1").status_code for _ in range(2)] == [200, 200]


def test_though_the_rules_know_nothing_of_it_by_now(parts: Parts, counter: Till) -> None:
    """No reward, no event of the kind, no gifts, other touchpoints. The last test: they stay so."""
    names = ("purchase", "reward", "gift", "event")
    named, unnamed = Customer(counter), Customer(counter)
    first = {name: named.sends(name, name) for name in names}
    assert {it.status_code for it in first.values()} == {201}, [it.text for it in first.values()]
    assert {unnamed.sends(name, None).status_code for name in names} == {201}
    program = PROGRAM.format(name="shop").replace("gifts: yes", "gifts: no")
    program = program.replace("[till, web]", "[web]").replace("review_written", "visit")
    source = {"program.yaml": program, "base.yaml": BASE}
    parts.shelf.publish("shop", source, "test", NOW.replace(year=2025))
    for name in names:
        again = named.sends(name, name)
        assert (again.status_code, again.data) == (201, first[name].data), name
        assert unnamed.sends(name, None).status_code == 200, name
