"""Whatever happens in between: once every purchase is undone, nobody has won or lost a point."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from loyalty_engine.domain.households import HouseholdTier, Leaving
from loyalty_engine.ports import Address, MemberRecord
from loyalty_engine.storage.sql.integrity import verify
from tests.shop import BASE, PROGRAM, Shop, line
from tests.use_cases.player import PEOPLE, Player
from tests.use_cases.wide_player import WidePlayer

SEEDS = range(12)
WIDE_SEEDS = range(100, 106)
ACTS_A_GAME = 80

CHALLENGES = (
    """
challenge: coffee-card
title: Coffee card
count: units
on: [category: drinks/coffee]
goal: 10
rounds: again
then: [earn_points: 100]
limits: [{points: 300, per: member}]
""",
    """
challenge: spend-together
title: Spend together
count: spend
owner: household
goals:
  - {at: 30.00, then: [earn_points: 40]}
  - {at: 60.00, then: [earn_points: 70]}
rounds: again
limits: [{uses: 6, per: member}]
""",
    """
challenge: collect-together
title: Collect together
count: units
owner: household
goal: 5
rounds: again
overflow: dropped
then: [earn_points: 13]
limits: [{points: 60, per: household}]
""",
    """
challenge: sevens
title: Seven at once
count: units
goal: 7
rounds: again
overflow: dropped
then: [earn_points: 11]
""",
    """
challenge: weekly
title: Two weeks in a row
count: weeks_in_a_row
goal: 2
rounds: again
forgiven: 1
then: [earn_points: 50]
""",
    """
challenge: variety
title: A bit of everything
count: categories
each: month
goals:
  - {at: 2, then: [give_voucher: free-coffee]}
  - {at: 3, then: [earn_points: 30]}
""",
)
FREE_COFFEE = """
voucher: free-coffee
lane: discounts
on: [category: drinks/coffee]
then: [cheapest_off: {percent: 100}]
"""
TIERS = """
window: calendar_year
tiers:
  - {tier: basic}
  - {tier: gold, needs: {spend: 200.00}}
