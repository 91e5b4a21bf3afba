"""Whatever the order of purchases, returns and cancellations: a card follows from what is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import count
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty_engine.storage.sql.integrity import verify
from tests.shop import OPENING, Shop, line
from tests.use_cases.test_challenges import card

FULL, PRIZE = 5, 100
CHALLENGES = tuple(
    f"""
challenge: c-{name}
title: "{name}"
{how}
goal: {FULL}
rounds: again
then: [earn_points: {{points: {PRIZE}, unit: {name}}}]
"""
    for name, how in {
        "units": "count: units",
        "lost": "count: units\noverflow: dropped",
        "kinds": "count: categories",
        "weeks": "count: weeks_in_a_row\nforgiven: 1",
    }.items()
)
PROGRAM = """
program: shop
title: Shop
zone: Europe/Paris
currency: EUR
languages: [en]
units: {units: {}, lost: {}, kinds: {}, weeks: {}}
lanes: [base: all]
"""


@dataclass(frozen=True)
class Bought:
    """What was bought in which week, and how much of it comes back (all of it: cancelled)."""

    week: int
    kind: str
    pieces: int
    back: int


BOUGHT = st.builds(
    Bought,
    week=st.integers(0, 12),
    kind=st.sampled_from("abcdefgh"),
    pieces=st.integers(1, 7),
    back=st.integers(0, 7),
)
MEMBERS = count(1)


@cache
def the_shop() -> Shop:
    return Shop(program=PROGRAM, challenges=CHALLENGES)


def play(bought: Sequence[Bought], order: Sequence[int], returns_at_once: bool) -> dict[str, Any]:
    """The cards of a new member who does all of it in this order."""
    shop, member = the_shop(), f"m-{next(MEMBERS)}"
    shop.now = OPENING + timedelta(weeks=20)
    shop.enrol(member, enrolled_at=OPENING)
    waiting = []
    for place in order:
        it = bought[place]
        lines = [line("1", 100, it.pieces, category=it.kind)]
        # Of one week, they are told apart by the minute.
        at = OPENING + timedelta(weeks=it.week, minutes=place)
        shop.buy(f"{member}-{place}", lines, member, occurred_at=at)
        waiting.append(place)
        if returns_at_once:
            _back(shop, f"{member}-{place}", it)
    if not returns_at_once:
        for place in reversed(waiting):
            _back(shop, f"{member}-{place}", bought[place])
    told = {}
    for name in ("units", "lost", "kinds", "weeks"):
        there = card(shop, f"c-{name}", member)
        shop.balance(member)
        units = shop.balance(member)["units"]
        points = units[name]["available"] if name in units else 0
        told[name] = (there["progress"], there["rounds"], points)
    return told


def _back(shop: Shop, purchase: str, it: Bought) -> None:
    if 0 < it.back < it.pieces:
        shop.back(purchase, "R-1", **{"1": 1000 * it.back})
    elif it.back >= it.pieces:
        shop.cancel(purchase)


def expected(bought: Sequence[Bought]) -> dict[str, int]:
    """How often each card was filled, worked out by hand from what is kept."""
    kept = [
        (it.week, place, it.kind, it.pieces - it.back)
        for place, it in enumerate(bought)
        if it.back < it.pieces
    ]
    there = lost = 0
    for _, _, _, pieces in sorted(kept):
        there += pieces
        if there >= FULL:
            lost, there = lost + 1, 0
    return {
        "units": sum(pieces for *_, pieces in kept) // FULL,
        "lost": lost,
        "kinds": len({kind for _, _, kind, _ in kept}) // FULL,
        "weeks": _streaks({week for week, *_ in kept}),
    }


def _streaks(weeks: set[int]) -> int:
    rounds = length = 0
    spare, last = 1, -9
    for week in sorted(weeks):
        missed = week - last - 1
        if missed > spare:
            length, spare = 0, 1
        else:
            spare -= missed
        length, last = length + 1, week
        if length % FULL == 0:
            rounds, spare = rounds + 1, 1
    return rounds


@settings(max_examples=25, deadline=None)
@given(data=st.data(), bought=st.lists(BOUGHT, min_size=1, max_size=7))
def test_a_card_follows_from_what_is_kept(data: st.DataObject, bought: list[Bought]) -> None:
    order = data.draw(st.permutations(range(len(bought))))
    told = play(bought, order, data.draw(st.booleans()))
    assert told == play(bought, range(len(bought)), returns_at_once=False)
    for name, rounds in expected(bought).items():
        assert told[name][1:] == (rounds, rounds * PRIZE), name


def test_the_books_of_all_of_them_are_proven() -> None:
    play([Bought(0, "a", 6, 2), Bought(1, "b", 3, 3)], (1, 0), returns_at_once=False)
    assert verify(the_shop().storage, "shop").findings == ()
