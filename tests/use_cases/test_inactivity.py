"""Points that end after inactivity: moved on by each purchase, by tier, and late ones revive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from loyalty_engine.domain.requests import EventRequest
from loyalty_engine.domain.tiers import Grant
from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.use_cases.happenings.cancel_event import cancel_event
from loyalty_engine.use_cases.happenings.record_event import record_event
from loyalty_engine.use_cases.points.settle_account import settle_account
from loyalty_engine.use_cases.points.show_expiring import show_expiring
from loyalty_engine.use_cases.tiers.grant_tier import grant_tier
from loyalty_engine.use_cases.tiers.review_tier import review_tier
from tests.shop import BASE, OPENING, PROGRAM, Shop, line, read

QUIET = PROGRAM.replace("tender: 0.01", "tender: 0.01, expires: {inactivity: 60 days}")
BY_TIER = PROGRAM.replace(
    "tender: 0.01",
    "tender: 0.01, expires: {inactivity: 60 days, by_tier: {silver: 90 days, gold: never}}",
)
BY_DEEDS = (
    PROGRAM.replace(
        "tender: 0.01",
        "tender: 0.01, expires: {inactivity: 60 days, renewed_by: [redemption, review]}",
    )
    + "events: {review: {purpose: to read}, visit: {purpose: to count}}\n"
)
TIERS = """
tiers:
  - {tier: basic}
  - {tier: silver, needs: {spend: 500.00}}
  - {tier: gold}
