"""Challenges: cards follow from what is kept, goals give once, returns take back, the rest is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from loyalty_engine.domain.errors import LoyaltyError
from loyalty_engine.domain.requests import EventRequest, Return, ReturnLine
from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.use_cases.challenges.close_cards import close_cards
from loyalty_engine.use_cases.challenges.enter_challenge import enter_challenge, leave_challenge
from loyalty_engine.use_cases.challenges.show_challenges import show_challenges
from loyalty_engine.use_cases.explanations.explain_purchase import explain_purchase
from loyalty_engine.use_cases.happenings.cancel_event import cancel_event
from loyalty_engine.use_cases.happenings.record_event import record_event
from loyalty_engine.use_cases.households.join_household import add_to_household, open_household
from loyalty_engine.use_cases.households.leave_household import leave_household
from loyalty_engine.use_cases.merges.merge_members import merge_members
from loyalty_engine.use_cases.returns.record_return import record_return
from tests.shop import OPENING, PROGRAM, Shop, line, read
from tests.use_cases.test_events import told

STAMPS = """
challenge: coffee-card
title: {en: Coffee card, fr: Carte café}
count: units
one: {en: coffee, fr: café}
many: {en: coffees, fr: cafés}
on: [category: drinks/coffee]
goal: 10
rounds: again
then: [earn_points: 100]
"""
FREE = """
voucher: free-coffee
lane: discounts
on: [category: drinks/coffee]
then: [cheapest_off: {percent: 100}]
"""
WITH_VOUCHER = STAMPS.replace("earn_points: 100", "give_voucher: free-coffee")
STREAK = """
challenge: weekly
title: Four weeks in a row
count: weeks_in_a_row
goal: 4
rounds: again
forgiven: 1
then: [earn_points: 50]
"""
TASTES = """
challenge: tastes
title: Taste them all
count: categories
each: month
goals:
  - {at: 2, then: [show_message: {en: Half way, fr: A mi-chemin}]}
  - {at: 3, then: [earn_points: 30]}
