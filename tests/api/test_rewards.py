"""Rewards through the front door: looked at, taken once, given back, refused with a reason."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.api.service import Till

GIFT = {"unit": "points", "points": 1000, "reason": "a start", "by": "anne"}


@pytest.fixture
def till(till: Till) -> Till:
    till.enrol()
    assert till.post("/v1/members/ada/adjustments", GIFT).status_code == 201
    return till


def test_a_reward_is_found_taken_and_given_back(till: Till, app: Flask):
    catalogue = till.get("/v1/rewards?language=fr&store=lyon-2").json["rewards"]
    assert {it["reward"] for it in catalogue} >= {"mug", "gold-week"}
    assert catalogue[1]["title"] == "Une tasse"
    offered = till.get("/v1/members/ada/rewards?store=lyon-2").json["rewards"]
    mug = next(it for it in offered if it["reward"] == "mug")
    assert (mug["available"], mug["stock"]) == (True, {"all": 2})
    body = {"member": "ada", "reward": "mug", "paid": 250}
    first = till.put("/v1/redemptions/D-1", body)
    assert (first.status_code, first.json["points"]) == (201, {"points": 300})
    again = till.put("/v1/redemptions/D-1", body)
    assert (again.status_code, again.json) == (200, first.json)
    other = till.put("/v1/redemptions/D-1", {**body, "store": "paris-1"})
    assert (other.status_code, other.json["code"]) == (409, "redemption_exists")
    assert till.get("/v1/redemptions/D-1").json["state"] == "taken"
    back = till.post("/v1/redemptions/D-1/cancel")
    assert (back.json["state"], back.json["balance"]["points"]["available"]) == ("cancelled", 1000)
    assert till.post("/v1/redemptions/D-2/cancel").status_code == 404
    assert till.get("/v1/redemptions/D-2").status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"member": "ada", "reward": "cup"}, 422, "reward_unknown"),
        ({"member": "ada", "reward": "mug"}, 422, "reward_payment_differs"),
        ({"member": "ada", "reward": "mug", "paid": -1}, 422, "invalid_body"),
        ({"member": "ada", "reward": "mug", "paid": 2.5}, 422, "invalid_body"),
        ({"member": "ada", "reward": "mug", "paid": 250, "points": 1}, 422, "invalid_body"),
        ({"reward": "mug", "paid": 250}, 422, "invalid_body"),
        ({"member": "nobody", "reward": "mug", "paid": 250}, 404, "member_unknown"),
        ({"member": "ada", "reward": "gold-week"}, 409, "insufficient_points"),
    ],
)
def test_what_cannot_be_taken_leaves_no_trace(till: Till, body: object, status: int, code: str):
    before = till.get("/v1/members/ada/balance").json["version"]
    answer = till.put("/v1/redemptions/D-1", body)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert till.get("/v1/redemptions/D-1").status_code == 404
    assert till.get("/v1/members/ada/balance").json["version"] == before
