"""Twenty at once on the last points: placed, captured, released and lapsed, never twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from loyalty_engine.domain.errors import InsufficientPoints, LoyaltyError
from loyalty_engine.domain.requests import Capture, HoldRequest
from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.points.settle_account import settle_account
from loyalty_engine.use_cases.spending.close_hold import capture_hold, release_hold, show_hold
from loyalty_engine.use_cases.spending.place_hold import place_hold
from tests.shop import BASE, Shop, line, read
from tests.use_cases.test_races import WAYS, at_once


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    storage = SqlStorage(database_url, pool_size=WAYS)
    storage.create_schema()
    shop = Shop(BASE, storage=storage)
    shop.enrol()
    shop.adjust(100)
    yield shop
    assert verify(storage, "shop").findings == ()
    storage.close()


def place(shop: Shop, id: str, points: int = 100, seconds: int = 600) -> Answer:
    asked = HoldRequest(id, "ada", "points", points, seconds)
    return place_hold(shop.engine, shop.caller(), asked)


def outcomes(told: list[object]) -> Counter[str]:
    """The codes of refusals, and the states of holds that were answered."""
    return Counter(
        it.code if isinstance(it, LoyaltyError) else read(it)["state"]  # type: ignore[arg-type]
        for it in told
    )


def figures(shop: Shop) -> tuple[int, int]:
    found = shop.balance()["units"]["points"]
    return found["available"], found["held"]


def test_the_last_points_are_held_once(shop: Shop) -> None:
    told = at_once(lambda i: place(shop, f"H-{i}"))
    assert sum(isinstance(it, InsufficientPoints) for it in told) == WAYS - 1
    assert figures(shop) == (0, 100)


def test_one_hold_placed_twenty_times_holds_once(shop: Shop) -> None:
    told = at_once(lambda _: place(shop, "H-1", 60))
    assert Counter(it.status for it in told) == {201: 1, 200: WAYS - 1}
    assert figures(shop) == (40, 60)


def test_one_hold_id_of_twenty_members_goes_to_one(shop: Shop) -> None:
    for number in range(WAYS):
        shop.enrol(f"m-{number}")
        shop.adjust(10, member=f"m-{number}")
    told = at_once(
        lambda i: place_hold(shop.engine, shop.caller(), HoldRequest("H-1", f"m-{i}", "points", 10))
    )
    assert outcomes(told) == {"open": 1, "hold_exists": WAYS - 1}


def test_capture_against_release_against_lapse_ends_in_one_way(shop: Shop) -> None:
    place(shop, "H-1", seconds=600)
    with shop.storage.read("shop") as view:
        number = view.hold("H-1").member  # type: ignore[union-attr]
    before, after = shop.now, shop.caller()
    shop.later(minutes=10)
    late = shop.caller()

    def act(i: int) -> object:
        match i % 3:
            case 0:
                return capture_hold(shop.engine, after, "H-1", Capture(100))
            case 1:
                return release_hold(shop.engine, after, "H-1")
        settle_account(shop.engine, "shop", number, late.now)
        return place(shop, f"again-{i}", 1, 1)

    told = at_once(act)
    assert before < late.now
    ends = outcomes(told)
    state = read(show_hold(shop.engine, shop.caller(), "H-1"))
    captured = state["state"] == "captured"
    assert ends["captured"] == (7 if captured else 0), ends
    assert ends["released"] == (7 if state["state"] == "released" else 0), ends
    refused = {"captured": "hold_captured", "released": "hold_released", "lapsed": "hold_lapsed"}
    assert ends[refused[state["state"]]] == 7, ends
    held = sum(it.status == 201 for it in told if isinstance(it, Answer))
    assert figures(shop) == ((0, 0) if captured else (100 - held, held))


def test_one_hold_pays_for_one_of_twenty_purchases(shop: Shop) -> None:
    place(shop, "H-1")
    told = at_once(
        lambda i: shop.buy(f"T-{i}", [line("1", 100)], spend={"points": 100}, hold="H-1")
    )
    assert Counter(it.code if isinstance(it, LoyaltyError) else "paid" for it in told) == {
        "paid": 1,
        "hold_captured": WAYS - 1,
    }
    assert figures(shop) == (0, 0)


def test_holds_and_purchases_share_the_last_points(shop: Shop) -> None:
    told = at_once(
        lambda i: (
            place(shop, f"H-{i}", 30)
            if i % 2
            else shop.buy(f"T-{i}", [line("1", 100)], spend={"points": 30})
        )
    )
    assert sum(not isinstance(it, LoyaltyError) for it in told) == 3
    assert sum(figures(shop)) == 100 - 30 * sum(isinstance(it, dict) for it in told)
