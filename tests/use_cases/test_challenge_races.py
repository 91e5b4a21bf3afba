"""Twenty at once on the last step of a card, on the last prize, on the end of a card: once each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.use_cases.challenges.close_cards import close_cards
from tests.shop import Shop, line
from tests.use_cases.test_challenges import card
from tests.use_cases.test_races import WAYS, at_once

CARD = """
challenge: coffee-card
title: Coffee card
count: units
each: month
on: [category: drinks/coffee]
goal: 10
then: [earn_points: 100]
"""
FEW = """
challenge: few
title: Only three get it
count: purchases
on: [category: cake]
goal: 1
then: [earn_points: 10]
limits: [{uses: 3, per: all}]
"""


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    storage = SqlStorage(database_url, pool_size=WAYS)
    storage.create_schema()
    shop = Shop(challenges=[CARD, FEW], storage=storage)
    for number in range(WAYS):
        shop.enrol(f"m-{number}")
    yield shop
    storage.close()


def coffee(shop: Shop, id: str, number: int = 1) -> Any:
    return shop.buy(id, [line("1", 300, number, category="drinks/coffee")], "m-0")


def test_the_last_step_of_a_card_gives_once(shop: Shop) -> None:
    coffee(shop, "T-first", 9)
    told = at_once(lambda number: coffee(shop, f"T-{number}"))
    completed = [it for it in told if "completed" in it["challenges"][0]]
    assert len(completed) == 1
    assert shop.points(member="m-0") == 100
    assert verify(shop.storage, "shop").findings == ()


def test_the_last_prizes_go_to_three_of_twenty(shop: Shop) -> None:
    cake = [line("1", 300, category="cake")]
    told = at_once(lambda number: shop.buy(f"T-{number}", cake, f"m-{number}"))
    rows = [it["challenges"][0] for it in told]
    assert sum("completed" in it for it in rows) == 3
    assert sum("refused" in it for it in rows) == WAYS - 3
    assert verify(shop.storage, "shop").findings == ()


def test_a_card_ends_once_whoever_ends_it(shop: Shop) -> None:
    coffee(shop, "T-1", 4)
    shop.later(days=40)
    with shop.storage.read("shop") as view:
        (owner,) = view.cards_due(shop.now)
    done = at_once(lambda _: close_cards(shop.engine, "shop", owner, shop.now), 4)
    assert sorted(done) == [0, 0, 0, 1]
    late = shop.buy(
        "T-2", [line("1", 300, 6, category="drinks/coffee")], "m-0",
        occurred_at=shop.now - timedelta(days=39),
    )  # fmt: skip
    assert late["challenges"][0]["completed"][0]["late"], "it is given all the same"
    with shop.storage.read("shop") as view:
        assert view.cards_due(shop.now) == []
    assert card(shop, "coffee-card2026-03", "m-0")["state"] == "ended"
