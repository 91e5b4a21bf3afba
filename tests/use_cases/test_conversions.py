"""Cards that fill up and are taken apart again: what is there follows from what is kept alone."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty_engine.storage.sql.integrity import verify
from tests.shop import Shop, line

PROGRAM = """
program: shop
title: Shop
zone: Europe/Paris
currency: EUR
languages: [en]
units:
  stamps: {converts: {each: 10, at_least: 10, into: coffees, gives: 2}, expires: 100 days}
  coffees: {value: 2.60, tender: 2.60}
lanes:
  - base: all
"""
STAMPS = """
rule: stamps
lane: base
then: [earn_per_unit: {points: 1, unit: stamps}]
"""

buys = st.tuples(st.just("buy"), st.integers(1, 25))
backs = st.tuples(st.just("back"), st.integers(0, 30))


def figures(shop: Shop) -> dict[str, int]:
    return {unit: shop.points(unit) for unit in ("stamps", "coffees")}


@settings(max_examples=60)
@given(st.lists(st.one_of(buys, backs), min_size=2, max_size=12))
def test_cards_and_stamps_are_those_of_what_is_kept(happenings: list[tuple[str, int]]) -> None:
    """As long as no coffee is drunk, in whatever order things are bought and brought back."""
    shop = Shop(STAMPS, program=PROGRAM)
    shop.enrol()
    kept: dict[str, int] = {}
    for number, (what, amount) in enumerate(happenings):
        shop.later(hours=1)
        if what == "buy":
            kept[f"T-{number}"] = amount
            shop.buy(f"T-{number}", [line("1", 260, amount)])
        elif there := [name for name, left in kept.items() if left]:
            name = there[amount % len(there)]
            back = 1 + amount % kept[name]
            shop.back(name, f"R-{number}", **{"1": back * 1000})
            kept[name] -= back
        cards, stamps = divmod(sum(kept.values()), 10)
        assert figures(shop) == {"stamps": stamps, "coffees": 2 * cards}
    assert verify(shop.storage, "shop").findings == ()


def test_a_coffee_that_is_drunk_is_owed_in_stamps() -> None:
    shop = Shop(STAMPS, program=PROGRAM)
    shop.enrol()
    shop.buy("T-1", [line("1", 260, 10)])
    assert figures(shop) == {"stamps": 0, "coffees": 2}
    shop.buy("T-2", [line("1", 1000)], spend={"coffees": 1})
    back = shop.back("T-1", "R-1", **{"1": 10_000})
    assert back["points_taken"] == {"stamps": 10}
    assert figures(shop) == {"stamps": -9, "coffees": 1}, "half a card cannot be taken apart"
    shop.cancel("T-2")
    assert figures(shop) == {"stamps": 0, "coffees": 0}, "both are undone, as if they had not been"
    assert verify(shop.storage, "shop").findings == ()


def test_a_corrected_purchase_takes_cards_apart_as_a_return_does() -> None:
    shop = Shop(STAMPS, program=PROGRAM)
    shop.enrol()
    shop.buy("T-1", [line("1", 260, 25)])
    shop.buy("T-1", [line("1", 260, 7)], revision=2)
    assert figures(shop) == {"stamps": 7, "coffees": 0}
    shop.buy("T-1", [line("1", 260, 12)], revision=3)
    assert figures(shop) == {"stamps": 2, "coffees": 2}
    assert verify(shop.storage, "shop").findings == ()


def test_stamps_of_a_lapsed_lot_come_back_with_the_grace() -> None:
    shop = Shop(STAMPS, program=PROGRAM)
    shop.enrol()
    shop.buy("T-1", [line("1", 260, 9)])
    shop.later(days=90)
    shop.buy("T-2", [line("1", 260, 1)])
    shop.later(days=20)  # the nine of T-1 would have lapsed ten days ago
    shop.back("T-2", "R-1", **{"1": 1000})
    assert figures(shop) == {"stamps": 9, "coffees": 0}
    shop.later(days=31)
    assert figures(shop) == {"stamps": 0, "coffees": 0}
    assert verify(shop.storage, "shop").findings == ()
