"""Codes over HTTP: checked, used once, given back; and one answer for every refusal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from loyalty_engine.bootstrap import Parts
from loyalty_engine.use_cases.vouchers.voucher_issuing import issue_voucher
from tests.api.service import NOW, Till, basket, give_key, line

GIFT = """
voucher: gift
lane: discounts
then: [worth_off]
"""


@pytest.fixture
def code(till: Till) -> str:
    """A code for next time, from a purchase of 100.00."""
    till.enrol("ada")
    (given,) = till.buy("T-1", line(unit_price=10000))["vouchers"]
    told: str = given["code"]
    return told


@pytest.fixture
def shopper(app: Flask, parts: Parts) -> Till:
    """Whoever may try codes and is not told why they are refused."""
    return Till(app, give_key(parts, "shop", "vouchers"))


def held_against(price: int = 3000, **others: Any) -> dict[str, Any]:
    told = basket(line("a", unit_price=price), **others)
    return {key: it for key, it in told.items() if key not in {"payments", "spend"}}


def test_a_code_is_checked_used_once_and_given_back(till: Till, code: str):
    path = f"/v1/vouchers/{code}"
    for _ in range(2):
        checked = till.post(f"{path}/validate", held_against())
        assert (checked.status_code, checked.json["discount"]) == (200, 500)
    used = till.post(f"{path}/redeem", {"redemption": "order-7", **held_against()})
    assert used.json["lines"] == [{"id": "a", "discount": 500}]
    again = till.post(f"{path}/redeem", {"redemption": "order-8", **held_against()})
    assert (again.status_code, again.json["values"]["reason"]) == (409, "used")
    back = till.post(f"{path}/rollback", {"redemption": "order-7"})
    assert back.json == {"redemption": "order-7", "voucher": "five", "state": "rolled_back"}
    assert till.post(f"{path}/rollback", {"redemption": "order-7"}).status_code == 200
    assert till.post(f"{path}/validate", held_against()).status_code == 200
    assert till.post(f"{path}/rollback", {"redemption": "other"}).status_code == 404


def test_a_repeated_redemption_is_the_same_one(till: Till, code: str):
    told = {"redemption": "order-7", **held_against()}
    headers = {"Idempotency-Key": "once"}
    first = till.post(f"/v1/vouchers/{code}/redeem", told, headers=headers)
    again = till.post(f"/v1/vouchers/{code}/redeem", told, headers=headers)
    assert (first.json, again.headers["Idempotent-Replayed"]) == (again.json, "true")


def test_who_may_not_know_hears_the_same_for_every_refusal(till: Till, shopper: Till, code: str):
    till.buy("T-2", line(unit_price=3000), vouchers=[code])
    fresh = till.buy("T-3", line(unit_price=10000))["vouchers"][0]["code"]
    answers = [
        shopper.post(f"/v1/vouchers/{code}/validate", held_against()),
        shopper.post("/v1/vouchers/NONSENSE/validate", held_against()),
        shopper.post(f"/v1/vouchers/{fresh}/validate", held_against(price=100)),
    ]
    told = [{**it.json, "instance": ""} for it in answers]
    assert told[0] == told[1] == told[2]
    assert (told[0]["status"], told[0]["code"]) == (409, "voucher_not_applicable")


def test_guessing_ends_and_a_purchase_is_recorded_all_the_same(
    till: Till, shopper: Till, parts: Parts, code: str
):
    codes = parts.engine.codes
    for number in range(10):
        wrong = codes.code_of("nowhere", number, 12)
        told = shopper.post(f"/v1/vouchers/{wrong}/validate", held_against())
        assert told.status_code == 409
    barred = shopper.post(f"/v1/vouchers/{code}/validate", held_against())
    assert (barred.status_code, barred.json["code"]) == (429, "too_many_wrong_codes")
    receipt = till.buy("T-2", line(unit_price=3000), vouchers=[code])
    assert [it["reason"] for it in receipt["refused"]] == ["too_many_wrong"]
    till.enrol("bob")
    other = shopper.post(f"/v1/vouchers/{code}/validate", held_against(member="bob"))
    assert other.status_code == 200


def test_a_member_has_its_vouchers(till: Till, code: str):
    (told,) = till.get("/v1/members/ada/vouchers").json["vouchers"]
    assert (told["code"], told["state"], told["title"]) == (code, "open", "Five off")
    assert (told["purchase"], told["rule"]) == ("T-1", "next-time")
    till.buy("T-2", line(unit_price=3000), vouchers=[code])
    assert till.get("/v1/members/ada/vouchers").json["vouchers"][0]["state"] == "used"


def test_no_code_is_logged(till: Till, code: str, logged: Callable[[], list[dict[str, Any]]]):
    till.post(f"/v1/vouchers/{code}/validate", held_against())
    till.post(f"/v1/vouchers/{code}/redeem", {"redemption": "order-7", **held_against()})
    assert code not in str(logged())
    assert code not in till.get("/metrics").text


def test_a_code_of_another_programme_is_not_there(till: Till, other: Till, code: str):
    other.enrol("ada")
    assert other.post(f"/v1/vouchers/{code}/validate", held_against()).status_code == 409


def test_a_code_tells_what_it_is_worth(till: Till, parts: Parts):
    source = {**parts.shelf.current("shop").source, "vouchers/gift.yaml": GIFT}
    parts.shelf.publish("shop", source, "test", NOW)
    rulebook = parts.shelf.current("shop")
    with parts.storage.begin("shop", NOW) as work:
        code = issue_voucher(parts.engine, work, "shop", rulebook, "gift", worth=750).code
    till.enrol("ada")
    told = held_against(occurred_at="2026-03-05T10:30:00+01:00")
    checked = till.post(f"/v1/vouchers/{code}/validate", told)
    assert (checked.json["worth"], checked.json["discount"]) == (750, 750)
    used = till.post(f"/v1/vouchers/{code}/redeem", {"redemption": "order-7", **told})
    assert (used.json["worth"], used.json["lines"]) == (750, [{"id": "a", "discount": 750}])
    till.post(f"/v1/vouchers/{code}/rollback", {"redemption": "order-7"})
    later = "2026-03-05T10:30:00+01:00"
    receipt = till.buy("T-2", line(unit_price=3000), vouchers=[code], occurred_at=later)
    assert receipt["codes"] == [{"place": 0, "voucher": "gift", "discount": 750, "worth": 750}]
    explained = {it["rule"]: it for it in till.get("/v1/purchases/T-2/explanation").json["rules"]}
    assert explained["gift"]["status"] == "applied"
    assert explained["gift"]["discount"] == 750
    assert till.get("/v1/purchases/T-2/explanation").json["same"] is True


def test_a_voucher_is_given_by_hand_once_for_a_key(till: Till, parts: Parts):
    source = {**parts.shelf.current("shop").source, "vouchers/gift.yaml": GIFT}
    parts.shelf.publish("shop", source, "test", NOW)
    till.enrol("ada")
    told = {"voucher": "gift", "worth": 750, "reason": "late delivery", "by": "anne"}
    path, headers = "/v1/members/ada/vouchers", {"Idempotency-Key": "once"}
    first = till.post(path, told, headers=headers)
    assert (first.status_code, first.json["worth"], first.json["reason"]) == (
        201, 750, "late delivery",
    )  # fmt: skip
    again = till.post(path, told, headers=headers)
    assert (again.data, again.headers["Idempotent-Replayed"]) == (first.data, "true")
    (shown,) = till.get(path).json["vouchers"]
    assert (shown["code"], shown["worth"]) == (first.json["code"], 750)
    later = "2026-03-05T10:30:00+01:00"
    receipt = till.buy(
        "T-1", line(unit_price=3000), vouchers=[first.json["code"]], occurred_at=later
    )
    assert receipt["totals"]["discount"] == 750
    assert till.get("/v1/integrity").json["clean"]


@pytest.mark.parametrize(
    ("member", "told", "status", "code"),
    [
        ("eve", {}, 404, "member_unknown"),
        ("ada", {"voucher": "nothing"}, 409, "voucher_unknown"),
        ("ada", {"worth": 5}, 409, "worth_of_no_use"),
        ("ada", {"worth": 0}, 422, "invalid_body"),
    ],
)
def test_a_voucher_that_cannot_be_given_by_hand(
    till: Till, member: str, told: dict[str, Any], status: int, code: str
):
    till.enrol("ada")
    body = {"voucher": "five", "reason": "sorry", "by": "anne", **told}
    refused = till.post(f"/v1/members/{member}/vouchers", body)
    assert (refused.status_code, refused.json["code"]) == (status, code)


def test_giving_by_hand_is_for_those_who_correct(till: Till, app: Flask, parts: Parts):
    till.enrol("ada")
    other = Till(app, give_key(parts, "shop", "vouchers", "vouchers:read", "members:write"))
    body = {"voucher": "five", "reason": "sorry", "by": "me"}
    assert other.post("/v1/members/ada/vouchers", body).json["code"] == "scope_missing"
