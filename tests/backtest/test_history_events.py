"""What only a history tells: corrections, cancellations, claims, what was given by hand."""

from __future__ import annotations

from dataclasses import replace

from loyalty_engine.backtest.figures import Figures
from loyalty_engine.backtest.from_history import HistorySource
from loyalty_engine.backtest.job import Comparison, Wanted, run_backtest
from loyalty_engine.domain.tiers import Grant
from loyalty_engine.use_cases.tiers.grant_tier import grant_tier
from tests.imports.making import Heard
from tests.shop import BASE, Shop, line

TIERS = "tiers: [{tier: plain}, {tier: gold, needs: {spend: 5000.00}}]"
GOLD = """
rule: gold
lane: bonus
when: [tier_is: gold]
then: [earn_points: 40]
"""


def played(shop: Shop) -> Comparison:
    source = HistorySource(shop.storage, "shop", shop.now)
    wanted = Wanted(shop.rulebook, shop.rulebook, ("live", "live"), source)
    return run_backtest(wanted, Heard())


def test_it_comes_to_what_the_engine_has():
    shop = Shop(BASE, GOLD, tiers=TIERS)
    shop.enrol("ada")
    shop.enrol("ben")
    shop.enrol("nobody")
    shop.adjust(500)
    grant = Grant("gold", shop.now, None)
    assert grant_tier(shop.engine, shop.caller(), "ada", grant, "because", "test").status == 201
    shop.later(hours=1)
    shop.buy("T-1", [line("a", 10_00)])
    bought = shop.basket("T-2", [line("a", 30_00, 2)], "ben")
    shop.record(bought)
    shop.later(hours=1)
    shop.record(replace(bought, lines=(line("a", 30_00, 3),), revision=2))
    shop.later(hours=1)
    shop.back("T-2", "R-1", a=1000)
    shop.buy("T-3", [line("a", 7_00)], spend={"points": 200})
    receipt = shop.buy("T-4", [line("a", 90_00)], None)
    shop.buy("T-5", [line("a", 11_00)], None)
    shop.later(hours=1)
    shop.cancel("T-3")
    shop.adjust(-20)
    shop.claim("T-4", receipt["claim"]["secret"], "ben")
    shop.later(hours=1)
    compared = played(shop)
    for figures in compared.figures:
        assert figures.refused == {}
        assert (figures.members, figures.total.times) == (2, 4)
        assert owed(figures) == shop.points() + shop.points(member="ben") == 680
    assert compared.joined.tiers == {("gold", "gold"): 1, ("plain", "plain"): 1}


def owed(figures: Figures) -> int:
    return figures.units["points"].outstanding


def test_members_have_numbers_until_their_ids_are_asked_for():
    shop = Shop(BASE)
    shop.enrol("ada")
    shop.buy("T-1", [line("a", 10_00)])
    shop.later(hours=1)
    double = Shop(BASE.replace("points: 1", "points: 2"))
    for with_ids in (False, True):
        past = HistorySource(shop.storage, "shop", shop.now, with_ids=with_ids)
        wanted = Wanted(shop.rulebook, double.rulebook, ("live", "more"), past)
        (winner,) = run_backtest(wanted, Heard()).joined.winners
        assert (winner.id == "ada") is with_ids
