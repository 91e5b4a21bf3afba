"""A household through the front door: opened, joined by invitation, used together and left."""

from __future__ import annotations

from tests.api.service import Till, line

SMITH = "/v1/households/smith"


def test_a_household_is_opened_joined_and_left(till: Till):
    till.enrol()
    till.enrol("bea")
    assert till.put(SMITH, {"member": "ada"}).status_code == 201
    assert till.put(SMITH, {"member": "ada"}).status_code == 200
    refused = till.post(f"{SMITH}/accept", {"member": "bea"})
    assert (refused.status_code, refused.json["code"]) == (409, "not_invited")
    asked = till.post(f"{SMITH}/invitations", {"member": "bea", "by": "ada"})
    assert asked.json["invitations"][0]["member"] == "bea"
    assert till.post(f"{SMITH}/accept", {"member": "bea"}).status_code == 200
    till.buy("T-1", line("a", 1000), member="bea")
    both = [till.get(f"/v1/members/{it}/balance").json["units"] for it in ("ada", "bea")]
    assert both[0] == both[1]
    assert len(till.get(SMITH).json["members"]) == 2
    left = till.post(f"{SMITH}/leave", {"member": "bea"})
    assert (left.status_code, left.json["member"]) == (200, "bea")
    unknown = till.get("/v1/households/jones")
    assert (unknown.status_code, unknown.json["code"]) == (404, "household_unknown")


def test_what_was_brought_in_may_be_more_than_one_request_may_ask_for(till: Till):
    till.enrol()
    for _ in range(2):
        told = {"unit": "points", "points": 10**12, "reason": "x", "by": "y"}
        assert till.post("/v1/members/ada/adjustments", told).status_code == 201
    opened = till.put(SMITH, {"member": "ada"}).json
    assert opened["members"][0]["contributed"] == {"points": 2 * 10**12}
