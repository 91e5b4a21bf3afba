"""What ends when: looked at, made longer, given back, and begun by a delivery."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty_engine.domain.errors import Conflict, InvalidRequest, LoyaltyError
from loyalty_engine.domain.requests import Extension, HoldRequest, Reinstatement
from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.use_cases.points.correct_expiry import extend_points, reinstate_points
from loyalty_engine.use_cases.points.show_balance import show_balance
from loyalty_engine.use_cases.points.show_expiring import show_expiring
from loyalty_engine.use_cases.purchases.deliver_purchase import deliver_purchase
from loyalty_engine.use_cases.spending.place_hold import place_hold
from tests.shop import BASE, OPENING, PROGRAM, Shop, line, read

MONTHS = PROGRAM.replace(
    "tender: 0.01", "tender: 0.01, expires: {after: 2 months, round_up: month}"
)
PARCELS = MONTHS.replace("tender: 0.01", "tender: 0.01, pending: on_event")
WHY: dict[str, Any] = {"reason": "the shop was shut", "by": "anne"}
DAY = timedelta(days=1)


@pytest.fixture(params=["sqlite", "postgresql"])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    url = "sqlite://"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    storage = SqlStorage(url)
    storage.create_schema()
    shop = Shop(BASE, program=MONTHS, storage=storage)
    shop.enrol()
    yield shop
    storage.close()


def extend(shop: Shop, **more: Any) -> dict[str, Any]:
    asked = Extension("points", **(WHY | more))
    return read(extend_points(shop.engine, shop.fresh(), "ada", asked))


def reinstate(shop: Shop, points: int, **more: Any) -> dict[str, Any]:
    asked = Reinstatement("points", points, **(WHY | more))
    return read(reinstate_points(shop.engine, shop.fresh(), "ada", asked))


def expiring(shop: Shop, months: int = 12) -> list[tuple[int, str]]:
    told = read(show_expiring(shop.engine, shop.caller(), "ada", months))
    return [(it["points"], it["last_day"]) for it in told["units"]["points"]]


def proven(shop: Shop) -> bool:
    return verify(shop.storage, "shop").findings == ()


def code(act: Any, *given: Any, **named: Any) -> str:
    with pytest.raises(LoyaltyError) as refusal:
        act(*given, **named)
    return refusal.value.code


def test_what_ends_is_shown_by_the_last_day_it_can_be_spent(shop: Shop) -> None:
    shop.buy("T-1", [line("1", 1000)])
    shop.later(days=3)
    shop.buy("T-2", [line("1", 500)])
    shop.later(days=40)
    shop.buy("T-3", [line("1", 700)])
    assert expiring(shop) == [(15, "2026-05-31"), (7, "2026-06-30")]
    assert expiring(shop, months=2) == [(15, "2026-05-31")]
    place_hold(shop.engine, shop.caller(), HoldRequest("H-1", "ada", "points", 4))
    assert expiring(shop) == [(11, "2026-05-31"), (7, "2026-06-30")]


def test_points_last_longer_with_a_reason_and_the_past_stays_as_it_was(shop: Shop) -> None:
    shop.buy("T-1", [line("1", 1000)])
    shop.later(days=40)
    shop.buy("T-2", [line("1", 700)])
    then = shop.now
    shop.later(days=1)
    place_hold(shop.engine, shop.caller(), HoldRequest("H-1", "ada", "points", 4))
    told = extend(shop, until=datetime(2026, 6, 15, tzinfo=UTC))
    assert (told["points"], told["balance"]["points"]["available"]) == (6, 13)
    assert expiring(shop) == [(6, "2026-06-15"), (7, "2026-06-30")]
    shop.now = datetime(2026, 6, 10, tzinfo=UTC)
    assert shop.points() == 13
    assert shop.balance()["units"]["points"]["available"] == 13
    known = read(show_balance(shop.engine, shop.caller(), "ada", then))
    assert known["units"]["points"]["available"] == 17
    shop.now = datetime(2026, 6, 15, tzinfo=UTC)
    assert shop.points() == 7
    assert proven(shop)


def test_what_a_lapsed_hold_held_is_made_longer_too(shop: Shop) -> None:
    shop.buy("T-1", [line("1", 1000)])
    place_hold(shop.engine, shop.caller(), HoldRequest("H-1", "ada", "points", 4))
    shop.later(days=1)
    told = extend(shop, until=datetime(2026, 6, 15, tzinfo=UTC))
    assert (told["points"], told["balance"]["points"]["available"]) == (10, 10)
    assert expiring(shop) == [(10, "2026-06-15")]
    assert proven(shop)


def test_only_what_ends_soon_is_made_longer_where_that_is_said(shop: Shop) -> None:
    shop.buy("T-1", [line("1", 1000)])
    shop.later(days=40)
    shop.buy("T-2", [line("1", 700)])
    june, july = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 7, 9, 12, tzinfo=UTC)
    assert extend(shop, until=july, before=june)["points"] == 10
    assert expiring(shop) == [(7, "2026-06-30"), (10, "2026-07-09")]
    # Without an end it is that of points earned now: two months on, to the end of the month.
    assert extend(shop)["until"] == "2026-06-30T22:00:00Z"


def test_what_was_made_longer_before_may_be_again_with_what_ends_sooner(shop: Shop) -> None:
    shop.buy("T-1", [line("1", 1000)])
    assert extend(shop, until=datetime(2026, 7, 9, tzinfo=UTC))["points"] == 10
    shop.later(days=40)
    shop.buy("T-2", [line("1", 700)])
    assert extend(shop, until=datetime(2026, 8, 1, tzinfo=UTC))["points"] == 17
    assert proven(shop)


def test_a_return_finds_what_the_purchase_gave_after_it_was_made_longer(shop: Shop) -> None:
    shop.buy("T-1", [line("a", 1000)])
    shop.buy("T-2", [line("a", 300)])
    extend(shop, until=OPENING + 300 * DAY)
    told = shop.back("T-1", "R-1", a=1000)
    assert told["points_taken"] == {"points": 10}
    assert expiring(shop) == [(3, "2026-12-27")]
    assert proven(shop)


def test_points_spent_before_come_back_to_where_they_were(shop: Shop) -> None:
    shop.buy("T-1", [line("a", 1000)])
    shop.buy("T-2", [line("a", 400)], spend={"points": 6})
    extend(shop, until=OPENING + 300 * DAY)
    shop.cancel("T-2")
    assert expiring(shop) == [(6, "2026-05-31"), (4, "2026-12-27")]
    assert proven(shop)


def test_expired_points_come_back_and_no_more_than_those(shop: Shop) -> None:
    shop.buy("T-1", [line("1", 1000)])
    assert code(reinstate, shop, 1) == "reinstatement_above_expired"
    shop.now = datetime(2026, 6, 2, tzinfo=UTC)
    assert shop.points() == 0, "nobody has swept, and they are gone all the same"
    told = reinstate(shop, 8)
    assert told["until"] == "2026-08-31T22:00:00Z"
    assert shop.points() == 8
    assert code(reinstate, shop, 3) == "reinstatement_above_expired"
    reinstate(shop, 2, until=shop.now + DAY)
    shop.later(days=1)
    assert shop.points() == 8
    assert proven(shop)


def test_what_cannot_be_corrected_is_refused(shop: Shop) -> None:
    shop.buy("T-1", [line("1", 1000)])
    assert code(extend, shop, until=shop.now) == "end_has_passed"
    assert code(reinstate, shop, 1, until=shop.now) == "end_has_passed"
    with pytest.raises(InvalidRequest):
        extend_points(shop.engine, shop.fresh(), "ada", Extension("stamps", "why", "anne"))
    shop.enrol(status="left")
    assert code(extend, shop, until=shop.now + 300 * DAY) == "member_left"


def test_the_same_request_again_corrects_once(shop: Shop) -> None:
    shop.buy("T-1", [line("1", 1000)])
    shop.now = datetime(2026, 6, 2, tzinfo=UTC)
    asked, key = Reinstatement("points", 5, "late", "anne"), shop.fresh()
    first = reinstate_points(shop.engine, key, "ada", asked)
    again = reinstate_points(shop.engine, key, "ada", asked)
    assert again.replayed
    assert again.body == first.body
    assert shop.points() == 5


def deliver(shop: Shop, purchase: str, at: datetime | None = None) -> dict[str, Any]:
    return read(deliver_purchase(shop.engine, shop.fresh(), purchase, at or shop.now))


@pytest.fixture
def parcels() -> Shop:
    shop = Shop(BASE, program=PARCELS)
    shop.enrol()
    return shop


def test_points_that_wait_for_a_parcel_run_from_its_delivery(parcels: Shop) -> None:
    shop = parcels
    shop.buy("T-1", [line("a", 1000), line("b", 500)])
    shop.buy("T-2", [line("a", 300)])
    shop.later(days=40)
    assert shop.balance()["units"]["points"] | {"next_expiry": None} == {
        "available": 0, "pending": 18, "held": 0, "next_expiry": None,
    }  # fmt: skip
    shop.back("T-1", "R-1", b=1000)
    told = deliver(shop, "T-1", shop.now - DAY)
    assert told["points"] == {"points": 10}
    assert shop.balance()["units"]["points"]["available"] == 10
    assert expiring(shop) == [(10, "2026-06-30")]
    assert deliver(shop, "T-1")["points"] == {}, "it is delivered already"
    assert proven(shop)


def test_a_frozen_members_parcel_waits_for_both(parcels: Shop) -> None:
    shop = parcels
    shop.enrol(status="frozen")
    shop.buy("T-1", [line("a", 1000)])
    shop.buy("T-2", [line("a", 300)])
    deliver(shop, "T-1")
    assert shop.balance()["units"]["points"]["available"] == 0
    shop.enrol(status="active")
    assert shop.balance()["units"]["points"]["available"] == 10
    assert shop.balance()["units"]["points"]["pending"] == 3
    deliver(shop, "T-2")
    assert shop.balance()["units"]["points"]["available"] == 13
    assert proven(shop)


def test_deliveries_that_cannot_be(parcels: Shop) -> None:
    shop = parcels
    shop.buy("T-1", [line("a", 1000)])
    shop.buy("G-1", [line("a", 1000)], None)
    assert code(deliver, shop, "T-1", shop.now - DAY) == "delivery_before_purchase"
    assert code(deliver, shop, "T-9") == "purchase_unknown"
    with pytest.raises(Conflict):
        deliver(shop, "G-1")


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["buy", "spend", "extend", "reinstate", "back", "later"]),
        st.integers(1, 40),
    ),
    max_size=14,
)


@given(STEPS)
@settings(max_examples=40, deadline=None)
def test_whatever_is_corrected_the_ledger_proves(steps: list[tuple[str, int]]) -> None:
    shop = Shop(BASE, program=MONTHS)
    shop.enrol()
    for number, (step, amount) in enumerate(steps):
        try:
            if step == "buy":
                shop.buy(f"T-{number}", [line("a", 100 * amount)])
            elif step == "spend":
                shop.buy(f"T-{number}", [line("a", 10_000)], spend={"points": amount})
            elif step == "extend":
                extend(shop, until=shop.now + amount * DAY)
            elif step == "reinstate":
                reinstate(shop, amount)
            elif step == "back":
                shop.back(f"T-{number - 1}", f"R-{number}", a=1000)
            else:
                shop.later(days=amount)
        except LoyaltyError:
            continue
    assert verify(shop.storage, "shop").findings == ()
