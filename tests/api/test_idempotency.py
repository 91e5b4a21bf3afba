"""Writes that are sent again: one effect, the same bytes, and marked."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from loyalty_engine.api.app import all_calls
from loyalty_engine.api.calls import Key
from loyalty_engine.domain.requests import Adjustment
from loyalty_engine.use_cases.canonical import fingerprint
from tests.api.service import Till, basket, line

GIFT = {"unit": "points", "points": 5, "reason": "late", "by": "anne"}
GIFTS = "/v1/members/ada/adjustments"

Write = Callable[[Till, str], TestResponse]


def under(key: str, method: str, path: str, body: Any) -> Write:
    return lambda till, name: till.send(
        method, path, body, headers={"Idempotency-Key": name or key}
    )


WRITES = {
    "enrol": ("PUT", "/v1/members/eve", {"language": "fr"}),
    "adjust": ("POST", GIFTS, GIFT),
    "record": ("PUT", "/v1/purchases/T-9", basket()),
    "reserve": ("POST", "/v1/quotes", basket(reserve=True)),
    "return": (
        "PUT",
        "/v1/purchases/T-1/returns/R-1",
        {"occurred_at": "2026-03-05T10:30:00+01:00", "lines": [{"line": "1", "quantity": 1}]},
    ),
    "cancel": ("POST", "/v1/purchases/T-1/cancel", None),
}


@pytest.mark.parametrize("name", WRITES)
def test_a_repeated_write_gives_the_first_answer_and_has_no_second_effect(till: Till, name: str):
    till.enrol()
    till.buy("T-1")
    method, path, body = WRITES[name]
    headers = {"Idempotency-Key": '"k 1"'}
    first = till.send(method, path, body, headers=headers)
    assert first.status_code in (200, 201)
    assert "Idempotent-Replayed" not in first.headers
    entries = till.get("/v1/members/ada/entries").json
    again = till.send(method, path, body, headers=headers)
    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert till.get("/v1/members/ada/entries").json == entries
    operation = till.get("/v1/operations/k%201").json
    assert (operation["effect"], operation["answer"]) == ("done", first.json)


@pytest.mark.parametrize("name", WRITES)
def test_a_key_stands_for_one_request(till: Till, name: str):
    till.enrol()
    till.buy("T-1")
    method, path, body = WRITES[name]
    headers = {"Idempotency-Key": "k"}
    assert till.send(method, path, body, headers=headers).status_code in (200, 201)
    other = till.send("POST", GIFTS, {**GIFT, "points": 6}, headers=headers)
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")


TO_BEA = {"from": "ada", "to": "bea", "unit": "points", "points": 60}
ONCE = {
    "gift": ("PUT", "/v1/gifts/G-1", TO_BEA),
    "gift taken back": ("POST", "/v1/gifts/G-0/cancel", {"reason": "a mistake", "by": "anne"}),
    "redemption": ("PUT", "/v1/redemptions/D-1", {"member": "ada", "reward": "mug", "paid": 250}),
    "hold": ("POST", "/v1/holds", {"id": "H-1", "member": "ada", "unit": "points", "points": 10}),
}
"""Writes that happen once by their own names, whatever key they bear."""


@pytest.mark.parametrize("name", ONCE)
def test_what_was_done_before_under_another_key_is_told_again_each_time(till: Till, name: str):
    till.enrol()
    till.enrol("bea")
    till.post(GIFTS, {**GIFT, "points": 1000})
    till.put("/v1/gifts/G-0", TO_BEA)
    method, path, body = ONCE[name]
    first = till.send(method, path, body, headers={"Idempotency-Key": "first"})
    assert first.status_code in (200, 201), first.json
    later = [till.send(method, path, body, headers={"Idempotency-Key": "second"}) for _ in range(2)]
    assert [it.status_code for it in later] == [200, 200]
    assert later[0].data == later[1].data
    assert till.get("/v1/operations/second").json["answer"] == later[0].json


@pytest.mark.parametrize("pair", [("abc", '"abc"'), ('"abc"', "abc")])
def test_bare_and_quoted_keys_are_the_same(till: Till, pair: tuple[str, str]):
    till.enrol()
    bare, quoted = (
        till.send("POST", GIFTS, GIFT, headers={"Idempotency-Key": key}) for key in pair
    )
    assert bare.data == quoted.data
    assert quoted.headers["Idempotent-Replayed"] == "true"


def test_a_request_is_the_same_however_it_is_written(till: Till):
    till.enrol("%C3%A9")
    headers = {"Idempotency-Key": "k"}
    ways = [
        ("/v1/members/%C3%A9/adjustments", b'{"unit":"points","points":5,"reason":"\\u00e9","by":"y"}'),
        ("/v1/members/e%CC%81/adjustments", '{"by":"y", "points":5,"unit":"points","reason":"e\u0301"}'.encode()),
    ]  # fmt: skip
    first, second = (till.send("POST", path, body, headers=headers) for path, body in ways)
    assert (first.status_code, second.data) == (201, first.data)


def test_writes_without_an_id_in_their_path_need_a_key(till: Till):
    till.enrol()
    till.buy("T-1")
    for calls in all_calls():
        for call in calls.declared:
            if call.key is Key.REQUIRED:
                path = call.rule.replace("<id:", "").replace(">", "")
                answer = till.send(call.method, path, {})
                assert answer.json["code"] == "idempotency_key_required", call.rule
    required = {call.rule for it in all_calls() for call in it.declared if call.key is Key.REQUIRED}
    assert required == {
        "/v1/events/<id:event>/cancel",
        "/v1/gifts/<id:gift>/cancel",
        "/v1/gift-cards",
        "/v1/gift-cards/block",
        "/v1/gift-cards/extend",
        "/v1/gift-cards/load",
        "/v1/gift-cards/replace",
        "/v1/gift-cards/unload",
        "/v1/households/<id:household>/accept",
        "/v1/households/<id:household>/invitations",
        "/v1/households/<id:household>/leave",
        "/v1/households/<id:household>/members",
        "/v1/members/<id:member>/adjustments",
        "/v1/members/<id:member>/extensions",
        "/v1/members/<id:member>/merge",
        "/v1/members/<id:member>/confirmations",
        "/v1/members/<id:member>/invitations",
        "/v1/members/<id:member>/referral",
        "/v1/members/<id:member>/referral/review",
        "/v1/members/<id:member>/reinstatements",
        "/v1/members/<id:member>/returns",
        "/v1/members/<id:member>/store-credit",
        "/v1/members/<id:member>/tier-grants",
        "/v1/members/<id:member>/vouchers",
        "/v1/purchases/<id:purchase>/cancel",
        "/v1/purchases/<id:purchase>/claim",
        "/v1/redemptions/<id:redemption>/cancel",
        "/v1/vouchers/<id:code>/redeem",
        "/v1/vouchers/<id:code>/rollback",
    }


def test_twins_have_one_effect(app: Flask, till: Till):
    till.enrol()

    def send(_: int) -> TestResponse:
        return Till(app, till.key).send("POST", GIFTS, GIFT, headers={"Idempotency-Key": "twin"})

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(16)))
    assert {it.status_code for it in answers} == {201}
    assert len({it.data for it in answers}) == 1
    assert sum("Idempotent-Replayed" in it.headers for it in answers) == 15
    assert till.get("/v1/members/ada/balance").json["units"]["points"]["available"] == 5


def test_different_keys_for_one_purchase_have_one_effect(app: Flask, till: Till):
    till.enrol()

    def send(number: int) -> TestResponse:
        headers = {"Idempotency-Key": f"k{number}"}
        return Till(app, till.key).put("/v1/purchases/T-1", basket(line()), headers=headers)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(16)))
    assert sorted(it.status_code for it in answers) == [200] * 15 + [201]
    assert len({it.data for it in answers}) == 1
    assert till.get("/v1/members/ada/balance").json["units"]["points"]["available"] == 10


def test_the_fingerprint_of_a_request_stays_what_it_is():
    """A key may be sent again after an upgrade. If this changes, so does what is "the same".

    A new field of a request must leave the fingerprints of requests without it alone.
    """
    asked = Adjustment("points", 5, "late", "anne")
    found = fingerprint(["POST /v1/members/{member}/adjustments", ["ada"], asked]).hex()
    assert found == "e48302753eddc0070801a513e9dadc9003a1045817dfff990bbe989f0ded57e9"
