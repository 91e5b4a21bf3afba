"""What those who react are told: every change of a tier, and nothing under an id told before."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from loyalty_engine.domain.requests import MemberProfile
from loyalty_engine.domain.tiers import Grant
from loyalty_engine.ports import Address
from loyalty_engine.storage.sql.outbox import Outbox
from loyalty_engine.storage.sql.outbox_queues import OutboxQueues
from loyalty_engine.use_cases.members.enrol_member import enrol_member
from loyalty_engine.use_cases.tiers.grant_tier import grant_tier
from loyalty_engine.use_cases.tiers.review_tier import review_tier
from tests.shop import BASE, OPENING, Shop, line

TIERS = """
window: calendar_year
down: to_earned
keep: end_of_period
tiers:
  - tier: base
  - tier: silver
    needs: {spend: 50.00}
"""


@pytest.fixture
def shop() -> Shop:
    shop = Shop(BASE, tiers=TIERS)
    shop.enrol()
    return shop


def told(shop: Shop) -> list[tuple[str, dict[str, Any]]]:
    """The kinds and bodies of all that was announced, in the order it will be told."""
    found: list[tuple[str, dict[str, Any]]] = []
    # By then everything is due.
    now = shop.now + timedelta(days=999)
    for head in Outbox(shop.storage).claim_events("shop", "test", 100, 60, now):
        events = [head, *OutboxQueues(shop.storage).behind(head)]
        found += [(it.kind, json.loads(it.body)) for it in events]
    return found


def tiers(shop: Shop) -> list[tuple[str, Any]]:
    """Kinds with the tiers before and after."""
    return [
        (kind, tuple((body.get("tier") or {}).values()))
        for kind, body in told(shop)
        if kind.startswith("purchase_")
    ]


def grant(shop: Shop, tier: str, from_at: datetime, until: datetime | None = None) -> None:
    given = Grant(tier, from_at, until)
    assert grant_tier(shop.engine, shop.caller(), "ada", given, "because", "the test").status == 201


def test_a_tier_may_be_given_twice_from_the_same_instant(shop: Shop) -> None:
    grant(shop, "silver", OPENING)
    shop.later(days=1)
    grant(shop, "silver", OPENING, OPENING + timedelta(days=900))

    assert [body for kind, body in told(shop) if kind == "tier_granted"] == [
        {"member": _number(shop), "version": 0, "tier": "silver", "before": a, "after": "silver"}
        for a in ("base", "silver")
    ]


def test_a_tier_that_a_review_takes_is_told(shop: Shop) -> None:
    shop.buy("T-1", [line("1", 6000)])
    shop.now = datetime(2028, 1, 1, 12, tzinfo=UTC)
    assert review_tier(shop.engine, "shop", _number(shop), shop.now)
    assert not review_tier(shop.engine, "shop", _number(shop), shop.now)

    assert [
        (body["before"], body["after"]) for kind, body in told(shop) if kind == "tier_changed"
    ] == [("silver", "base")]


def test_events_of_purchases_tell_how_the_tier_moved(shop: Shop) -> None:
    shop.buy("T-1", [line("1", 3000)])
    shop.buy("T-2", [line("1", 2500)])
    shop.back("T-2", "R-1", **{"1": 1000})
    shop.buy("T-3", [line("1", 4000)])
    shop.buy("T-3", [line("1", 1000)], revision=2)
    shop.buy("T-4", [line("1", 1000)])
    shop.cancel("T-4")

    assert tiers(shop) == [
        ("purchase_recorded", ("base", "base")),
        ("purchase_recorded", ("base", "silver")),
        ("purchase_returned", ("silver", "base")),
        ("purchase_recorded", ("base", "silver")),
        ("purchase_corrected", ("silver", "base")),
        ("purchase_recorded", ("base", "silver")),
        ("purchase_cancelled", ("silver", "base")),
    ]


def test_a_guests_purchase_tells_of_no_tier_until_it_is_claimed(shop: Shop) -> None:
    secret = shop.buy("T-1", [line("1", 6000)], member=None)["claim"]["secret"]
    shop.claim("T-1", secret)

    assert sorted(tiers(shop)) == [
        ("purchase_claimed", ("base", "silver")),
        ("purchase_recorded", ()),
    ]


def test_a_tier_that_follows_from_another_day_of_enrolment_is_told(shop: Shop) -> None:
    shop.buy("T-1", [line("1", 6000)])
    profile = MemberProfile(enrolled_at=OPENING - timedelta(days=200))
    enrol_member(shop.engine, shop.caller(), "ada", profile)

    assert [body["tier"] for kind, body in told(shop) if kind == "member_updated"] == [
        {"before": "silver", "after": "silver"}
    ]


def _number(shop: Shop) -> int:
    with shop.storage.read("shop") as view:
        found = view.find_member(Address("member", "ada"))
    assert found is not None
    return found.number