"""
NEW = """
challenge: welcome
title: Welcome
count: spend
within: 30 days
goal: 50.00
then: [earn_points: 500]
"""
OPEN = """
challenge: runners
title: Runners
count: purchases
opt_in: yes
for: [enrolled_for_days: 30]
goal: 2
then: [earn_points: 10]
limits: [{uses: 1, per: all}]
"""


def coffees(number: int) -> list[Any]:
    return [line("1", 300, number, category="drinks/coffee")]


def things(category: str = "things", price: int = 1000) -> list[Any]:
    return [line("1", price, category=category)]


def cards(shop: Shop, member: str = "ada") -> dict[str, dict[str, Any]]:
    told = read(show_challenges(shop.engine, shop.caller(), member))
    return {it["challenge"] + it["period"]: it for it in reversed(told["challenges"])}


def card(shop: Shop, name: str = "coffee-card", member: str = "ada") -> dict[str, Any]:
    return cards(shop, member)[name]


def proven(shop: Shop) -> bool:
    return verify(shop.storage, "shop").findings == ()


def opened(*challenges: str, **more: Any) -> Shop:
    shop = Shop(FREE, challenges=challenges, **more)
    shop.enrol()
    return shop


def test_stamps_beyond_a_full_card_stand_on_the_next() -> None:
    shop = opened(STAMPS)
    first = shop.buy("T-1", coffees(8))["challenges"][0]
    assert (first["progress"], first["left"], first["says"]) == (8, 2, "2 more coffees: 100 points")
    row = shop.buy("T-2", coffees(15))["challenges"][0]
    assert [it["round"] for it in row["completed"]] == [1, 2]
    assert (row["progress"], row["left"], row["rounds"], row["added"]) == (3, 7, 2, 15)
    assert shop.points() == 200
    assert proven(shop)


def test_what_goes_beyond_a_card_is_dropped_where_that_is_declared() -> None:
    shop = opened(STAMPS + "overflow: dropped\n")
    shop.buy("T-1", coffees(8))
    row = shop.buy("T-2", coffees(15))["challenges"][0]
    assert (row["progress"], row["rounds"]) == (0, 1)
    shop.back("T-1", "R-1", **{"1": 8000})
    assert (card(shop)["progress"], card(shop)["rounds"]) == (0, 1)
    assert proven(shop)


def test_a_return_takes_progress_and_points_back() -> None:
    shop = opened(STAMPS)
    shop.buy("T-1", coffees(8))
    shop.buy("T-2", coffees(15))
    row = shop.back("T-1", "R-1", **{"1": 8000})["challenges"][0]
    assert [it["round"] for it in row["withdrawn"]] == [2]
    assert (row["progress"], row["added"], shop.points()) == (5, -8, 100)
    shop.cancel("T-2")
    assert (card(shop)["progress"], shop.points()) == (0, 0)
    shop.buy("T-3", coffees(12))
    assert (card(shop)["progress"], card(shop)["rounds"], shop.points()) == (2, 1, 100)
    assert proven(shop)


def test_an_unused_voucher_is_withdrawn_and_a_used_one_is_owed() -> None:
    shop = opened(WITH_VOUCHER)
    row = shop.buy("T-1", coffees(10))["challenges"][0]
    code = row["completed"][0]["vouchers"][0]["code"]
    back = shop.back("T-1", "R-1", **{"1": 1000})["challenges"][0]
    assert (back["progress"], "withdrawn" in back) == (9, True)
    again = shop.buy("T-2", coffees(1))["challenges"][0]
    assert again["completed"][0]["vouchers"][0]["code"] == code
    shop.buy("T-3", things("drinks/coffee"), vouchers=(code,))
    assert card(shop)["progress"] == 1
    owed = shop.back("T-1", "R-2", **{"1": 5000})["challenges"][0]
    assert (owed["progress"], [it["round"] for it in owed["owed"]]) == (-4, [1])
    assert "completed" not in shop.buy("T-4", coffees(13))["challenges"][0], "it was owed"
    assert (card(shop)["progress"], card(shop)["rounds"]) == (9, 1)
    assert shop.buy("T-5", coffees(1))["challenges"][0]["completed"][0]["round"] == 2
    assert proven(shop)


@pytest.mark.parametrize(("more", "length"), [("", 13), ("gcn: 9501101020917\n", 25)])
def test_a_voucher_may_be_worth_something_or_be_a_coupon(more: str, length: int) -> None:
    gift = f"voucher: free-coffee\nlane: discounts\nworth: 7.50\nthen: [worth_off]\n{more}"
    shop = Shop(gift, challenges=(WITH_VOUCHER,))
    shop.enrol()
    row = shop.buy("T-1", coffees(10))["challenges"][0]
    (given,) = row["completed"][0]["vouchers"]
    assert (given["worth"], len(given["code"])) == (750, length)
    assert "withdrawn" in shop.back("T-1", "R-1", **{"1": 1000})["challenges"][0]
    again = shop.buy("T-2", things("food/bread"), vouchers=(given["code"],))
    assert [it["reason"] for it in again["refused"]] == ["withdrawn"]
    assert proven(shop)


def test_a_quote_tells_what_would_be_and_does_nothing() -> None:
    shop = opened(WITH_VOUCHER)
    shop.buy("T-1", coffees(8))
    row = shop.quote(shop.basket("T-2", coffees(3)))["challenges"][0]
    assert (row["progress"], row["added"]) == (1, 3)
    assert row["completed"][0]["vouchers"] == [
        {"voucher": "free-coffee", "rule": "challenge:coffee-card"}
    ]
    assert card(shop)["progress"] == 8
    assert card(shop)["prizes"] == []


def test_a_correction_and_a_claim_count_what_they_keep() -> None:
    shop = opened(STAMPS)
    shop.buy("T-1", coffees(12))
    fewer = replace(shop.basket("T-1", coffees(9)), revision=2)
    row = read(shop.record(fewer))["challenges"][0]
    assert (row["progress"], row["added"], shop.points()) == (9, -3, 0)
    receipt = shop.buy("G-1", coffees(4), member=None)
    claimed = shop.claim("G-1", receipt["claim"]["secret"])["challenges"][0]
    assert (claimed["progress"], claimed["rounds"], shop.points()) == (3, 1, 100)
    shop.back("G-1", "R-1", **{"1": 4000})
    assert (card(shop)["progress"], shop.points()) == (9, 0)
    assert proven(shop)


def test_a_streak_forgives_once_and_breaks() -> None:
    shop = opened(STREAK)
    for number, days in enumerate((0, 7, 14)):
        shop.now = OPENING + timedelta(days=days)
        shop.buy(f"T-{number}", things())
    assert card(shop, "weekly")["streak"]["length"] == 3
    assert card(shop, "weekly")["streak"]["keep_by"] == "2026-04-05"  # one week may be missed
    shop.now = OPENING + timedelta(days=35)  # two weeks have gone by
    broken = card(shop, "weekly")
    assert (broken["progress"], broken["streak"]["broken_on"]) == (0, "2026-04-06")
    late = shop.buy("T-late", things(), occurred_at=OPENING + timedelta(days=21))
    assert late["challenges"][0]["completed"][0]["late"]
    assert shop.points() == 50
    assert card(shop, "weekly")["streak"]["length"] == 4
    shop.cancel("T-late")
    assert (shop.points(), card(shop, "weekly")["streak"]["length"]) == (0, 0)
    assert proven(shop)


def test_the_same_again_counts_once_and_each_month_anew() -> None:
    shop = opened(TASTES)
    shop.buy("T-1", things("tea"))
    assert "completed" not in shop.buy("T-2", things("tea"))["challenges"][0]
    half = shop.buy("T-3", things("milk"))["challenges"][0]
    assert half["completed"][0]["messages"] == ["Half way"]
    assert half["says"] == "1 more category: 30 points"
    shop.buy("T-4", things("bread"))
    assert (shop.points(), card(shop, "tastes2026-03")["done"]) == (30, True)
    shop.cancel("T-1")
    assert card(shop, "tastes2026-03")["done"], "T-2 was tea as well"
    shop.later(days=31)
    shop.buy("T-5", things("tea"))
    assert card(shop, "tastes2026-04")["progress"] == 1
    assert card(shop, "tastes2026-03")["state"] == "ended"
    assert proven(shop)


def test_time_runs_for_each_member_from_joining() -> None:
    shop = Shop(challenges=[NEW])
    shop.enrol(enrolled_at=OPENING - timedelta(days=40))
    shop.enrol("bea", enrolled_at=OPENING - timedelta(days=20))
    assert "challenges" not in shop.buy("T-1", things(price=6000))
    assert cards(shop) == {}
    row = shop.buy("T-2", things(price=6000), member="bea")["challenges"][0]
    assert (row["done"], row["until"]) == (True, "2026-03-12T23:00:00Z")
    shop.later(days=20)
    late = shop.buy("T-0", things(price=100), member="bea", occurred_at=OPENING - timedelta(days=1))
    assert late["late"]
    assert proven(shop)


def test_a_member_takes_part_of_its_own_accord() -> None:
    shop = opened(OPEN)
    assert "challenges" not in shop.buy("T-1", things())
    assert card(shop, "runners")["state"] == "not_entered"
    entered = read(enter_challenge(shop.engine, shop.caller(), "ada", "runners"))
    assert (entered["state"], entered["entered"]) == ("open", True)
    shop.later(hours=1)
    shop.buy("T-2", things())
    early = shop.buy("T-0", things(), occurred_at=OPENING - timedelta(hours=1))
    assert "challenges" not in early, "it was bought before"
    read(leave_challenge(shop.engine, shop.caller(), "ada", "runners"))
    shop.later(hours=1)
    assert "challenges" not in shop.buy("T-3", things())
    read(enter_challenge(shop.engine, shop.caller(), "ada", "runners"))
    shop.later(hours=1)
    assert shop.buy("T-4", things())["challenges"][0]["done"]
    assert shop.points() == 10
    shop.enrol("new", enrolled_at=OPENING)
    with pytest.raises(LoyaltyError) as refusal:
        enter_challenge(shop.engine, shop.caller(), "new", "runners")
    assert refusal.value.code == "challenge_not_eligible"
    shop.enrol("bea")
    enter_challenge(shop.engine, shop.caller(), "bea", "runners")
    shop.buy("B-1", things(), member="bea")
    row = shop.buy("B-2", things(), member="bea")["challenges"][0]
    assert row["refused"][0]["limit"] == "challenge:runners/uses/all/life"
    shop.cancel("T-4")
    assert shop.points() == 0
    assert proven(shop)


REVIEWS = """
challenge: reviews
title: Two reviews
count: events
when: [event_is: review]
goal: 2
then: [earn_points: 20]
"""


def test_events_count_and_are_cancelled() -> None:
    program = PROGRAM + "events: {review: {purpose: opinions}}\n"
    shop = Shop(challenges=[REVIEWS], program=program)
    shop.enrol()
    for name in ("E-1", "E-2"):
        told = read(
            record_event(
                shop.engine, shop.caller(), EventRequest(name, "review", "ada", shop.now, {})
            )
        )
    assert told["challenges"][0]["done"]
    back = read(cancel_event(shop.engine, shop.fresh(), "E-1", shop.now))
    assert back["challenges"][0]["progress"] == 1
    assert shop.points() == 0
    assert proven(shop)


def test_two_members_who_are_one_have_one_card() -> None:
    shop = opened(STAMPS)
    shop.enrol("bea")
    shop.buy("T-1", coffees(18))
    shop.buy("T-2", coffees(17), member="bea")
    read(merge_members(shop.engine, shop.fresh(), "ada", "bea"))
    assert (card(shop)["progress"], card(shop)["rounds"], shop.points()) == (5, 3, 300)
    shop.back("T-2", "R-1", **{"1": 17000})
    assert (card(shop)["progress"], card(shop)["rounds"], shop.points()) == (8, 1, 100)
    assert proven(shop)


def cost(shop: Shop, id: str, lines: list[Any]) -> tuple[int, int]:
    """How many statements and round trips a purchase takes."""
    shop.buy(f"{id}-before", lines)
    tally = shop.storage.tally
    before = tally.statements, tally.trips
    shop.buy(id, lines)
    return tally.statements - before[0], tally.trips - before[1]


def test_a_purchase_costs_one_read_and_one_write_where_it_counts() -> None:
    without, with_card = opened(), opened(STAMPS)
    plain = cost(without, "T-1", coffees(1))
    assert cost(with_card, "T-1", things()) == plain, "it counts for none"
    statements, trips = cost(with_card, "T-2", coffees(1))
    assert (statements - plain[0], trips - plain[1]) == (2, 1)


def test_prizes_do_not_wait_for_a_parcel_and_those_of_the_frozen_do() -> None:
    waiting = PROGRAM.replace("tender: 0.01", "tender: 0.01, pending: on_event")
    shop = opened(STAMPS, program=waiting)
    shop.enrol(status="frozen")
    shop.buy("T-1", coffees(10))
    assert shop.balance()["units"]["points"]["pending"] == 100
    shop.enrol(status="active")
    assert shop.balance()["units"]["points"]["available"] == 100


SILVER = """
window: calendar_year
tiers: [tier: base, {tier: silver, needs: {spend: 9000.00}}]
"""
CLIMB = """
challenge: climb
title: Climb
count: spend
goal: 100.00
tier: silver
lasts: 30 days
"""
GIFT = """
challenge: gift
title: A mug
count: stores
goal: 2
reward: mug
"""
MUG = """
reward: mug
kind: goods
title: {en: A mug, fr: Une tasse}
price: {points: 100}
voucher: free-coffee
stock: 1
"""


def test_a_tier_for_a_while_and_a_reward_of_the_catalogue() -> None:
    shop = opened(CLIMB, GIFT, tiers=SILVER, rewards=[MUG])
    told = shop.buy("T-1", things(price=10000), store="north")
    assert told["tier"] == {"before": "base", "after": "silver"}
    assert told["challenges"][0]["completed"][0]["tier"] == "silver"
    assert shop.cancel("T-1")["tier"]["after"] == "base"
    shop.enrol("bea")
    for member in ("ada", "bea"):
        shop.buy(f"{member}-1", things(), member, store="north")
        row = shop.buy(f"{member}-2", things(), member, store="south")["challenges"][-1]
        if member == "ada":
            assert row["completed"][0]["vouchers"][0]["voucher"] == "free-coffee"
            assert (row["completed"][0]["reward"], row["completed"][0]["says"]) == ("mug", "A mug")
        else:
            assert row["refused"][0]["limit"] == "reward:mug/stock/all", "there was one"
    shop.cancel("ada-1")
    assert card(shop, "gift")["prizes"][0]["state"] == "withdrawn"
    assert proven(shop)


FAMILY = STAMPS + "owner: household\n"


def test_a_household_collects_on_one_card_where_that_is_declared() -> None:
    shop = opened(FAMILY)
    shop.enrol("bea")
    shop.buy("T-0", coffees(2))  # on ada's own, who is a household of one
    open_household(shop.engine, shop.fresh(), "home", "ada")
    add_to_household(shop.engine, shop.fresh(), "home", "bea")
    shop.later(hours=1)
    shop.buy("T-1", coffees(6))
    row = shop.buy("T-2", coffees(5), "bea")["challenges"][0]
    assert (row["progress"], row["rounds"]) == (1, 1)
    assert (shop.points(), shop.points(member="bea")) == (100, 100)
    leave_household(shop.engine, shop.fresh(), "home", "bea")
    shop.back("T-2", "R-1", **{"1": 2000})
    assert (card(shop)["progress"], card(shop)["rounds"]) == (9, 0)
    shop.buy("T-3", coffees(1), "bea")
    assert (card(shop)["progress"], card(shop, member="bea")["progress"]) == (9, 1)
    assert proven(shop)


ONCE = FAMILY.replace("rounds: again", "rounds: once")


def test_who_had_a_households_prize_counts_for_nothing_as_whoever_it_became() -> None:
    shop = opened(ONCE, program=PROGRAM + "switches: {household_wait_days: 0}\n")
    for name in ("bea", "cid"):
        shop.enrol(name)
    open_household(shop.engine, shop.fresh(), "home", "cid")
    add_to_household(shop.engine, shop.fresh(), "home", "bea")
    assert shop.buy("T-1", coffees(10), "cid")["challenges"][0]["rounds"] == 1
    leave_household(shop.engine, shop.fresh(), "home", "bea")
    merge_members(shop.engine, shop.fresh(), "ada", "bea")
    assert "challenges" not in shop.buy("T-2", coffees(10))
    told = read(explain_purchase(shop.engine, shop.caller(), "T-2", ["en"]))["challenges"]
    assert [it["status"] for it in told] == ["had_elsewhere"]
    assert card(shop)["state"] == "had_elsewhere"
    assert proven(shop)


def test_a_prize_that_was_taken_back_has_not_been_had() -> None:
    shop = opened(ONCE, program=PROGRAM + "switches: {household_wait_days: 0}\n")
    shop.enrol("bea")
    open_household(shop.engine, shop.fresh(), "home", "bea")
    add_to_household(shop.engine, shop.fresh(), "home", "ada")
    shop.buy("T-1", coffees(10))
    leave_household(shop.engine, shop.fresh(), "home", "ada")
    assert "challenges" not in shop.buy("T-2", coffees(10))
    shop.back("T-1", "R-1", **{"1": 10_000})
    assert shop.buy("T-3", coffees(10))["challenges"][0]["rounds"] == 1
    assert proven(shop)


def test_what_can_be_won_again_and_again_counts_everywhere() -> None:
    shop = opened(FAMILY, program=PROGRAM + "switches: {household_wait_days: 0}\n")
    open_household(shop.engine, shop.fresh(), "home", "ada")
    shop.buy("T-1", coffees(10))
    leave_household(shop.engine, shop.fresh(), "home", "ada")
    assert shop.buy("T-2", coffees(10))["challenges"][0]["rounds"] == 1


def test_an_explanation_says_what_counted_and_why_not() -> None:
    shop = opened(STAMPS, OPEN)
    shop.buy("T-1", coffees(3))
    shop.back("T-1", "R-1", **{"1": 1000})
    shop.buy("T-2", things())
    told = [
        read(explain_purchase(shop.engine, shop.caller(), purchase, ["fr"]))["challenges"]
        for purchase in ("T-1", "T-2")
    ]
    assert told[0] == [
        {
            "challenge": "coffee-card",
            "title": "Carte café",
            "status": "counted",
            "counted": 3,
            "kept": 2,
        },
        {"challenge": "runners", "title": "Runners", "status": "not_entered"},
    ]
    assert told[1][0]["missing"] == "le rayon drinks/coffee"


def test_a_correction_may_move_a_purchase_to_another_month() -> None:
    shop = opened(TASTES)
    shop.now = OPENING + timedelta(days=40)
    shop.buy("T-1", things("tea"))
    march = replace(shop.basket("T-1", things("tea"), occurred_at=OPENING), revision=2)
    rows = read(shop.record(march))["challenges"]
    assert [(it["period"], it["progress"]) for it in rows] == [("2026-03", 1), ("2026-04", 0)]
    exchanged = Return(
        "R-1", shop.now, (ReturnLine("1", 1000),), exchange=shop.basket("T-2", things("milk"))
    )
    record_return(shop.engine, shop.caller(), "T-1", exchanged)
    assert card(shop, "tastes2026-04")["progress"] == 1
    assert proven(shop)


def test_the_last_points_of_a_budget_are_paid_out() -> None:
    shop = opened(STAMPS + "limits: [{points: 150, per: all}]\n")
    row = shop.buy("T-1", coffees(30))["challenges"][0]
    assert [it.get("points", {}).get("points") for it in row["completed"]] == [100, 50]
    assert row["refused"][0]["round"] == 3
    assert shop.points() == 150
    shop.back("T-1", "R-1", **{"1": 20000})
    assert shop.points() == 100
    shop.buy("T-2", coffees(10))
    assert shop.points() == 150


def test_a_card_filled_twice_at_once_comes_back_beyond_a_limit_that_was_used_up_since() -> None:
    shop = opened(STAMPS + "limits: [{points: 300, per: member}]\n")
    shop.enrol("bea")
    shop.buy("T-1", coffees(30))
    shop.buy("B-1", coffees(30), member="bea")
    read(merge_members(shop.engine, shop.fresh(), "ada", "bea"))
    assert shop.points() == 600, "each had room for 300, and nothing is taken from either"
    shop.back("T-1", "R-1", **{"1": 20000})
    assert shop.points() == 400
    row = shop.buy("T-2", coffees(20))["challenges"][0]
    assert [it["round"] for it in row["completed"]] == [5, 6]
    assert shop.points() == 600
    assert proven(shop)


def test_what_a_card_gave_before_a_member_joined_a_household_is_taken_from_the_household() -> None:
    shop = opened(STAMPS + "owner: household\n")
    shop.buy("T-1", coffees(10))
    open_household(shop.engine, shop.fresh(), "smith", "ada")
    assert shop.points() == 100
    shop.back("T-1", "R-1", **{"1": 5000})
    assert shop.points() == 0
    assert proven(shop)


def test_what_happens_to_challenges_is_told() -> None:
    shop = opened(STREAK)
    shop.buy("T-1", things())
    shop.later(days=30)
    with shop.storage.read("shop") as view:
        (owner,) = view.cards_due(shop.now)
    assert close_cards(shop.engine, "shop", owner, shop.now) == 1
    assert close_cards(shop.engine, "shop", owner, shop.now) == 0
    for number in range(4):
        shop.buy(f"T-2{number}", things())
        shop.later(days=7)
    events = told(shop)
    broken = next(body for kind, body in events if kind == "streak_broken")
    assert (broken["challenge"], broken["length"], broken["left"]) == ("weekly", 1, 4)
    progress = [body["challenges"] for kind, body in events if kind == "purchase_recorded"]
    assert [(it["before"], it["after"]) for (it,) in progress] == [(n, n + 1) for n in range(5)]
    completed = [body for kind, body in events if kind == "challenge_completed"]
    assert [(it["purchase"], it["round"], it["late"]) for it in completed] == [("T-23", 1, False)]


def test_what_a_household_gave_counts_for_the_one_whom_its_member_became() -> None:
    shared = STAMPS + "owner: household\nlimits: [{uses: 3, per: member}]\n"
    shop = opened(shared, program=PROGRAM + "switches: {household_wait_days: 0}\n")
    shop.enrol("bea")
    shop.enrol("cid")
    open_household(shop.engine, shop.fresh(), "smith", "cid")
    add_to_household(shop.engine, shop.fresh(), "smith", "bea")
    shop.buy("T-1", coffees(10), member="bea")
    leave_household(shop.engine, shop.fresh(), "smith", "bea")
    read(merge_members(shop.engine, shop.fresh(), "ada", "bea"))
    assert proven(shop)
    shop.back("T-1", "R-1", **{"1": 5000})
    assert proven(shop)