"""
EVERYBODY = """
voucher: everybody
codes: [EVERYBODY]
lane: discounts
then: [amount_off: 1.00]
limits: [{uses: 2, per: household}, {uses: 9, per: all}]
"""
MUG = """
reward: mug
kind: goods
title: A mug
price: {points: 20}
stock: 4
limits: [{uses: 2, per: member}]
"""
NEWS = """
reward: news
kind: status
title: A week of gold
price: {points: 5}
tier: gold
lasts: 1 week
"""
LASTING = PROGRAM.replace("tender: 0.01", "tender: 0.01, expires: 3 months, gifts: yes")


def player_of(seed: int) -> Player:
    """The seed says which switches the programme has, too."""
    dice = Random(seed)
    leaving, tier = dice.choice(list(Leaving)), dice.choice(list(HouseholdTier))
    switches = f"household_wait_days: 0, household_leaving: {leaving}, household_tier: {tier}"
    program = LASTING + f"switches: {{{switches}}}\n"
    shop = Shop(BASE, FREE_COFFEE, challenges=CHALLENGES, program=program, tiers=TIERS)
    for member in PEOPLE:
        shop.enrol(member)
    return Player(shop, dice)


@pytest.fixture(params=SEEDS, ids="seed {}".format)
def player(request: pytest.FixtureRequest) -> Iterator[Player]:
    player = player_of(request.param)
    yield player
    player.shop.storage.close()


def undo_and_prove(player: Player) -> None:
    """Undo all that was done; nothing may be left of it."""
    player.undo_everything()
    prove(player)
    with player.recounted():
        assert points_of_all(player.shop) == 0
        assert progress_of_all(player.shop) == []
        assert good_codes_of_all(player.shop) == []


def test_nothing_is_left_of_what_is_undone(player: Player) -> None:
    for number in range(ACTS_A_GAME):
        player.play()
        if number % 6 == 0:
            prove(player)
    undo_and_prove(player)
    assert player.done > {"buy", "bring_back", "cancel", "use_voucher"}, "a dull game"


@pytest.mark.parametrize("seed", WIDE_SEEDS, ids="seed {}".format)
def test_nothing_is_left_of_all_that_can_be_done(seed: int) -> None:
    """With quotes, holds, rewards, codes used without a purchase, guests, and repetitions."""
    player = wide_player_of(seed)
    for number in range(ACTS_A_GAME):
        player.play()
        if number % 8 == 0:
            prove(player)
    undo_and_prove(player)
    player.shop.storage.close()


def wide_player_of(seed: int) -> WidePlayer:
    dice = Random(seed)
    leaving, tier = dice.choice(list(Leaving)), dice.choice(list(HouseholdTier))
    switches = f"household_wait_days: 0, household_leaving: {leaving}, household_tier: {tier}"
    program = LASTING + f"switches: {{{switches}}}\n"
    shop = Shop(
        BASE, FREE_COFFEE, EVERYBODY, challenges=CHALLENGES, program=program, tiers=TIERS,
        rewards=(MUG, NEWS),
    )  # fmt: skip
    for member in PEOPLE:
        shop.enrol(member)
    return WidePlayer(shop, dice)


def prove(player: Player) -> None:
    with player.recounted():
        assert verify(player.shop.storage, "shop").findings == ()


def members(shop: Shop) -> list[MemberRecord]:
    with shop.storage.read("shop") as view:
        found = [view.find_member(Address("member", who)) for who in PEOPLE]
    return [it for it in found if it is not None]


def points_of_all(shop: Shop) -> int:
    """What all accounts hold less what they owe: one may have given another what is gone."""
    with shop.storage.read("shop") as view:
        balances = [
            balance
            for account in {it.account for it in members(shop)}
            for balance in view.balances(account).values()
        ]
    return sum(it.available + it.pending + it.held - it.debt for it in balances)


def progress_of_all(shop: Shop) -> list[str]:
    """Challenges on whose cards something still counts, or that have given something for good.

    What was owed for a voucher that had been used is not asked for: it stays, and its code is
    good for nothing.
    """
    with shop.storage.read("shop") as view:
        owners = {number for it in members(shop) for number in (it.number, it.account)}
        cards = [card for owner in owners for card in view.cards_of(owner)]
        prizes = [prize for owner in owners for prize in view.card_prizes(owner)]
    counted = [it.challenge for it in cards if it.tally.total or it.tally.keys]
    return counted + [it.challenge for it in prizes if it.state == "given"]


def good_codes_of_all(shop: Shop) -> list[str]:
    """The codes of all members that could still be used."""
    with shop.storage.read("shop") as view:
        found = [code for it in members(shop) for code in view.vouchers_of(it.number, 1000)]
    return [it.kind for it in found if it.uses < it.most and not it.withdrawn]


@pytest.mark.parametrize("days", [0, 40])
@pytest.mark.parametrize("order", [("T-1", "T-2"), ("T-2", "T-1")])
def test_a_code_won_for_nothing_is_never_good_again(days: int, order: tuple[str, str]) -> None:
    """It was won by the one purchase and used in the other, of the same month or a later one."""
    shop = player_of(0).shop
    told = shop.buy("T-1", [line("0", 300, 1, "tea"), line("1", 300, 1, "milk")])
    completed = next(it for it in told["challenges"] if it["challenge"] == "variety")["completed"]
    code = completed[0]["vouchers"][0]["code"]
    shop.later(days=days)
    coffee = [line("0", 300, 1, "drinks/coffee")]
    assert shop.buy("T-2", coffee, vouchers=(code,))["totals"]["discount"] == 300
    for purchase in order:
        shop.cancel(purchase)
    assert good_codes_of_all(shop) == []
    assert shop.buy("T-3", coffee, vouchers=(code,))["totals"]["discount"] == 0
    shop.storage.close()
