"""Two members who turn out to be one, through the front door."""

from __future__ import annotations

from flask import Flask

from loyalty_engine.bootstrap import Parts
from loyalty_engine.cli.keys import TILL
from tests.api.service import Till, give_key, line

MERGE = "/v1/members/ada/merge"


def test_the_other_member_is_this_one_from_now_on(till: Till):
    till.enrol()
    till.enrol("bea")
    till.buy("T-1", line("a", 1000), member="bea")
    merged = till.post(MERGE, {"from": "bea"})
    assert (merged.status_code, merged.json["member"]) == (200, "ada")
    for member in ("ada", "bea"):
        found = till.get(f"/v1/members/{member}/balance").json
        assert (found["member"], found["version"]) == ("ada", merged.json["version"])
    again = till.post(MERGE, {"from": "bea"})
    assert (again.status_code, again.json) == (200, merged.json)
    circle = till.post("/v1/members/bea/merge", {"from": "ada"})
    assert (circle.status_code, circle.json["code"]) == (409, "merge_circle")


def test_a_merge_needs_a_key_and_somebody_else(till: Till):
    till.enrol()
    assert till.send("POST", MERGE, {"from": "bea"}).status_code == 400
    itself = till.post(MERGE, {"from": "ada"})
    assert (itself.status_code, itself.json["code"]) == (422, "merge_with_itself")
    unknown = till.post(MERGE, {"from": "bea"})
    assert (unknown.status_code, unknown.json["code"]) == (404, "member_unknown")


def test_the_key_of_a_till_merges_nobody(app: Flask, parts: Parts, till: Till):
    till.enrol()
    till.enrol("bea")
    counter = Till(app, give_key(parts, "shop", *TILL))
    refused = counter.post(MERGE, {"from": "bea"})
    assert (refused.status_code, refused.json["code"]) == (403, "scope_missing")
    assert till.get("/v1/members/bea").json["member"] == "bea"
