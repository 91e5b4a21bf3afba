"""What a till, a shop and support do all day, through the front door.

The till of these tests holds every answer to the schema that the document names for it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import pytest
from flask import Flask

from loyalty_engine.storage.sql.integrity import sums
from tests.api.service import Till, basket, line

LATER = "2026-03-05T10:30:00+01:00"


def test_a_member_is_enrolled_once_and_changed_after(till: Till):
    profile = {
        "identifiers": [{"kind": "card", "value": "4711"}],
        "attributes": {"diet": "vegan", "size": 4},
        "language": "fr",
        "preferred_channel": "email",
        "touchpoint": "web",
        "enrolled_at": "2026-03-01T09:00:00+01:00",
    }
    first = till.put("/v1/members/ada", profile)
    assert first.status_code == 201
    assert till.put("/v1/members/ada", profile).status_code == 200
    changed = till.put("/v1/members/ada", {"attributes": {"size": None}, "status": "frozen"}).json
    assert changed["attributes"] == {"diet": "vegan"}
    assert (changed["status"], changed["language"]) == ("frozen", "fr")
    assert changed["identifiers"] == profile["identifiers"]


def test_a_member_is_found_by_any_of_its_names(till: Till):
    till.enrol("ada", identifiers=[{"kind": "card", "value": "4711:x"}])
    by_id = till.get("/v1/members/ada")
    assert till.get("/v1/members?identifier=card:4711:x").json == by_id.json
    assert till.get("/v1/members?identifier=card:4712").status_code == 404


@pytest.mark.parametrize(
    "member", ["a/b", "é", "日本", "%", "a+b", "a?b", "a#b", "a&b=c", "~!@$()"]
)
def test_any_visible_id_can_be_addressed(till: Till, member: str):
    from urllib.parse import quote

    path = f"/v1/members/{quote(member, safe='')}"
    assert till.put(path, {}).json["member"] == member
    assert till.get(path + "/balance").json["member"] == member
    assert till.get(path + "/entries").json["entries"] == []


def test_two_spellings_of_an_id_are_one_member(till: Till):
    till.enrol("e%CC%81")
    assert till.get("/v1/members/%C3%A9").json["member"] == "é"


def test_a_purchase_gives_points_once(till: Till):
    till.enrol()
    first = till.put("/v1/purchases/T-1", basket(line(unit_price=950, quantity=2)))
    assert first.status_code == 201
    assert first.json["points"] == {"points": {"granted": 19, "pending": 0, "desired": 19}}
    again = till.put("/v1/purchases/T-1", basket(line(unit_price=950, quantity="2.000")))
    assert (again.status_code, again.data) == (200, first.data)
    other = till.put("/v1/purchases/T-1", basket(line(unit_price=951, quantity=2)))
    assert other.status_code == 409
    assert till.get("/v1/members/ada/balance").json["units"]["points"]["available"] == 19


def test_a_correction_replaces_a_purchase(till: Till):
    till.enrol()
    till.buy("T-1", line(unit_price=1000))
    corrected = till.buy("T-1", line(unit_price=500), revision=2)
    assert (corrected["revision"], corrected["balance"]["points"]["available"]) == (2, 5)


def test_a_quote_changes_nothing(till: Till):
    till.enrol()
    before = till.get("/v1/members/ada/entries").json
    quote = till.post("/v1/quotes", basket(line(unit_price=1000)))
    assert quote.status_code == 200
    assert (quote.json["committed"], quote.json["points"]["points"]["granted"]) == (False, 10)
    assert till.get("/v1/members/ada/entries").json == before


def test_a_reservation_holds_until_it_is_used_or_let_go(till: Till):
    till.enrol()
    till.post("/v1/members/ada/adjustments", adjustment(500))
    told = basket(line(), spend={"points": 300}, reserve=True, occurred_at=LATER)
    quote = till.post("/v1/quotes", told)
    assert quote.status_code == 201
    held = till.get("/v1/members/ada/balance").json["units"]["points"]
    assert (held["available"], held["held"]) == (200, 300)
    path = f"/v1/reservations/{quote.json['reservation']}"
    assert till.send("DELETE", path).json["state"] == "released"
    assert till.send("DELETE", path).json["state"] == "released"
    assert till.get("/v1/members/ada/balance").json["units"]["points"]["available"] == 500
    assert till.send("DELETE", "/v1/reservations/R-none").status_code == 404


def test_a_reservation_needs_a_key_and_a_quote_does_not(till: Till):
    till.enrol()
    assert till.send("POST", "/v1/quotes", basket()).status_code == 200
    refused = till.send("POST", "/v1/quotes", basket(reserve=True))
    assert (refused.status_code, refused.json["code"]) == (400, "idempotency_key_required")


def test_returns_take_back_what_was_given(till: Till):
    till.enrol()
    till.buy("T-1", line("a", 500, 4))
    back = {"occurred_at": LATER, "lines": [{"line": "a", "quantity": 1}]}
    first = till.put("/v1/purchases/T-1/returns/R-1", back)
    assert (first.status_code, first.json["refund"]) == (201, 500)
    assert first.json["return"] == "R-1"
    again = till.put("/v1/purchases/T-1/returns/R-1", back)
    assert (again.status_code, again.data) == (200, first.data)
    more = till.put("/v1/purchases/T-1/returns/R-2", {**back, "lines": [line_back("a", 4)]})
    assert more.status_code in (409, 422)
    shown = till.get("/v1/purchases/T-1").json
    assert (shown["state"], shown["kept"], len(shown["returns"])) == (
        "partly_returned",
        {"a": 3},
        1,
    )


def test_an_exchange_is_a_return_and_a_purchase_in_one(till: Till):
    till.enrol()
    till.buy("T-1", line("a", 1000))
    back = {
        "occurred_at": LATER,
        "lines": [line_back("a", 1)],
        "exchange": {"purchase": "T-2", **basket(line("b", 3000), occurred_at=LATER)},
    }
    answer = till.put("/v1/purchases/T-1/returns/R-1", back)
    assert (answer.status_code, answer.json["exchange"]["purchase"]) == (201, "T-2")
    assert till.get("/v1/members/ada/balance").json["units"]["points"]["available"] == 30


def test_a_cancelled_purchase_is_undone(till: Till):
    till.enrol()
    till.buy("T-1", line(unit_price=1000))
    assert till.post("/v1/purchases/T-1/cancel").json["state"] == "cancelled"
    assert till.get("/v1/members/ada/balance").json["units"]["points"]["available"] == 0
    assert till.post("/v1/purchases/T-1/cancel").status_code == 409
    assert till.post("/v1/purchases/T-2/cancel", {}).status_code == 404


def test_a_cancellation_may_say_when(till: Till):
    till.enrol()
    till.buy("T-1")
    assert till.post("/v1/purchases/T-1/cancel", {"occurred_at": LATER}).status_code == 200


def test_a_guest_claims_a_purchase_with_the_secret_on_the_receipt(till: Till):
    till.enrol()
    receipt = till.buy("T-1", line(unit_price=2000), member=...)
    assert receipt["member"] is None
    claim = {"member": "ada", "secret": receipt["claim"]["secret"]}
    wrong = till.post("/v1/purchases/T-1/claim", {**claim, "secret": "2222-2222-2222"})
    assert wrong.status_code == 403
    assert till.post("/v1/purchases/T-1/claim", claim).json["member"] == "ada"
    assert till.post("/v1/purchases/T-1/claim", claim).status_code == 409
    assert "claim" not in till.get("/v1/purchases/T-1").json


def test_a_batch_answers_for_each_purchase(till: Till):
    till.enrol()
    told = [
        {"purchase": "T-1", **basket(line(unit_price=1000))},
        {"purchase": "T-2", **basket(currency="USD")},
        {"purchase": "T-3", **basket(member="nobody")},
    ]
    results = till.post("/v1/purchases/batch", {"purchases": told}).json["results"]
    assert [(it["purchase"], it["status"]) for it in results] == [
        ("T-1", 201),
        ("T-2", 422),
        ("T-3", 422),
    ]
    assert "problem" in results[1]
    again = till.send("POST", "/v1/purchases/batch", {"purchases": told[:1]}).json["results"]
    assert again[0]["status"] == 200


def test_batches_may_be_larger_than_other_bodies(till: Till):
    filler = "x" * (1024 * 1024)
    assert till.put("/v1/purchases/T-1", basket(note=filler)).status_code == 413
    batch = {"purchases": [{"purchase": "T-1", **basket(note=filler)}]}
    assert till.post("/v1/purchases/batch", batch).status_code == 422
    assert till.post("/v1/purchases/batch", {"note": filler * 8}).status_code == 413


def test_a_purchase_is_explained_rule_by_rule(till: Till):
    till.enrol()
    till.buy("T-1")
    told = till.get("/v1/purchases/T-1/explanation").json
    assert told["same"] is True
    assert {it["rule"]: it["status"] for it in told["rules"]} == {
        "base": "applied",
        "gold-bonus": "not_met",
        "five": "not_met",
        "next-time": "not_met",
    }


def test_tier_and_rules_are_shown(till: Till):
    till.enrol()
    till.buy("T-1", line(unit_price=40000))
    tier = till.get("/v1/members/ada/tier").json
    assert (tier["tier"], tier["next_tier"], tier["missing"]) == ("basic", "gold", {"spend": 60000})
    rules = {it["rule"] for it in till.get("/v1/rules").json["rules"]}
    assert rules == {"base", "gold-bonus", "five", "next-time"}


def test_a_purchase_shows_what_came_back_without_its_receipt(till: Till):
    till.enrol()
    till.buy("T-1", line())
    back = {
        "occurred_at": "2026-03-05T10:10:00+01:00",
        "reason": "a gift",
        "lines": [{"sku": "S-1", "quantity": 1}],
    }
    assert till.post("/v1/members/ada/returns", back).status_code == 201
    (shown,) = till.get("/v1/purchases/T-1").json["returns"]
    assert shown["reason"] == "a gift"


def test_corrections_by_hand_name_a_reason(till: Till):
    till.enrol()
    given = till.post("/v1/members/ada/adjustments", adjustment(50))
    assert (given.status_code, given.json["balance"]["points"]["available"]) == (201, 50)
    too_many = till.post("/v1/members/ada/adjustments", adjustment(-51))
    assert (too_many.status_code, too_many.json["code"]) == (409, "insufficient_points")
    assert too_many.json["values"] == {"unit": "points", "asked": 51, "available": 50}
    entry = till.get("/v1/members/ada/entries").json["entries"][0]
    assert (entry["reason"], entry["by"]) == ("late delivery", "anne")


def test_a_balance_can_be_asked_as_of_an_instant_and_of_a_version(till: Till):
    till.enrol(enrolled_at="2026-03-01T09:00:00Z")
    version = till.buy("T-1")["version"]
    path = "/v1/members/ada/balance"
    assert till.get(f"{path}?min_version={version}").json["version"] == version
    beyond = till.get(f"{path}?min_version={version + 1}")
    assert (beyond.status_code, beyond.json["code"]) == (409, "version_not_reached")
    assert beyond.json["values"] == {"version": version}
    assert "Retry-After" not in beyond.headers
    then = till.get(f"{path}?as_of=2026-03-02T00:00:00Z").json
    assert then["units"]["points"]["available"] == 0
    assert till.get(f"{path}?as_of=2026-03-06T00:00:00Z").status_code == 422
    assert till.get("/v1/members/nobody/balance").status_code == 404


def test_the_ledger_proves_itself(till: Till):
    till.enrol()
    till.buy("T-1", line("a", 1000, 2))
    back = {"occurred_at": LATER, "lines": [line_back("a", 1)]}
    till.put("/v1/purchases/T-1/returns/R-1", back)
    told = till.get("/v1/integrity").json
    assert (told["clean"], told["findings"]) == (True, [])
    assert told["counts"]["members"] == told["counts"]["purchases"] == 1
    assert told["totals"]["points"] == {
        "issued": 20,
        "clawed": 10,
        "outstanding": 10,
        "adjusted": 0,
        "transferred": 0,
        "redeemed": 0,
        "expired": 0,
    }


def test_a_proof_that_takes_long_is_told_in_parts(
    app: Flask, till: Till, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sums, "PAGE_ROWS", 2)
    sums._ends.clear()
    for number in range(7):
        till.enrol(f"m-{number}")
        till.buy(f"T-{number}", member=f"m-{number}")
    moments = iter(range(0, 10**6, 20))
    monkeypatch.setattr(app.extensions["loyalty"].clock, "monotonic", lambda: next(moments))
    parts = 0
    seen: Counter[str] = Counter()
    issued = 0
    path: str | None = "/v1/integrity"
    while path:
        answer = till.get(path)
        parts += 1
        told = answer.json
        assert answer.status_code == 200, answer.text
        assert told["clean"]
        assert told["complete"] == (told["next"] is None)
        seen.update(told["counts"])
        issued += told["totals"].get("points", {"issued": 0})["issued"]
        found = re.match('<(.*)>; rel="next"', answer.headers.get("Link", ""))
        path = found[1] if found else None
    assert parts > 5
    assert (seen["accounts"], seen["members"], seen["purchases"], issued) == (7, 7, 7, 70)
    for cursor in ("elsewhere", "member:", "member:9223372036854775808", "entries:1"):
        refused = till.get(f"/v1/integrity?after={cursor}")
        assert (refused.status_code, refused.json["code"]) == (422, "cursor_invalid")
    sums._ends.clear()


def test_lists_are_followed_by_their_links(till: Till):
    till.enrol("a%2Fb")
    for number in range(5):
        till.post("/v1/members/a%2Fb/adjustments", adjustment(number + 1))
    seen: list[int] = []
    path: str | None = "/v1/members/a%2Fb/entries?limit=2"
    while path:
        answer = till.get(path)
        seen += [entry["points"] for entry in answer.json["entries"]]
        link = answer.headers.get("Link")
        path = link and link.removeprefix("<").removesuffix('>; rel="next"')
    assert seen == [1, 2, 3, 4, 5]
    assert till.get("/v1/members/a%2Fb/entries?after=zz").status_code == 422


def test_what_belongs_to_another_programme_is_not_there(till: Till, other: Till):
    till.enrol("ada", identifiers=[{"kind": "card", "value": "1"}])
    till.buy("T-1")
    for path in (
        "/v1/members/ada",
        "/v1/members/ada/balance",
        "/v1/members/ada/entries",
        "/v1/members/ada/tier",
        "/v1/members/ada/expiring",
        "/v1/members?identifier=card:1",
        "/v1/purchases/T-1",
        "/v1/purchases/T-1/explanation",
    ):
        theirs = other.get(path)
        missing = other.get(path.replace("ada", "eve").replace("T-1", "T-9").replace(":1", ":9"))
        assert theirs.status_code == 404
        assert shape(theirs.json) == shape(missing.json)
    assert other.post("/v1/purchases/T-1/cancel").status_code == 404
    assert other.put("/v1/members/ada", {}).status_code == 201
    assert till.get("/v1/members/ada").json["identifiers"] != []


def shape(problem: dict[str, Any]) -> dict[str, Any]:
    """A problem without what names this request."""
    text = json.dumps(problem).replace("T-1", "T-9")
    told: dict[str, Any] = json.loads(text)
    return {name: value for name, value in told.items() if name != "instance"}


def adjustment(points: int) -> dict[str, Any]:
    return {"unit": "points", "points": points, "reason": "late delivery", "by": "anne"}


def line_back(line: str, quantity: Any) -> dict[str, Any]:
    return {"line": line, "quantity": quantity}


def test_a_return_without_a_receipt_is_told_with_its_purchase(till: Till):
    till.enrol()
    till.buy("T-1", line("1", 1000, 2), line("2", 500))
    back = {"occurred_at": "2026-03-05T10:30:00+01:00", "reason": "no receipt"}
    back["lines"] = [{"sku": "S-1", "quantity": 1}]
    assert till.post("/v1/members/ada/returns", back).status_code == 201
    told = till.get("/v1/purchases/T-1").json["returns"]
    assert [it["reason"] for it in told] == ["no receipt"]
    assert told[0]["lines"] == [{"id": "1", "refund": 1000, "quantity": 1}]
