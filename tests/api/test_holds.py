"""Holds through the front door: placed, looked at, captured, released, and refused in time."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.service import Till, line

HOLDS = "/v1/holds"


@pytest.fixture
def till(till: Till) -> Till:
    till.enrol()
    gift = {"unit": "points", "points": 100, "reason": "a start", "by": "anne"}
    assert till.post("/v1/members/ada/adjustments", gift).status_code == 201
    return till


def hold(id: str = "H-1", points: Any = 60, **others: Any) -> dict[str, Any]:
    return {"id": id, "member": "ada", "unit": "points", "points": points, **others}


def test_a_hold_is_placed_and_captured_in_part(till: Till):
    first = till.post(HOLDS, hold(expires_in=60))
    assert (first.status_code, first.json["state"]) == (201, "open")
    assert till.send("POST", HOLDS, hold(expires_in=60)).status_code == 200
    other = till.send("POST", HOLDS, hold(expires_in=61))
    assert (other.status_code, other.json["code"]) == (409, "hold_exists")
    taken = till.send("POST", f"{HOLDS}/H-1/capture", {"points": 45})
    assert (taken.status_code, taken.json["captured"]) == (200, 45)
    assert till.get(f"{HOLDS}/H-1").json == taken.json
    late = till.send("POST", f"{HOLDS}/H-1/release")
    assert (late.status_code, late.json["code"]) == (409, "hold_captured")
    assert late.json["values"] == {"state": "captured", "captured": 45}
    balance = till.get("/v1/members/ada/balance").json["units"]["points"]
    assert (balance["available"], balance["held"]) == (55, 0)


def test_a_hold_is_captured_whole_without_a_body_and_released(till: Till):
    till.post(HOLDS, hold("H/1%", 60))
    path = f"{HOLDS}/H%2F1%25"
    assert till.get(path).json["hold"] == "H/1%"
    assert till.post(f"{path}/capture").json["captured"] == 60
    till.post(HOLDS, hold("H-2", 40))
    released = till.post(f"{HOLDS}/H-2/release")
    assert released.json["balance"]["points"]["available"] == 40
    assert till.send("POST", f"{HOLDS}/H-2/release").status_code == 200


def test_a_purchase_names_its_hold(till: Till):
    till.post(HOLDS, hold())
    told = till.buy("T-1", line("a", 1000), spend={"points": 60}, hold="H-1")
    assert told["totals"]["paid_with_points"] == 60
    assert till.get(f"{HOLDS}/H-1").json["purchase"] == "T-1"


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        ({"points": 0}, 422, "invalid_body"),
        ({"points": 10**19}, 422, "invalid_body"),
        ({"points": 1.5}, 422, "invalid_body"),
        ({"points": True}, 422, "invalid_body"),
        ({"id": ""}, 422, "invalid_body"),
        ({"id": "a\u0000"}, 422, "invalid_body"),
        ({"expires_in": 0}, 422, "invalid_body"),
        ({"expires_in": 8 * 24 * 3600}, 422, "hold_too_long"),
        ({"unit": "miles"}, 422, "unit_unknown"),
        ({"more": 1}, 422, "invalid_body"),
        ({"member": "nobody"}, 404, "member_unknown"),
        ({"points": 101}, 409, "insufficient_points"),
    ],
)
def test_what_cannot_be_held_leaves_no_trace(
    till: Till, wrong: dict[str, Any], status: int, code: str
):
    before = till.get("/v1/members/ada/balance").json
    answer = till.post(HOLDS, hold() | wrong)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert till.get(f"{HOLDS}/H-1").status_code == 404
    assert till.get("/v1/members/ada/balance").json["version"] == before["version"]


def test_what_was_never_held_is_neither_captured_nor_released(till: Till):
    for act in ("capture", "release"):
        answer = till.post(f"{HOLDS}/H-1/{act}")
        assert (answer.status_code, answer.json["code"]) == (404, "hold_unknown")
