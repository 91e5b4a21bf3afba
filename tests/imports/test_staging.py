"""Baskets come in the order of time, and returns find the purchases they belong to."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import given
from hypothesis import strategies as st

from loyalty_engine.imports.mapping import SourceMapping
from loyalty_engine.imports.matching import Part, Shelf
from loyalty_engine.imports.source import SourceBasket, SourceLine
from loyalty_engine.imports.staging import Staging
from tests.imports.making import MAPPING, mapping

PLAIN = mapping()


@contextmanager
def staged(how: SourceMapping = PLAIN) -> Iterator[Staging]:
    staging = Staging(how)
    yield staging
    staging.close()


def basket(id: str, at: int = 0, *lines: SourceLine, **others) -> SourceBasket:
    return SourceBasket(id, 1, at, list(lines), **others)


def line(id: str, sku: str, units: int, price: int = 100) -> SourceLine:
    return SourceLine(id, sku, units * 1000, price, 0, price * units)


def test_baskets_come_in_the_order_of_time_and_of_the_file():
    with staged() as staging:
        for name, at in (("c", 3), ("b", 1), ("a", 1), ("d", 0)):
            staging.add(basket(name, at))
        assert [it.id for it in staging.in_time()] == ["d", "b", "a", "c"]
        assert (staging.count, staging.span) == (4, (0, 3))


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 50), st.integers(0, 50)), max_size=30)
)
def test_with_its_opening_balance_nobody_spends_what_is_not_there(
    moves: list[tuple[str, int, int]],
):
    with staged() as staging:
        for number, (member, spent, received) in enumerate(moves):
            staging.add(
                basket(
                    str(number), number, member=member,
                    spent={"points": spent} if spent else {},
                    received={"points": received} if received else {},
                )
            )  # fmt: skip
        openings = staging.openings()
    left = {member: openings.get(member, {}).get("points", 0) for member in "ab"}
    lowest = dict(left)
    for member, spent, received in moves:
        left[member] -= spent
        lowest[member] = min(lowest[member], left[member])
        left[member] += received
    assert all(it >= 0 for it in lowest.values())
    # And not a point more than that needs.
    assert all(lowest[member] == 0 for member, needed in openings.items() if needed)


def test_what_the_source_gave_is_kept_by_basket_and_unit():
    with staged() as staging:
        staging.add(
            basket("1", member="ada", spent={"points": 5}, received={"points": 2, "eggs": 1})
        )
        staging.add(basket("2", member="ada", received={"points": 3}))
        assert staging.received("1") == {"points": 2, "eggs": 1}
        assert staging.sums() == {"eggs": (0, 1), "points": (5, 5)}


# --- what comes back ---------------------------------------------------------------------------


def test_the_most_recent_purchase_at_the_same_price_comes_back_first():
    with staged() as staging:
        shelf = Shelf(staging.connection, PLAIN)
        shelf.put(basket("old", member="ada"), [line("1", "A", 2, 100)])
        shelf.put(basket("dear", member="ada"), [line("1", "A", 2, 150)])
        shelf.put(basket("new", member="ada"), [line("1", "A", 1, 100), line("2", "A", 1, 100)])
        back = basket("R", member="ada")
        assert shelf.take(back, line("", "A", 5, 100)) == [
            Part("new", "2", 1000), Part("new", "1", 1000), Part("old", "1", 2000),
            Part("dear", "1", 1000),
        ]  # fmt: skip
        assert shelf.take(back, line("", "A", 5, 100)) == [Part("dear", "1", 1000)]
        assert shelf.take(back, line("", "A", 1, 100)) == []


def test_what_only_the_price_tells_apart_comes_back_at_its_own_price_alone():
    how = mapping(MAPPING.replace("same_store}", "same_store, same_price_only: M*}"))
    with staged(how) as staging:
        shelf = Shelf(staging.connection, how)
        shelf.put(basket("1", member="ada"), [line("1", "M", 1, 100), line("2", "N", 1, 100)])
        back = basket("R", member="ada")
        assert shelf.take(back, line("", "M", 1, 999)) == []
        assert shelf.take(back, line("", "N", 1, 999)) == [Part("1", "2", 1000)]


def test_nobody_s_purchases_come_back_where_the_mapping_says():
    for where, found in (("same_store", 1), ("any_store", 2), ("left_out", 0)):
        how = mapping(MAPPING.replace("same_store", where))
        with staged(how) as staging:
            shelf = Shelf(staging.connection, how)
            shelf.put(basket("1", store="Lyon"), [line("1", "A", 1)])
            shelf.put(basket("2", store="Nice"), [line("1", "A", 1)])
            shelf.put(basket("3", store="Lyon", member="store Lyon"), [line("1", "A", 1)])
            assert len(shelf.take(basket("R", store="Lyon"), line("", "A", 9))) == found


@given(st.randoms(use_true_random=False))
def test_no_more_comes_back_than_was_bought_and_all_of_it_can(chance: random.Random):
    bought, returned, asked = Counter(), Counter(), Counter()
    with staged() as staging:
        shelf = Shelf(staging.connection, PLAIN)
        for number in range(30):
            member, sku, units = chance.choice("ab"), chance.choice("XY"), chance.randint(1, 5)
            price = chance.choice([100, 200])
            if chance.random() < 0.5:
                bought[member, sku] += units * 1000
                shelf.put(basket(str(number), member=member), [line("1", sku, units, price)])
            else:
                could = bought[member, sku] - returned[member, sku]
                parts = shelf.take(basket("R", member=member), line("", sku, units, price))
                taken = sum(part.milli for part in parts)
                assert taken == min(units * 1000, could)
                returned[member, sku] += taken
                asked[member, sku] += units
    assert all(returned[key] <= bought[key] for key in returned)
