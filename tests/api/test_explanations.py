"""Why each rule did or did not apply, in words, in the language asked for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from loyalty_engine.bootstrap import Parts
from tests.api.service import BASE, NOW, PROGRAM, TIERS, Till, basket, line

BONUS = """
rule: bonus
title: {en: Fifty for fifty, fr: Cinquante pour cinquante}
lane: base
when: [{spent_at_least: 50.00}]
then: [{earn_points: 50}]
"""
EVENING = """
rule: evening
lane: base
when: [{hours_between: {from: 12:00, until: 13:00}}]
then: [{earn_points: 7}]
"""
PAID = """
rule: app-payers
lane: base
when: [{paid_with: [app]}]
then: [{earn_points: 9}]
"""
CAPPED = """
rule: capped
lane: base
limits: [{points: 15, per: member, period: week}]
then: [{earn_points: 10}]
"""
FAR = """
rule: far
lane: base
when:
  - spent_at_least: 60.00
  - any:
      - weekday_is: [sat]
      - tier_is: [gold]
then: [{earn_points: 5}]
"""
OVER = """
rule: over
lane: base
until: 2025-12-31
then: [{earn_points: 5}]
"""
LESS = """
rule: less
lane: discounts
then: [{amount_off: 1.00}]
"""
MORE = """
rule: more
lane: discounts
then: [{amount_off: 2.00}]
"""


@pytest.fixture
def shop(parts: Parts, till: Till) -> Till:
    """A shop with a rule for each reason not to apply."""
    program = PROGRAM.format(name="shop").replace("discounts: all", "discounts: best")
    rules = {"bonus": BONUS, "evening": EVENING, "paid": PAID, "capped": CAPPED, "far": FAR}
    rules |= {"over": OVER, "less": LESS, "more": MORE, "base": BASE}
    source = {f"{name}.yaml": text for name, text in rules.items()}
    source |= {"program.yaml": program, "tiers.yaml": TIERS}
    parts.shelf.publish("shop", source, "test", NOW - timedelta(days=1))
    till.enrol(language="fr")
    return till


def explained(till: Till, query: str = "", **headers: str) -> dict[str, Any]:
    path = f"/v1/purchases/T-1/explanation{query}"
    told: dict[str, Any] = till.get(path, headers=headers).json
    return told | {"by_rule": {it["rule"]: it for it in told["rules"]}}


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_every_rule_has_its_reason(shop: Till):
    shop.buy("T-0", line(unit_price=1000))
    shop.buy("T-1", line(unit_price=4880))
    told = explained(shop, "?language=en")
    rules = told["by_rule"]
    assert {name: it["status"] for name, it in rules.items()} == {
        "base": "applied", "capped": "capped", "bonus": "not_met", "evening": "not_met",
        "app-payers": "not_met", "far": "not_met", "over": "not_live", "more": "applied",
        "less": "overshadowed",
    }  # fmt: skip
    assert rules["bonus"]["says"] == "Fifty for fifty"
    assert rules["bonus"]["failed"] == {
        "word": "spent_at_least",
        "wanted": "the basket comes to €50.00 or more (€3.20 more)",
        "arguments": {"amount": 5000},
        "at": "bonus.yaml:5:9",
        "actual": "€46.80",
        "found": 4680,
        "near": {"short_by": 320, "what": "minor", "says": "€3.20 more"},
    }
    assert rules["bonus"]["would"] == {
        "status": "applied", "points": {"points": 50}, "discount": 0, "short_by": 320,
        "what": "minor", "says": "€3.20 more gives 50 points",
    }  # fmt: skip
    assert rules["evening"]["would"]["says"] == "in 2 hours it gives 7 points"
    assert rules["evening"]["failed"]["actual"] == "10:00"
    assert rules["app-payers"]["would"]["says"] == (
        "if the purchase is paid by app, it gives 9 points"
    )
    assert rules["app-payers"]["failed"]["actual"] == "nothing"
    assert rules["less"]["by"] == "more"
    assert rules["less"]["by_title"] == "More"
    assert rules["capped"]["limited"] == {
        "says": "at most 15 points for each member a week", "ceiling": 15, "before": 5, "left": 0,
    }  # fmt: skip
    assert rules["capped"]["desired"] == {"points": {"points": 10}, "discount": 0}
    assert rules["capped"]["points"] == {"points": 5}
    assert rules["over"]["until"] == "2025-12-31"
    assert "would" not in rules["far"]
    assert rules["far"]["failed"]["near"]["says"] == "€13.20 more"
    assert told["nearest"] == [
        {"rule": "bonus", "says": "€3.20 more gives 50 points"},
        {"rule": "evening", "says": "in 2 hours it gives 7 points"},
    ]
    assert told["same"] is True


def test_one_rule_is_told_with_all_its_conditions(shop: Till):
    shop.buy("T-1", line(unit_price=4880))
    told = explained(shop, "?rule=far&language=en")
    assert [it["rule"] for it in told["rules"]] == ["far"]
    spent, either = told["by_rule"]["far"]["conditions"]
    assert (spent["holds"], spent["at"], spent["actual"]) == (False, "far.yaml:5:5", "€46.80")
    assert [(it["word"], it["holds"], it["at"]) for it in either["parts"]] == [
        ("weekday_is", False, "far.yaml:7:9"),
        ("tier_is", False, "far.yaml:8:9"),
    ]
    missing = shop.get("/v1/purchases/T-1/explanation?rule=none")
    assert (missing.status_code, missing.json["code"]) == (404, "rule_unknown")


@pytest.mark.parametrize(
    ("query", "header", "language"),
    [
        ("", None, "fr"),
        ("", "en", "en"),
        ("", "de, en-GB;q=0.9, fr;q=0.5", "en-GB"),
        ("", "de", "fr"),
        ("", "*", "fr"),
        ("", "\x7f", "fr"),
        ("?language=fr-CA", "en", "fr-CA"),
        ("?language=en", "fr", "en"),
    ],
)
def test_it_is_told_in_the_language_that_is_wanted(
    shop: Till, query: str, header: str | None, language: str
):
    shop.buy("T-1", line(unit_price=4880))
    headers = {} if header is None else {"Accept-Language": header}
    told = explained(shop, query, **headers)
    french = language.startswith("fr")
    assert told["language"] == language
    says = plain(told["by_rule"]["bonus"]["would"]["says"])
    assert says == ("avec 3,20 € de plus : 50 points" if french else "€3.20 more gives 50 points")
    title = "Cinquante pour cinquante" if french else "Fifty for fifty"
    assert told["by_rule"]["bonus"]["says"] == title


def test_a_language_nobody_speaks_here_is_refused(shop: Till):
    shop.buy("T-1", line(unit_price=4880))
    answer = shop.get("/v1/purchases/T-1/explanation?language=xx")
    assert (answer.status_code, answer.json["code"]) == (422, "language_unknown")


def test_a_guest_is_told_that_nobody_is_named(shop: Till):
    shop.buy("T-1", line(unit_price=9000), member=...)
    told = explained(shop, "?rule=far&language=en")
    assert told["by_rule"]["far"]["conditions"][1]["parts"][1]["actual"] == "no member is named"


def supposed(till: Till, query: str = "?language=en", **changes: Any) -> dict[str, Any]:
    answer = till.post(f"/v1/rules/explain{query}", basket(line(unit_price=4880), **changes))
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json
    return told | {"by_rule": {it["rule"]: it for it in told["rules"]}}


def test_a_purchase_that_nobody_makes_is_explained(shop: Till):
    told = supposed(shop)
    assert told["by_rule"]["bonus"]["would"]["says"] == "€3.20 more gives 50 points"
    assert told["points"] == {"points": 56}
    assert told["totals"] == {
        "gross": 4880, "discount": 200, "net": 4680, "paid_with_points": 0,
    }  # fmt: skip
    assert shop.get("/v1/members/ada").json["version"] == 0


def test_it_may_be_anybodys_at_any_instant(shop: Till):
    noon = {"occurred_at": "2031-07-05T12:30:00+02:00"}
    gold = supposed(shop, member=..., suppose={"tier": "gold"}, **noon)
    assert gold["member"] is None
    assert gold["by_rule"]["evening"]["status"] == "applied"
    assert gold["by_rule"]["far"]["failed"]["near"]["says"] == "€13.20 more"
    assert gold["by_rule"]["far"]["would"]["says"] == "€13.20 more gives 5 points"
    guest = supposed(shop, member=..., **noon)
    assert guest["points"] == {"points": 0}
    before = supposed(shop, rules_at="2024-01-01T00:00:00Z")
    assert set(before["by_rule"]) == {"base", "gold-bonus", "five", "next-time"}


def test_what_is_supposed_changes_a_member_who_is_there(shop: Till):
    till = shop
    shop.buy("T-0", line(unit_price=1000))
    told = supposed(till, suppose={"tier": "gold"})
    assert told["member"] == "ada"
    assert told["by_rule"]["capped"]["limited"]["before"] == 5


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"suppose": {"tier": "lead"}}, "tier_unknown"),
        ({"suppose": {"attributes": {"shoe": 3}}}, "attribute_unknown"),
        ({"suppose": {"enrolled_on": "5 March"}}, "invalid_body"),
        ({"suppose": {"purchases": -1}}, "invalid_body"),
        ({"suppose": {"colour": "blue"}}, "invalid_body"),
        ({"member": "nobody"}, "member_unknown"),
        ({"currency": "USD"}, "currency_differs"),
        ({"facts": {"weather": {"rain": [1]}}}, "invalid_body"),
    ],
)
def test_what_cannot_be_supposed_is_refused(shop: Till, changes: dict[str, Any], code: str):
    answer = shop.post("/v1/rules/explain", basket(**changes))
    assert (answer.status_code, answer.json["code"]) == (422, code)


BUDGET = """
rule: budget
lane: base
when: [{spent_at_least: 50.00}]
then: [{earn_points: 50}]
limits: [{points: 60, per: all, period: week}]
"""
LIMITED = "switches: {ahead_minutes: 10000}\ncampaigns: {spring: {limits: [{liability: 0.40}]}}\n"
SHARED = """
rule: shared
lane: base
when: [{paid_with: [app]}]
then: [{earn_points: 30}]
campaign: spring
"""
SATURDAYS = """
rule: saturdays
lane: base
when: [{weekday_is: sat}]
then: [{earn_points: 20}]
limits: [{points: 20, per: store, period: day}]
"""
NEXT_WEEK = """
rule: next-week
lane: base
when: [{weekday_is: mon}]
then: [{earn_points: 9}]
limits: [{uses: 1, per: member, period: week}]
"""
EVERY_DAY = """
rule: every-day
lane: base
when: [{store_is: lyon-1}]
then: [{earn_points: 40}]
campaign: spring
"""


@pytest.fixture
def budgets(parts: Parts, till: Till) -> Till:
    """A shop in which what is given is limited for everybody."""
    program = PROGRAM.format(name="shop") + LIMITED
    rules = [BUDGET, SHARED, SATURDAYS, NEXT_WEEK, EVERY_DAY]
    source = {f"{number}.yaml": text for number, text in enumerate(rules)}
    source |= {"program.yaml": program, "tiers.yaml": TIERS}
    parts.shelf.publish("shop", source, "test", NOW - timedelta(days=10))
    till.enrol()
    till.enrol("bea")
    return till


def test_a_near_miss_promises_what_is_left_of_a_budget_and_no_more(budgets: Till):
    near = supposed(budgets)["by_rule"]["budget"]["would"]
    assert near["says"] == "€1.20 more gives 50 points"
    budgets.buy("T-0", line(unit_price=5000), member="bea")
    near = supposed(budgets)["by_rule"]["budget"]["would"]
    assert (near["status"], near["says"]) == ("capped", "€1.20 more gives 10 points")
    assert near["limit"] == "budget/points/all/week"
    assert near["limited"] == {"says": "at most 60 points for all together a week"}
    budgets.buy("T-1", line(unit_price=5000), member="bea")
    told = supposed(budgets)
    assert "says" not in told["by_rule"]["budget"]["would"]
    assert told["by_rule"]["budget"]["would"]["limit"] == "budget/points/all/week"
    assert "budget" not in [it["rule"] for it in told["nearest"]]
    budgets.buy("T-2", line(unit_price=4880))
    assert "budget" not in [it["rule"] for it in explained(budgets)["nearest"]]


def test_a_near_miss_knows_what_others_use_of_a_campaign(budgets: Till):
    assert supposed(budgets)["by_rule"]["shared"]["would"]["points"] == {"points": 30}
    budgets.buy("T-0", line(unit_price=100), member="bea", store="lyon-1")
    told = supposed(budgets, store="elsewhere")["by_rule"]["shared"]["would"]
    assert (told["points"], told["limit"]) == ({}, "campaign:spring/liability/campaign/life")


def test_a_near_miss_of_another_day_goes_by_the_limits_of_that_day(budgets: Till):
    saturday = "2026-03-07T10:00:00+01:00"
    budgets.buy("T-0", line(unit_price=100), member="bea", occurred_at=saturday)
    told = supposed(budgets)["by_rule"]
    assert "says" not in told["saturdays"]["would"], "in two days there is nothing left"
    assert told["next-week"]["would"]["says"] == "in 4 days it gives 9 points"
    other = supposed(budgets, store="lyon-1")["by_rule"]["saturdays"]["would"]
    assert other["says"] == "in 2 days it gives 20 points"


def test_a_limit_that_is_used_up_today_is_full_in_its_next_period(parts: Parts, till: Till):
    rule = NEXT_WEEK.replace("[{weekday_is: mon}]", "[{any: [{weekday_is: mon}, {store_is: a}]}]")
    source = {"rule.yaml": rule, "program.yaml": PROGRAM.format(name="shop"), "tiers.yaml": TIERS}
    parts.shelf.publish("shop", source, "test", NOW - timedelta(days=10))
    till.enrol()
    till.buy("T-0", line(unit_price=100), store="a")
    assert supposed(till, store="a")["by_rule"]["next-week"]["status"] == "capped"
    told = supposed(till, store="b")["by_rule"]["next-week"]["would"]
    assert told["says"] == "in 4 days it gives 9 points"


def test_what_a_guest_is_not_is_told_as_nothing(till: Till):
    """Of a guest there is no tier that a rule could have found."""
    till.put("/v1/purchases/T-1", basket(member=...))
    told = till.get("/v1/purchases/T-1/explanation").json
    gold = next(it for it in told["rules"] if it["rule"] == "gold-bonus")
    assert gold["failed"]["found"] is None
