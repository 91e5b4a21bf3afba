"""A past played in chunks: each happening at its own instant, and refused ones alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from loyalty_engine.domain.requests import Return, ReturnLine
from loyalty_engine.ports import Address
from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.use_cases.calling import Caller
from loyalty_engine.use_cases.purchases.history import (
    Arrival,
    Back,
    Due,
    Happening,
    Opening,
    Played,
    Sale,
)
from loyalty_engine.use_cases.purchases.play_history import play_history
from tests.shop import BASE, OPENING, PROGRAM, Shop, line


def play(shop: Shop, *happenings: Happening) -> list[Played]:
    caller = Caller("shop", "history", OPENING, key="h")
    return list(play_history(shop.engine, caller, happenings))


def code(played: Played) -> str:
    assert played.refusal is not None
    return played.refusal.code


@pytest.fixture
def shop() -> Shop:
    return Shop(BASE)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def test_each_happening_has_its_own_instant(shop: Shop) -> None:
    first = shop.basket("T-1", [line("1", 1000)], occurred_at=OPENING)
    second = shop.basket("T-2", [line("1", 2000)], occurred_at=OPENING + hours(5))
    back = Return("R-1", OPENING + hours(7), (ReturnLine("1", 1000),))
    played = play(
        shop,
        Arrival(OPENING, first, (Opening("o", "points", 40, "brought along"),)),
        Sale(OPENING, first),
        Sale(OPENING + hours(5), second),
        Back(OPENING + hours(7), "T-1", back),
    )
    assert [(it.known, it.refusal) for it in played] == [(False, None)] * 4
    with shop.storage.read("shop") as view:
        member = view.find_member(Address("member", "ada"))
        assert member is not None
        assert member.enrolled_at == OPENING
        entries = [
            (entry.kind, entry.amount, recorded - OPENING)
            for entry, recorded in view.entries(member.account)
        ]
    assert entries == [
        ("adjust", 40, hours(0)),
        ("earn", 10, hours(0)),
        ("earn", 20, hours(5)),
        ("return", 10, hours(7)),
    ]


def test_what_is_played_again_is_known_and_changes_nothing(shop: Shop) -> None:
    basket = shop.basket("T-1", [line("1", 1000)])
    past = [
        Arrival(OPENING, basket, (Opening("o", "points", 40, "brought along"),)),
        Sale(OPENING, basket),
        Back(OPENING, "T-1", Return("R-1", OPENING, (ReturnLine("1", 500),))),
    ]
    play(shop, *past)
    before = shop.points()
    assert [it.known for it in play(shop, *past)] == [True, True, True]
    assert shop.points() == before


def test_what_is_refused_is_refused_alone(shop: Shop) -> None:
    good = shop.basket("T-1", [line("1", 1000)])
    other = shop.basket("T-2", [line("1", 1000)], occurred_at=OPENING + hours(1))
    played = play(
        shop,
        Sale(OPENING, good),  # nobody is enrolled yet
        Arrival(OPENING, good),
        Sale(OPENING, good),
        Back(OPENING, "T-9", Return("R-1", OPENING, (ReturnLine("1", 500),))),
        Sale(OPENING + hours(1), other),
    )
    assert code(played[0]) == "member_unknown"
    assert code(played[3]) == "purchase_unknown"
    assert [it.refusal for it in (played[1], played[2], played[4])] == [None] * 3
    assert shop.points() == 20


def test_points_that_lack_are_brought_just_as_many_and_once(shop: Shop) -> None:
    first = shop.basket("T-1", [line("1", 1000)])
    second = shop.basket("T-2", [line("1", 1000)], spend={"points": 500})
    past = [
        Arrival(OPENING, first), Sale(OPENING, first), Sale(OPENING, second, "was there before"),
    ]  # fmt: skip
    assert [it.refusal for it in play(shop, *past)] == [None] * 3
    # 10 were there, 490 are brought; 5.00 of 10.00 are paid in points: 5 earned.
    assert shop.points() == 5
    play(shop, *past)
    assert shop.points() == 5


def test_without_a_reason_nothing_is_brought(shop: Shop) -> None:
    basket = shop.basket("T-1", [line("1", 1000)], spend={"points": 500})
    played = play(shop, Arrival(OPENING, basket), Sale(OPENING, basket))
    assert code(played[1]) == "insufficient_points"
    assert shop.points() == 0


def test_what_was_brought_goes_again_when_the_purchase_is_refused_after_all(shop: Shop) -> None:
    first = shop.basket("T-1", [line("1", 1000)])
    too_much = shop.basket("T-2", [line("1", 1000)], spend={"points": 5000})
    last = shop.basket("T-3", [line("1", 2000)], occurred_at=OPENING + hours(1))
    played = play(
        shop, Arrival(OPENING, first), Sale(OPENING, first),
        Sale(OPENING, too_much, "was there before"), Sale(OPENING + hours(1), last),
    )  # fmt: skip
    assert code(played[2]) == "spend_above_total"
    assert [it.refusal for it in (played[0], played[1], played[3])] == [None] * 3
    assert shop.points() == 30
    assert verify(shop.storage, "shop").clean


def test_what_is_owed_is_brought_too(shop: Shop) -> None:
    first = shop.basket("T-1", [line("1", 10_000)])
    second = shop.basket("T-2", [line("1", 1000)], spend={"points": 100})
    third = shop.basket("T-3", [line("1", 1000)], spend={"points": 300})
    past = [
        Arrival(OPENING, first),
        Sale(OPENING, first),
        Sale(OPENING, second),
        # 100 come back and are gone: 9 are there, 91 are owed.
        Back(OPENING, "T-1", Return("R-1", OPENING, (ReturnLine("1", 1000),))),
        Sale(OPENING, third, "was there before"),
    ]
    assert [it.refusal for it in play(shop, *past)] == [None] * 5
    assert shop.points() == 7  # 7.00 were paid in money
    assert verify(shop.storage, "shop").clean


def test_time_brings_what_is_due() -> None:
    shop = Shop(
        BASE,
        program=PROGRAM.replace("tender: 0.01}", "tender: 0.01, expires: 1 month}"),
        tiers="tiers: [{tier: plain}, {tier: silver, needs: {spend: 5.00}}]\nwindow: {rolling: 2 months}\n",
    )
    basket = shop.basket("T-1", [line("1", 1000)])
    play(shop, Arrival(OPENING, basket), Sale(OPENING, basket))
    with shop.storage.read("shop") as view:
        (number,) = view.members_after()
        assert view.member(number).tier.tier == "silver"
    play(shop, Due(OPENING + timedelta(days=100), number))
    with shop.storage.read("shop") as view:
        member = view.member(number)
        assert member.tier.tier == "plain"
        assert view.balances(member.account)["points"].available == 0
