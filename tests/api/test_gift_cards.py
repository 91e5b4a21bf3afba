"""Gift cards and store credit through the front door."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from loyalty_engine.bootstrap import Parts
from loyalty_engine.storage.sql.statements import Statement
from tests.api.service import Till, line

CARDS, HOLDS, CREDIT = "/v1/gift-cards", "/v1/gift-card-holds", "/v1/members/ada/store-credit"
WHY = {"reason": "sold", "by": "anne"}


@pytest.fixture
def till(till: Till) -> Till:
    till.enrol()
    return till


def made(till: Till, amount: int | None = 5000) -> dict[str, Any]:
    body = WHY if amount is None else {"amount": amount, **WHY}
    answer = till.post(CARDS, body)
    assert answer.status_code == 201
    told: dict[str, Any] = answer.json
    return told


def pays(code: str, amount: int, **more: Any) -> list[dict[str, Any]]:
    return [{"method": "gift_card", "amount": amount, "card": code, **more}]


def test_a_card_is_made_loaded_looked_up_and_used(till: Till):
    card = made(till, None)
    assert (card["state"], card["available"], card["ends_at"]) == ("inactive", 0, None)
    named = {"code": card["code"]}
    loaded = till.post(f"{CARDS}/load", {**named, "amount": 3000, **WHY}).json
    assert (loaded["state"], loaded["available"]) == ("active", 3000)
    told = till.buy("T-1", line("a", 2000), payments=pays(card["code"], 2000))
    assert told["cards"] == [
        {
            "place": 0, "card": card["card"], "asked": 2000, "pays": 2000, "left": 1000,
            "ends_at": loaded["ends_at"],
            "says": "The gift card pays €20.00; €10.00 is left on it until 5 March 2028",
        }
    ]  # fmt: skip
    shown = till.send("POST", f"{CARDS}/look-up", named).json
    assert (shown["available"], shown["held"]) == (1000, 0)
    history = till.get(f"{CARDS}/{card['card']}/entries").json
    assert [it["kind"] for it in history["entries"]] == ["load", "spend"]
    assert card["code"] not in str(history)


def test_a_repeated_request_makes_one_card_and_tells_its_code_again(till: Till):
    headers = {"Idempotency-Key": "k"}
    first, again = (
        till.send("POST", CARDS, {"amount": 100, **WHY}, headers=headers) for _ in range(2)
    )
    assert first.data == again.data
    assert till.get("/v1/operations/k").json["answer"].get("code") in (None, first.json["code"])


def test_a_lost_card_is_blocked_replaced_and_extended(till: Till):
    old = made(till)
    named = {"code": old["code"]}
    assert till.post(f"{CARDS}/block", {**named, **WHY}).json["state"] == "blocked"
    new = till.post(f"{CARDS}/replace", {"card": old["card"], **WHY}).json
    assert (new["available"], new["replaces"]) == (5000, old["card"])
    assert till.send("POST", f"{CARDS}/look-up", named).json["state"] == "replaced"
    until = "2031-01-01T00:00:00+01:00"
    later = till.post(f"{CARDS}/extend", {"code": new["code"], "until": until, **WHY}).json
    assert later["ends_at"] == "2030-12-31T23:00:00Z"


@pytest.mark.parametrize("number", ["9" * 50, "f" * 16, "8" + "0" * 15, "-1", "0" * 17])
def test_what_cannot_be_a_cards_number_is_none_of_ours(till: Till, number: str):
    answer = till.send("POST", f"{CARDS}/look-up", {"card": number})
    assert (answer.status_code, answer.json["code"]) == (404, "card_unknown")
    assert till.get(f"{CARDS}/{number}/entries").status_code == 404


def test_blocking_once_more_is_no_news(till: Till, parts: Parts):
    named = {"code": made(till)["code"], **WHY}
    answers = [till.post(f"{CARDS}/block", named) for _ in range(2)]
    assert [(it.status_code, it.json["state"]) for it in answers] == [(200, "blocked")] * 2
    told = Statement(sa.text("SELECT kind FROM outbox WHERE kind = 'gift_card_blocked'"))
    assert len(list(parts.storage.ask((told, ())))) == 1


def test_a_hold_is_captured_by_the_purchase_that_names_it(till: Till):
    card = made(till)
    asked = {"id": "GH-1", "code": card["code"], "amount": 3000, "expires_in": 600}
    first = till.post(HOLDS, asked)
    assert (first.status_code, first.json["held"]) == (201, 3000)
    assert till.send("POST", HOLDS, asked).status_code == 200
    other = {"Idempotency-Key": "another"}
    again = [till.send("POST", HOLDS, asked, headers=other) for _ in range(2)]
    assert [it.status_code for it in again] == [200, 200]
    told = till.buy("T-1", line("a", 2500),
                    payments=[{"method": "gift_card", "amount": 2500, "hold": "GH-1"}])  # fmt: skip
    assert told["cards"][0]["left"] == 2500
    shown = till.get(f"{HOLDS}/GH-1").json
    assert (shown["state"], shown["captured"], shown["purchase"]) == ("captured", 2500, "T-1")
    late = till.send("POST", f"{HOLDS}/GH-1/release")
    assert (late.status_code, late.json["code"]) == (409, "hold_captured")
    till.post(HOLDS, {**asked, "id": "GH-2", "amount": 2500})
    assert till.post(f"{HOLDS}/GH-2/capture", {"amount": 500}).json["available"] == 2000
    till.post(HOLDS, {**asked, "id": "GH-3", "amount": 2000})
    assert till.post(f"{HOLDS}/GH-3/release").json["available"] == 2000


def test_what_a_till_has_loaded_by_mistake_is_taken_off_again(till: Till):
    card = made(till, None)
    named = {"code": card["code"], "amount": 3000, **WHY}
    till.post(f"{CARDS}/load", named)
    headers = {"Idempotency-Key": "off"}
    first, again = (till.send("POST", f"{CARDS}/unload", named, headers=headers) for _ in range(2))
    assert (first.json["state"], first.json["available"]) == ("blocked", 0)
    assert first.data == again.data
    history = till.get(f"{CARDS}/{card['card']}/entries").json
    assert [(it["kind"], it["destination"]) for it in history["entries"]] == [
        ("load", "available"), ("unload", "sold"),
    ]  # fmt: skip
    assert [(it["kind"], it["reason"]) for it in history["notes"]] == [("block", "sold")]


def test_what_stood_on_a_card_before_stays_and_what_is_used_is_not_taken_off(till: Till):
    card = made(till)
    named = {"code": card["code"], "amount": 1000, "given": True, **WHY}
    till.post(f"{CARDS}/load", named)
    assert till.post(f"{CARDS}/unload", named).json["available"] == 5000
    till.buy("T-1", line("a", 4500), payments=pays(card["code"], 4500))
    refused = till.post(f"{CARDS}/unload", named)
    assert (refused.status_code, refused.json["code"]) == (409, "card_used")
    assert till.get("/v1/integrity").json["stored_value"]["EUR"]["outstanding"] == 500


PAGE = Path(__file__).parents[2] / "docs" / "gift-cards.md"
SHOWN = re.compile(r"<!-- checkout: (\w+) (\S+) -->\n```json\n(.*?)```", re.DOTALL)


def test_a_web_checkout_goes_as_the_page_shows_it(till: Till):
    card = made(till)
    till.post(CREDIT, {"amount": 700, **WHY})
    code = till.buy("T-1", line(unit_price=10000))["vouchers"][0]["code"]
    text = PAGE.read_text("utf-8").replace("7QM2-XKD4-FHTR-B", card["code"])
    (post, quotes, asked), (put, path, bought) = SHOWN.findall(text.replace("SPRING", code))
    quote = till.send(post, quotes, json.loads(asked), headers={"Idempotency-Key": "web-1"}).json
    assert [it["pays"] for it in quote["cards"]] == [3000, 500]
    assert till.send("POST", f"{CARDS}/look-up", {"code": card["code"]}).json["held"] == 3000
    bought = bought.replace("R-5b1f", quote["reservation"])
    assert quote["cards"][0]["hold"] in bought
    told = till.send(put, path, json.loads(bought)).json
    assert [it["left"] for it in told["cards"]] == [2000, 200]
    assert ([it["discount"] for it in told["codes"]], "flags" in told) == ([500], False)
    assert till.send("POST", f"{CARDS}/look-up", {"code": card["code"]}).json["held"] == 0


def test_a_reservation_that_is_let_go_frees_its_cards(till: Till):
    card = made(till)
    body = {
        "member": "ada", "currency": "EUR", "reserve": True,
        "occurred_at": "2026-03-05T10:00:00+01:00", "lines": [line()],
        "payments": pays(card["code"], 700),
    }  # fmt: skip
    quote = till.post("/v1/quotes", body).json
    hold = quote["cards"][0]["hold"]
    assert till.get(f"{HOLDS}/{hold}").json["state"] == "open"
    assert till.send("DELETE", f"/v1/reservations/{quote['reservation']}").status_code == 200
    assert till.get(f"{HOLDS}/{hold}").json["state"] == "released"


def test_store_credit_is_given_shown_and_spent(till: Till):
    given = till.post(CREDIT, {"amount": 1500, **WHY})
    assert (given.status_code, given.json["available"]) == (201, 1500)
    told = till.buy("T-1", line("a", 1000), payments=[{"method": "store_credit", "amount": 1000}])
    assert told["cards"][0]["pays"] == 1000
    assert till.get(CREDIT).json["available"] == 500


def test_a_card_is_sold_by_a_line_and_what_comes_back_goes_to_the_card(till: Till):
    card = made(till, None)
    gift = line("gift", 4000, kind="gift_card", card=card["code"])
    assert till.buy("T-1", gift)["cards_sold"][0]["amount"] == 4000
    till.buy("T-2", line("a", 1000), payments=pays(card["code"], 1000))
    back = till.put("/v1/purchases/T-2/returns/R-1",
                    {"occurred_at": "2026-03-05T10:30:00+01:00",
                     "lines": [{"line": "a", "quantity": 1}]})  # fmt: skip
    assert (back.json["refund"], back.json["cards_back"][0]["amount"]) == (0, 1000)


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        (f"{CARDS}/look-up", {}, 422, "invalid_body"),
        (f"{CARDS}/look-up", {"code": "A", "card": "B"}, 422, "invalid_body"),
        (f"{CARDS}/look-up", {"code": "NOPE"}, 409, "card_not_usable"),
        (f"{CARDS}/look-up", {"card": "0" * 16}, 404, "card_unknown"),
        (f"{CARDS}/load", {"card": "xyz", "amount": 1, **WHY}, 404, "card_unknown"),
        (CARDS, {"amount": 25001, **WHY}, 422, "card_amount"),
        (f"{HOLDS}/GH-9/release", None, 404, "hold_unknown"),
    ],
)
def test_what_is_refused(till: Till, path: str, body: Any, status: int, code: str):
    answer = till.send("POST", path, body) if "look-up" in path else till.post(path, body)
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_the_proof_and_the_metrics_tell_of_stored_value_apart_from_points(till: Till):
    made(till)
    proof = till.get("/v1/integrity").json
    assert proof["stored_value"] == {
        "EUR": {"issued": 5000, "used": 0, "expired": 0, "outstanding": 5000}
    }
    assert proof["totals"] == {}
    assert proof["counts"]["purses"] == 1
    page = till.get("/metrics").text
    assert 'loyalty_stored_value{currency="EUR",program="shop",what="outstanding"} 5000.0' in page
