"""What ends when, corrections of it, deliveries and tiers by hand, through the front door."""

from __future__ import annotations

from typing import Any

from tests.api.service import Till, line

WHY = {"reason": "status match", "by": "anne"}


def test_corrections_of_what_ends_need_no_end_and_have_a_reason(till: Till):
    till.enrol()
    till.buy("T-1", line("a", 1000))
    told = till.get("/v1/members/ada/expiring?months=24").json
    assert (told["member"], told["units"]) == ("ada", {"points": []})
    assert till.get("/v1/members/ada/expiring?months=0").status_code == 422
    longer = till.post("/v1/members/ada/extensions", {"unit": "points", **WHY})
    assert (longer.status_code, longer.json["points"], longer.json["until"]) == (201, 0, None)
    asked = {"unit": "points", "points": 5, **WHY}
    refused = till.post("/v1/members/ada/reinstatements", asked)
    assert (refused.status_code, refused.json["code"]) == (409, "reinstatement_above_expired")
    assert refused.json["values"] == {"expired": 0}
    missing = till.post("/v1/members/ada/extensions", {"unit": "points"})
    assert (missing.status_code, missing.json["code"]) == (422, "invalid_body")


def test_a_delivery_is_told_with_or_without_a_body(till: Till):
    till.enrol()
    till.buy("T-1", line("a", 1000))
    told = till.post("/v1/purchases/T-1/delivered")
    assert (told.status_code, told.json["points"]) == (200, {})
    at = {"occurred_at": "2026-03-05T09:30:00Z"}
    assert till.send("POST", "/v1/purchases/T-1/delivered", at).status_code == 200
    assert till.post("/v1/purchases/T-9/delivered").status_code == 404


def test_a_tier_is_given_until_a_day_and_ended_early(till: Till):
    till.enrol()
    grant: dict[str, Any] = {"tier": "gold", "from": "2026-03-01T00:00:00Z", **WHY}
    given = till.post("/v1/members/ada/tier-grants", {**grant, "until": "2026-12-31T23:00:00Z"})
    assert (given.status_code, given.json["tier"]) == (201, "gold")
    assert till.get("/v1/members/ada/balance").json["tier"] == "gold"
    assert till.get("/v1/members/ada/tier").json["until"] == "2026-12-31T23:00:00Z"
    ended = till.post("/v1/members/ada/tier-grants", {**grant, "until": "2026-03-05T09:00:00Z"})
    assert ended.json["tier"] == "basic"
    assert till.get("/v1/members/ada/balance").json["tier"] == "basic"
    for wrong, code in (
        ({"tier": "iron"}, "tier_unknown"),
        ({"until": grant["from"]}, "grant_ends_first"),
    ):
        refused = till.post("/v1/members/ada/tier-grants", grant | wrong)
        assert (refused.status_code, refused.json["code"]) == (422, code)