"""
Days = Callable[[float], datetime]


def day(number: float) -> datetime:
    return OPENING + timedelta(days=number)


def sweep(shop: Shop) -> None:
    with shop.storage.read("shop") as view:
        due = view.accounts_due(shop.now)  # type: ignore[attr-defined]
    for number in due:
        settle_account(shop.engine, "shop", number, shop.now)


def ends(shop: Shop) -> list[tuple[int, str]]:
    told = read(show_expiring(shop.engine, shop.caller(), "ada", 36))
    return [(it["points"], it["at"]) for it in told["units"]["points"]]


def proven(shop: Shop) -> bool:
    return verify(shop.storage, "shop").findings == ()


@pytest.fixture(params=["sqlite", "postgresql"])
def shop(request: pytest.FixtureRequest) -> Any:
    url = "sqlite://"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    storage = SqlStorage(url)
    storage.create_schema()
    shop = Shop(BASE, program=QUIET, storage=storage)
    shop.enrol()
    yield shop
    storage.close()


def buy(shop: Shop, id: str, euros: int, at: datetime, **more: Any) -> Any:
    return shop.buy(id, [line("a", 100 * euros)], occurred_at=at, **more)


def test_each_purchase_moves_the_end_of_all_there_is(shop: Shop) -> None:
    buy(shop, "T-1", 10, shop.now)
    assert ends(shop) == [(10, "2026-05-01T08:00:00Z")], "summer time begins in between"
    shop.now = day(50)
    buy(shop, "T-2", 5, shop.now)
    assert ends(shop) == [(15, "2026-06-20T09:00:00Z")]
    shop.now = day(109)
    assert shop.points() == 15
    shop.now = day(110)
    assert shop.points() == 0
    sweep(shop)
    assert proven(shop)


def test_what_comes_back_takes_nothing_from_having_been_there(shop: Shop) -> None:
    buy(shop, "T-1", 10, shop.now)
    shop.now = day(50)
    buy(shop, "T-2", 5, shop.now)
    shop.cancel("T-2")
    assert ends(shop) == [(10, "2026-06-20T09:00:00Z")]


@pytest.mark.parametrize("swept", [False, True])
def test_a_late_purchase_revives_what_inactivity_wrongly_expired(shop: Shop, swept: bool) -> None:
    buy(shop, "T-1", 10, shop.now)
    shop.now = day(62)
    if swept:
        sweep(shop)
    assert shop.points() == 0
    # A till that was offline tells of day 58 on day 62, and pays with the points of the first.
    told = buy(shop, "T-2", 5, day(58), spend={"points": 4})
    assert told["balance"]["points"]["available"] == 10
    assert ends(shop) == [(10, "2026-06-28T09:00:00Z")]
    assert proven(shop)


def test_what_was_over_by_then_stays_expired(shop: Shop) -> None:
    buy(shop, "T-1", 10, shop.now)
    shop.now = day(70)
    sweep(shop)
    buy(shop, "T-2", 5, day(61))
    assert shop.points() == 5
    shop.now = day(200)
    buy(shop, "T-3", 1, day(63))  # by now even that is over
    assert shop.points() == 0
    assert proven(shop)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_in_whatever_order_purchases_arrive_the_same_is_left(order: tuple[int, ...]) -> None:
    shop = Shop(BASE, program=QUIET)
    shop.enrol()
    buys = [("T-1", 10, day(0)), ("T-2", 5, day(55)), ("T-3", 3, day(110))]
    shop.now = day(130)
    for index in order:
        name, euros, at = buys[index]
        buy(shop, name, euros, at)
    assert shop.points() == 18
    assert ends(shop) == [(18, "2026-08-19T09:00:00Z")]
    assert proven(shop)


def test_a_tier_has_a_length_of_its_own_or_none() -> None:
    shop = Shop(BASE, program=BY_TIER, tiers=TIERS)
    shop.enrol()
    buy(shop, "T-1", 10, shop.now)
    assert ends(shop) == [(10, "2026-05-01T08:00:00Z")]
    buy(shop, "T-2", 500, shop.now)  # silver from now on: all of it has 90 days
    assert ends(shop) == [(510, "2026-05-31T08:00:00Z")]
    gold = Grant("gold", shop.now, day(200))
    grant_tier(shop.engine, shop.fresh(), "ada", gold, "a gift", "anne")
    assert ends(shop) == []
    shop.now = day(200)
    assert shop.points() == 510
    with shop.storage.read("shop") as view:
        (number,) = view.members_to_review(shop.now)  # type: ignore[attr-defined]
    review_tier(shop.engine, "shop", number, shop.now)
    # The gift is over: silver again, and a whole period from that day.
    (left,) = ends(shop)
    assert left == (510, "2026-12-17T10:00:00Z")
    assert proven(shop)


def test_the_length_after_earning_is_that_of_the_tier_at_the_purchase() -> None:
    program = BY_TIER.replace("inactivity", "after")
    shop = Shop(BASE, program=program, tiers=TIERS)
    shop.enrol()
    buy(shop, "T-1", 500, shop.now)
    buy(shop, "T-2", 10, shop.now + timedelta(minutes=1))
    assert ends(shop) == [(500, "2026-05-01T08:00:00Z"), (10, "2026-05-31T08:01:00Z")]
    assert datetime(2026, 5, 1, tzinfo=UTC) > shop.now


def told(shop: Shop, id: str, at: datetime, kind: str = "review") -> None:
    record_event(shop.engine, shop.caller(), EventRequest(id, kind, "ada", at))


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_in_whatever_order_reviews_and_purchases_arrive_the_same_is_left(
    order: tuple[int, ...],
) -> None:
    shop = Shop(BASE, program=BY_DEEDS)
    shop.enrol()
    acts = [
        lambda: buy(shop, "T-1", 10, day(0)),
        lambda: told(shop, "E-1", day(55)),
        lambda: told(shop, "E-2", day(110)),
        lambda: told(shop, "E-3", day(129), "visit"),
    ]
    shop.now = day(130)
    for index in order:
        acts[index]()
    assert ends(shop) == [(10, "2026-08-19T09:00:00Z")]
    assert proven(shop)


def test_what_keeps_points_alive_is_what_the_programme_names() -> None:
    shop = Shop(BASE, program=BY_DEEDS)
    shop.enrol()
    buy(shop, "T-1", 10, shop.now)
    shop.now = day(50)
    buy(shop, "T-2", 5, shop.now)  # a purchase moves no end here
    assert ends(shop) == [(10, "2026-05-01T08:00:00Z"), (5, "2026-06-20T09:00:00Z")]
    told(shop, "E-1", shop.now)
    assert ends(shop) == [(15, "2026-06-20T09:00:00Z")]
    # What is cancelled later takes nothing from it, and revives nothing.
    cancel_event(shop.engine, shop.fresh(), "E-1", shop.now)
    assert ends(shop) == [(15, "2026-06-20T09:00:00Z")]
    shop.now = day(150)
    told(shop, "E-2", day(115))
    assert shop.points() == 0
    assert proven(shop)
