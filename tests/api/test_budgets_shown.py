"""What is used and left of the limits that everybody shares."""

from __future__ import annotations

from datetime import timedelta

import pytest

from loyalty_engine.bootstrap import Parts
from tests.api.service import NOW, PROGRAM, TIERS, Till, line

CAMPAIGN = """
campaigns:
  spring:
    title: {en: Spring, fr: Printemps}
    limits: [{liability: 1.00}, {points: 5, per: member}]
"""
RULES = {
    "daily": "lane: base\nthen: [{earn_points: 10}]\nlimits: [{points: 40, per: all, period: day}]\n",
    "off": "lane: discounts\nthen: [{amount_off: 0.30}]\ncampaign: spring\n",
    "wide": "lane: base\nwhen: [{store_is: far}]\nthen: [{earn_points: 1}]\n"
    "limits: [{points: 80000, per: all}, {uses: 3, per: store}]\n",
}


@pytest.fixture
def shop(parts: Parts, till: Till) -> Till:
    source = {f"{name}.yaml": f"rule: {name}\n{text}" for name, text in RULES.items()}
    source |= {"program.yaml": PROGRAM.format(name="shop") + CAMPAIGN, "tiers.yaml": TIERS}
    parts.shelf.publish("shop", source, "test", NOW - timedelta(days=10))
    till.enrol()
    return till


def test_what_is_used_and_left_of_each_budget_is_shown_the_scarcest_first(shop: Till):
    shop.buy("T-1", line(unit_price=1000))
    shop.buy("T-2", line(unit_price=1000))
    shop.buy("T-3", line(unit_price=1000), store="far")
    shop.buy("yesterday", line(unit_price=1000), occurred_at="2026-03-04T12:00:00+01:00")
    told = shop.get("/v1/rules/budgets?language=fr").json
    assert (told["day"], told["currency"]) == ("2026-03-05", "EUR")
    rows = [
        (it["limit"], it.get("rule"), it.get("campaign"), it["period"], it["used"], it["left"])
        for it in told["budgets"]
    ]
    assert rows == [
        ("campaign:spring/liability/campaign/life", None, "spring", "", 100, 0),
        ("daily/points/all/day", "daily", None, "2026-03-05", 30, 10),
        ("wide/points/all/life", "wide", None, "", 1, 79_999),
    ]
    assert told["budgets"][0]["title"] == "Printemps"
    says = told["budgets"][1]["says"].replace("\N{NO-BREAK SPACE}", " ")
    assert says.startswith("au plus 40 points")
    assert shop.post("/v1/purchases/T-1/cancel").status_code == 200
    after = {it["limit"]: it["used"] for it in shop.get("/v1/rules/budgets").json["budgets"]}
    assert after["daily/points/all/day"] == 20


def test_a_programme_without_budgets_has_none(till: Till):
    assert till.get("/v1/rules/budgets").json["budgets"] == []
    refused = till.get("/v1/rules/budgets?language=xx")
    assert (refused.status_code, refused.json["code"]) == (422, "language_unknown")
