"""Gifts through the front door: given once, shown, taken back, refused with a reason."""

from __future__ import annotations

from tests.api.service import Till, line

GIFT = "/v1/gifts/G-1"


def test_points_are_given_shown_and_taken_back(till: Till):
    till.enrol()
    till.enrol("bea", language="fr")
    start = {"unit": "points", "points": 100, "reason": "a start", "by": "anne"}
    till.post("/v1/members/ada/adjustments", start)
    body = {"from": "ada", "to": "bea", "unit": "points", "points": 60, "message": "For you"}
    first = till.put(GIFT, body)
    assert (first.status_code, first.json["balance"]["points"]["available"]) == (201, 40)
    again = till.put(GIFT, body)
    assert (again.status_code, again.json["state"]) == (200, "given")
    other = till.put(GIFT, {**body, "points": 61})
    assert (other.status_code, other.json["code"]) == (409, "gift_exists")
    shown = till.get(GIFT).json
    assert (shown["from"], shown["to"], shown["message"]) == ("ada", "bea", "For you")
    (moved,) = till.get("/v1/members/bea/entries").json["entries"]
    assert (moved["kind"], moved["gift"], moved["points"]) == ("gift", "G-1", 60)
    assert moved["reason"] == "un cadeau d'un autre membre"
    taken = till.post(f"{GIFT}/cancel", {"reason": "the wrong card", "by": "anne"})
    assert (taken.status_code, taken.json["returned"], taken.json["by"]) == (200, 60, "anne")
    assert till.get(GIFT).json["state"] == "cancelled"


def test_a_purchase_is_seen_by_the_giver_alone(till: Till):
    till.enrol()
    till.enrol("bea")
    till.buy("T-1", line("a", 10000))
    points = till.get("/v1/members/ada/balance").json["units"]["points"]["available"]
    till.put(GIFT, {"from": "ada", "to": "bea", "unit": "points", "points": points})
    till.post(f"{GIFT}/cancel", {"reason": "the wrong card", "by": "anne"})
    seen = {
        name: {
            (it["kind"], it["purchase"], it["rule"], it.get("gift"))
            for it in till.get(f"/v1/members/{name}/entries").json["entries"]
            if it["kind"] != "earn"
        }
        for name in ("ada", "bea")
    }
    assert seen["ada"] == {("gift", "T-1", None, "G-1"), ("gift_back", "T-1", None, "G-1")}
    assert seen["bea"] == {("gift", None, None, "G-1"), ("gift_back", None, None, "G-1")}


def test_a_gift_is_refused_with_a_reason(till: Till):
    till.enrol()
    body = {"from": "ada", "to": "bea", "unit": "points", "points": 60}
    for change, status, code in (
        ({}, 404, "member_unknown"),
        ({"to": "ada"}, 422, "gift_to_oneself"),
        ({"unit": "stars"}, 422, "unit_unknown"),
    ):
        refused = till.put(GIFT, body | change)
        assert (refused.status_code, refused.json["code"]) == (status, code)
    till.enrol("bea")
    poor = till.put(GIFT, body)
    assert (poor.status_code, poor.json["code"]) == (409, "insufficient_points")
    assert till.get(GIFT).status_code == 404
