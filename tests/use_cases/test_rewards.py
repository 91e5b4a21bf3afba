"""What points buy: taken once, by those who may, as long as there is some, and given back whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from loyalty_engine.domain.errors import InsufficientPoints, LoyaltyError
from loyalty_engine.domain.requests import Take
from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.spending.cancel_redemption import cancel_redemption, show_redemption
from loyalty_engine.use_cases.spending.list_rewards import list_member_rewards, list_rewards
from loyalty_engine.use_cases.spending.redeem_reward import redeem_reward
from loyalty_engine.use_cases.tiers.show_tier import show_tier
from tests.shop import BASE, PROGRAM, Shop, line, read
from tests.use_cases.test_races import WAYS, at_once

TIERS = """
window: calendar_year
tiers:
  - tier: base
  - tier: silver
    needs: {spend: 1000.00}
  - tier: gold
"""
MUG = """
reward: mug
kind: goods
title: {en: A mug, fr: Une tasse}
text: {en: Blue, fr: Bleue}
price: {points: 100, money: 2.50}
stock: {all: 3, per_store: 2}
limits: [{uses: 2, per: member, period: month}]
cost: 3.10
"""
SEASON = """
reward: season
kind: status
title: Gold for three months
price: {points: 200}
when: [tier_is: base]
tier: gold
lasts: 3 months
"""
NEWS = """
reward: news
kind: information
title: News
price: {points: 10}
when: [weekday_is: tue]
from: 2026-03-02
until: 2026-03-31
message: {en: Read this, fr: Lisez ceci}
"""


FIVE = """
voucher: five
lane: discounts
valid: 10 days
then: [amount_off: 5.00]
"""
OFF = """
reward: off
kind: money_off
title: Five off
price: {points: 100}
voucher: five
"""


@pytest.fixture
def shop() -> Shop:
    shop = Shop(BASE, tiers=TIERS, rewards=[MUG, SEASON, NEWS])
    shop.enrol()
    shop.adjust(500)
    return shop


def take(shop: Shop, reward: str, id: str = "D-1", **more: Any) -> dict[str, Any]:
    return read(taken(shop, reward, id, **more))


def taken(shop: Shop, reward: str, id: str = "D-1", **more: Any) -> Answer:
    if reward == "mug":
        more = {"store": "north", "paid": 250, **more}
    asked = Take(id, more.pop("member", "ada"), reward, **more)
    return redeem_reward(shop.engine, shop.caller(), asked)


def give_up(shop: Shop, id: str = "D-1") -> dict[str, Any]:
    return read(cancel_redemption(shop.engine, shop.fresh(), id))


def offered(shop: Shop, reward: str, member: str = "ada", **where: str) -> dict[str, Any]:
    told = read(list_member_rewards(shop.engine, shop.caller(), member, **where))
    return next(it for it in told["rewards"] if it["reward"] == reward)


def tier(shop: Shop) -> str:
    return str(read(show_tier(shop.engine, shop.caller(), "ada"))["tier"])


def code(act: Any, *given: Any, **named: Any) -> str:
    with pytest.raises(LoyaltyError) as refusal:
        act(*given, **named)
    return refusal.value.code


def proven(shop: Shop) -> bool:
    return verify(shop.storage, "shop").findings == ()


def test_a_reward_costs_its_points_once(shop: Shop) -> None:
    told = take(shop, "mug")
    assert (told["state"], told["title"], told["points"]) == ("taken", "A mug", {"points": 100})
    assert shop.points() == 400
    assert take(shop, "mug") == told
    assert code(take, shop, "mug", store="south") == "redemption_exists"
    assert shop.points() == 400
    shown = read(show_redemption(shop.engine, shop.caller(), "D-1"))
    assert (shown["reward"], shown["money"]) == ("mug", 250)
    assert proven(shop)


def test_one_key_answers_the_same_bytes(shop: Shop) -> None:
    caller = shop.caller("one", b"same")
    asked = Take("D-1", "ada", "mug", "north", paid=250)
    first = redeem_reward(shop.engine, caller, asked)
    give_up(shop)
    again = redeem_reward(shop.engine, caller, asked)
    assert (again.status, again.body, again.replayed) == (201, first.body, True)


def test_stock_ends_in_a_store_and_over_all(shop: Shop) -> None:
    shop.enrol("bea")
    shop.adjust(500, member="bea")
    take(shop, "mug", "D-1")
    take(shop, "mug", "D-2", member="bea")
    assert code(take, shop, "mug", "D-3", member="bea") == "reward_sold_out"
    assert offered(shop, "mug", "bea", store="north")["stock"] == {"all": 1, "store": 0}
    take(shop, "mug", "D-3", member="bea", store="south")
    assert code(take, shop, "mug", "D-4", store="south") == "reward_sold_out"
    assert code(take, shop, "mug", "D-5", store="") == "store_missing"
    give_up(shop, "D-3")
    take(shop, "mug", "D-4", store="south")
    catalogue = read(list_rewards(shop.engine, shop.caller(), store="south"))
    assert catalogue["rewards"][0]["stock"] == {"all": 0, "store": 1}
    assert proven(shop)


def test_a_member_takes_it_so_often_a_month(shop: Shop) -> None:
    take(shop, "mug", "D-1")
    take(shop, "mug", "D-2", store="south")
    assert code(take, shop, "mug", "D-3", store="south") == "reward_limit_reached"
    give_up(shop, "D-2")
    take(shop, "mug", "D-3", store="south")
    give_up(shop, "D-1")
    shop.later(days=31)
    take(shop, "mug", "D-4")
    assert shop.points() == 500 - 200
    assert proven(shop)


def test_what_contradicts_the_reward_is_refused(shop: Shop) -> None:
    before = shop.balance()["version"]
    assert code(take, shop, "cup") == "reward_unknown"
    assert code(take, shop, "mug", paid=249) == "reward_payment_differs"
    assert code(take, shop, "season", paid=1) == "reward_payment_differs"
    assert code(take, shop, "season", member="nobody") == "member_unknown"
    assert code(take, shop, "news") == "reward_not_eligible", "it is Monday"
    shop.later(days=1)
    assert take(shop, "news")["gave"] == {"message": "Read this"}
    shop.later(days=35)
    assert code(take, shop, "news", "D-2") == "reward_not_live"
    assert shop.balance()["version"] == before + 1


def test_points_that_are_not_there_buy_nothing(shop: Shop) -> None:
    shop.adjust(-350)
    assert code(take, shop, "season") == "insufficient_points"
    told = offered(shop, "season")
    assert (told["available"], told["missing"], told["reasons"]) == (False, {"points": 50}, [])
    assert tier(shop) == "base"
    shop.adjust(50)
    assert offered(shop, "season")["available"]
    take(shop, "season")
    assert shop.points() == 0


@pytest.mark.parametrize("status", ["frozen", "left"])
def test_who_may_not_spend_takes_nothing(shop: Shop, status: str) -> None:
    shop.enrol(status=status)
    assert code(take, shop, "season") == f"member_{status}"
    reasons = offered(shop, "season")["reasons"]
    assert [it["code"] for it in reasons] == [f"member_{status}"]


def test_status_is_given_for_a_while_and_taken_back(shop: Shop) -> None:
    told = take(shop, "season")
    assert told["gave"] == {"tier": "gold", "until": "2026-06-02T22:00:00Z"}
    assert tier(shop) == "gold"
    assert code(take, shop, "season", "D-2") == "reward_not_eligible"
    shop.later(hours=1)
    give_up(shop)
    assert (tier(shop), shop.points()) == ("base", 500)
    take(shop, "season", "D-2")
    shop.later(days=93)
    assert tier(shop) == "base"
    assert proven(shop)


def test_reasons_are_told_in_the_members_language(shop: Shop) -> None:
    shop.enrol(language="fr")
    told = offered(shop, "news")
    assert told["reasons"] == [{"code": "reward_not_eligible", "says": "le jour est mardi"}]
    assert offered(shop, "mug")["title"] == "Une tasse"
    shop.later(days=1)
    assert take(shop, "news")["gave"] == {"message": "Lisez ceci"}


def test_points_go_back_to_their_lots() -> None:
    expiring = PROGRAM.replace("tender: 0.01", "tender: 0.01, expires: 10 days")
    shop = Shop(BASE, program=expiring, rewards=[SEASON.replace("when: [tier_is: base]", "")],
                tiers=TIERS)  # fmt: skip
    shop.enrol()
    shop.adjust(150)
    shop.later(days=5)
    shop.adjust(100)
    take(shop, "season")
    shop.later(days=1)
    give_up(shop)
    assert give_up(shop)["state"] == "cancelled", "twice is once"
    shop.later(days=4)
    assert shop.points() == 100, "the older lot ends as it would have"
    assert proven(shop)


def test_lots_that_have_ended_meanwhile_come_back_for_the_grace() -> None:
    expiring = PROGRAM.replace("tender: 0.01", "tender: 0.01, expires: 10 days")
    shop = Shop(BASE, program=expiring, rewards=[NEWS.replace("when: [weekday_is: tue]", "")])
    shop.enrol()
    shop.adjust(10)
    take(shop, "news")
    shop.later(days=11)
    give_up(shop)
    assert shop.points() == 10
    shop.later(days=30)
    assert shop.points() == 0
    assert proven(shop)


def test_what_was_never_taken_cannot_be_given_back(shop: Shop) -> None:
    assert code(give_up, shop) == "redemption_unknown"


def test_a_reward_gives_a_code_that_pays_once() -> None:
    shop = Shop(BASE, FIVE, rewards=[OFF])
    shop.enrol()
    shop.adjust(500)
    told = take(shop, "off")
    code_ = told["gave"]["code"]
    assert (told["gave"]["voucher"], told["gave"]["ends_at"]) == ("five", "2026-03-12T23:00:00Z")
    assert take(shop, "off") == told
    assert read(show_redemption(shop.engine, shop.caller(), "D-1"))["gave"]["code"] is None
    with shop.storage.read("shop") as view:
        kept = view.redemption("D-1")
    assert kept is not None
    assert code_.encode() not in kept.receipt + kept.gave
    bought = shop.buy("T-1", [line("1", 1000)], vouchers=(code_,))
    assert bought["totals"]["net"] == 500
    assert code(give_up, shop) == "redemption_used"
    assert shop.points() == 400 + 5
    shop.cancel("T-1")
    give_up(shop)
    assert shop.points() == 500
    again = shop.buy("T-2", [line("1", 1000)], vouchers=(code_,))
    assert again["totals"]["net"] == 1000, "a code that was taken back pays nothing"
    assert proven(shop)


# --- twenty at once ------------------------------------------------------------------------


@pytest.fixture
def crowd(database_url: str) -> Iterator[Shop]:
    storage = SqlStorage(database_url, pool_size=WAYS)
    storage.create_schema()
    stock = MUG.replace("{all: 3, per_store: 2}", "{all: 3}")
    shop = Shop(BASE, tiers=TIERS, rewards=[stock, SEASON], storage=storage)
    for number in range(WAYS):
        shop.enrol(f"m-{number}")
        shop.adjust(200, member=f"m-{number}")
    shop.enrol()
    shop.adjust(250)
    yield shop
    assert verify(storage, "shop").findings == ()
    storage.close()


def test_the_last_of_the_stock_goes_to_as_many_as_there_are(crowd: Shop) -> None:
    told = at_once(lambda i: take(crowd, "mug", f"D-{i}", member=f"m-{i}"))
    assert Counter(it.code if isinstance(it, LoyaltyError) else "taken" for it in told) == {
        "taken": 3,
        "reward_sold_out": WAYS - 3,
    }
    assert sum(crowd.points(member=f"m-{i}") for i in range(WAYS)) == 200 * WAYS - 300


def test_the_last_points_buy_one_reward(crowd: Shop) -> None:
    told = at_once(lambda i: take(crowd, "season", f"D-{i}"))
    refused = [it for it in told if isinstance(it, LoyaltyError)]
    assert len(refused) == WAYS - 1
    assert {it.code for it in refused} <= {InsufficientPoints.code, "reward_not_eligible"}
    assert crowd.points() == 50


def test_one_redemption_sent_twenty_times_happens_once(crowd: Shop) -> None:
    told = at_once(lambda _: taken(crowd, "mug"))
    assert Counter(it.status for it in told) == {201: 1, 200: WAYS - 1}
    assert crowd.points() == 150
    back = at_once(lambda _: give_up(crowd))
    assert {it["state"] for it in back} == {"cancelled"}
    assert crowd.points() == 250
    assert offered(crowd, "mug")["stock"] == {"all": 3}


def test_purchases_and_rewards_share_the_last_points(crowd: Shop) -> None:
    told = at_once(
        lambda i: (
            take(crowd, "season", f"D-{i}")
            if i % 2
            else crowd.buy(f"T-{i}", [line("1", 200)], spend={"points": 200})
        )
    )
    assert sum(isinstance(it, dict) for it in told) == 1
    assert crowd.points() == 50
