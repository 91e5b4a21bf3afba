"""A friend through the front door: invited, claimed, held, released, rewarded; and who may see it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from loyalty_engine.bootstrap import Parts
from loyalty_engine.clock import StoppedClock
from loyalty_engine.worker.jobs import run_sweep
from loyalty_engine.worker.sweeps import SWEEPS
from tests.api.service import BASE, NOW, PROGRAM, Till, give_key, line

REFERRAL = """
referral: friends
qualifies: {purchase_from: 20.00}
waits: 30 days
referrer: {rule: friend-brought, title: {en: A friend stayed, fr: Un ami}, lane: base, then: [earn_points: 500]}
friend: {rule: friend-came, lane: base, then: [earn_points: 300, give_voucher: five]}
"""
FIVE = """
voucher: five
lane: discounts
then: [amount_off: 5.00]
"""
SIGNALS = "signals: {device: {purpose: no made up members, most: 3}}\n"
SWITCHES = "switches: {redemption_wait_hours: 24, dormant_months: 12}\n"


@pytest.fixture
def friends(parts: Parts) -> None:
    source = {
        "program.yaml": PROGRAM.format(name="shop") + SIGNALS + SWITCHES,
        "base.yaml": BASE,
        "referral.yaml": REFERRAL,
        "vouchers/five.yaml": FIVE,
    }
    parts.shelf.publish("shop", source, "test", NOW - timedelta(days=999))


def invite(till: Till, member: str = "ada") -> str:
    answer = till.post(f"/v1/members/{member}/invitations")
    assert answer.status_code == 201
    return str(answer.json["code"])


def settle(parts: Parts) -> None:
    """As `loyalty jobs run referrals` does."""
    sweep = next(it for it in SWEEPS if it.name == "referrals")
    _, failed = run_sweep(parts, "shop", sweep, parts.clock.now(), lambda _: None)
    assert failed == 0


def test_a_friend_comes_and_both_are_rewarded(
    till: Till, parts: Parts, clock: StoppedClock, friends: None
):
    till.enrol(language="fr")
    code = invite(till)
    assert invite(till) == code
    came = till.enrol("bob", referred_by=code, signals={"device": "d"})
    assert came["referral"] == {"state": "joined"}
    assert "referral" not in till.enrol("bob", language="en")
    till.buy("T-1", line("a", 2500), member="bob")
    shown = till.get("/v1/members/ada/referrals").json
    assert shown["invitation"] == {"code": code, "good_until": None, "state": "invited"}
    assert [it["state"] for it in shown["friends"]] == ["waiting"]
    clock.advance(timedelta(days=31))
    settle(parts)
    shown = till.get("/v1/members/bob/referrals").json
    assert (shown["invitation"], shown["mine"]["state"]) == (None, "rewarded")
    entries = till.get("/v1/members/ada/entries").json["entries"]
    (event,) = [it["event"] for it in entries]
    why = till.get(f"/v1/events/{event}/explanation").json
    assert why["same"] is True
    assert [it["rule"] for it in why["rules"] if it["status"] == "applied"] == ["friend-brought"]
    assert till.post(f"/v1/events/{event}/cancel").json["code"] == "event_of_referral"
    (voucher,) = till.get("/v1/members/bob/vouchers").json["vouchers"]
    assert voucher["voucher"] == "five"
    cancelled = till.post("/v1/purchases/T-1/cancel")
    assert cancelled.status_code == 200
    settle(parts)
    assert till.get("/v1/members/ada/balance").json["units"]["points"]["available"] == 0
    assert till.get("/v1/integrity").json["findings"] == []


def test_support_decides_about_what_is_held(till: Till, friends: None):
    till.enrol(signals={"device": "d"})
    till.enrol("bob")
    told = {"code": invite(till), "signals": {"device": "d"}}
    assert till.post("/v1/members/bob/referral", told).json["state"] == "joined"
    (held,) = till.get("/v1/referrals?limit=1").json["referrals"]
    assert (held["member"], held["reason"]) == ("bob", "same:device")
    assert 'loyalty_referrals_held{program="shop"} 1.0' in till.get("/metrics").text
    decision = {"decision": "release", "reason": "sisters", "by": "anne"}
    released = till.post("/v1/members/bob/referral/review", decision)
    assert (released.status_code, released.json["held"]) == (200, False)
    again = till.post("/v1/members/bob/referral/review", decision)
    assert (again.status_code, again.json["code"]) == (409, "referral_not_held")
    assert till.get("/v1/referrals").json["referrals"] == []
    assert till.get("/v1/members/bob/referral").json["decided_by"] == "anne"
    assert till.get("/v1/members/ada/referral").json["code"] == "referral_unknown"
    assert till.get("/v1/referrals?after=x").json["code"] == "cursor_invalid"


def test_a_key_repeats_the_answer(till: Till, friends: None):
    till.enrol()
    till.enrol("bob")
    told = {"code": invite(till)}
    headers = {"Idempotency-Key": "k-1"}
    first = till.post("/v1/members/bob/referral", told, headers=headers)
    again = till.post("/v1/members/bob/referral", told, headers=headers)
    assert (first.data, again.headers["Idempotent-Replayed"]) == (again.data, "true")


def test_what_is_not_declared_is_refused(till: Till, friends: None):
    refused = till.put("/v1/members/ada", {"signals": {"face": "x"}})
    assert (refused.status_code, refused.json["code"]) == (422, "signal_unknown")
    assert refused.json["errors"][0]["pointer"] == "/signals/face"


def test_without_referral_nobody_is_named(till: Till):
    refused = till.put("/v1/members/ada", {"referred_by": "7QM2XKD4FHTRB"})
    assert (refused.status_code, refused.json["code"]) == (409, "referral_none")
    till.enrol()
    assert till.post("/v1/members/ada/invitations").json["code"] == "referral_none"


def test_shops_do_not_see_what_support_does(till: Till, parts: Parts, friends: None):
    till.enrol()
    key = give_key(parts, "shop", "members:read", "members:write")
    shop = Till(till.app, key)
    assert shop.get("/v1/members/ada/referrals").status_code == 200
    for path in ("/v1/referrals", "/v1/members/ada/referral"):
        assert shop.get(path).json["code"] == "scope_missing"


def test_points_wait_after_new_identifiers_and_need_a_proof_after_long_silence(
    till: Till, clock: StoppedClock, friends: None
):
    till.enrol()
    till.buy("T-1", line("a", 10_000))
    till.enrol(identifiers=[{"kind": "card", "value": "4711"}])
    hold = {"id": "H-1", "member": "ada", "unit": "points", "points": 5}
    waits = till.post("/v1/holds", hold)
    assert (waits.status_code, waits.json["code"]) == (409, "redemption_waits")
    clock.advance(timedelta(hours=24))
    assert till.post("/v1/holds", hold).status_code == 201
    clock.advance(timedelta(days=400))
    silent = till.post("/v1/holds", hold | {"id": "H-2"})
    assert (silent.status_code, silent.json["code"]) == (409, "confirmation_needed")
    proof = till.post("/v1/members/ada/confirmations", {"reason": "letter", "by": "app"})
    assert proof.status_code == 201
    assert till.post("/v1/holds", hold | {"id": "H-2"}).status_code == 201
