"""Rows become baskets: what each line is worth, and which are no purchase of anything."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from loyalty_engine.domain.money import times_quantity
from loyalty_engine.imports.baskets import BasketReader
from loyalty_engine.imports.source import SourceBasket, SourceLine, numbered, shared
from tests.imports.making import MAPPING, mapping

ROW = {
    "receipt": "1001", "when": "01/03/2026 10:00", "card": " 17850 ", "shop": "Lyon",
    "article": "ab1", "pieces": "2", "price": "1.50",
}  # fmt: skip


def read(*rows: dict[str, Any], lines: str = MAPPING) -> SourceBasket:
    several = [{**ROW, **row} for row in rows or ({},)]
    return BasketReader(mapping(lines), 2).basket(several[0], several, 1)


def test_a_row_becomes_a_line():
    basket = read()
    assert (basket.id, basket.member, basket.store) == ("1001", "17850", "Lyon")
    assert basket.lines == [SourceLine("1", "AB1", 2000, 150, 0, 300)]
    assert not basket.left_out


def test_lines_without_an_id_or_with_one_twice_get_ids_of_their_own():
    lines = [SourceLine(name, "A", 1000, 1, 0, 1) for name in ("7", "", "7", "7", "2")]
    assert [line.id for line in numbered(lines)] == ["7", "2", "7~2", "7~3", "2~2"]


@given(st.lists(st.text("ab12~", max_size=3), max_size=20))
def test_no_two_lines_of_a_basket_have_the_same_id(names: list[str]):
    lines = numbered([SourceLine(name, "A", 1000, 1, 0, 1) for name in names])
    assert len({line.id for line in lines}) == len(names)
    assert all(line.id for line in lines)


def test_a_negative_quantity_in_a_sale_comes_back():
    basket = read({}, {"pieces": "-3"})
    assert [(it.back, it.milli, it.value) for it in basket.lines] == [
        (False, 2000, 300),
        (True, 3000, -450),
    ]


def test_in_a_return_everything_comes_back_whatever_its_sign():
    basket = read({"receipt": "R1", "pieces": "-3"}, {"receipt": "R1", "pieces": "3"})
    assert [(it.back, it.milli, it.value) for it in basket.lines] == [(True, 3000, -450)] * 2


def test_what_is_no_purchase_is_left_out_with_its_reason_and_value():
    basket = read(
        {"article": "POST", "price": "4.00"}, {"pieces": "0"}, {"price": "-1.00"}, {"pieces": "x"},
        {"article": ""},
    )  # fmt: skip
    assert [(it.left_out, it.value) for it in basket.lines] == [
        ("postage", 800),
        ("quantity of zero", 0),
        ("price below zero", -200),
        ("cannot be read", 0),
        ("cannot be read", 300),
    ]
    assert [it.detail for it in basket.lines[3:]] == ["'x' is no number", "the line has no product"]


def test_nothing_of_a_basket_can_be_played_without_its_id_its_time_or_its_kind():
    assert read({"receipt": " "}).detail == "the basket has no id"
    assert read({"when": "soon"}).detail == "'soon' is no time as %d/%m/%Y %H:%M writes it"
    assert read({"receipt": "A77"}).left_out == "adjustment, nothing was sold"
    lines = MAPPING.replace("return: R*", "return: R*, sale: S*")
    assert read({"receipt": "X1"}, lines=lines).detail == "no kind of basket is called 'X1'"


def test_goods_that_were_weighed_are_one_piece_where_the_mapping_says_so():
    lines = MAPPING.replace("  unit_price: price", "  unit_price: price\n  zero_quantity: one")
    assert read({"pieces": "0"}, lines=lines).lines[0].milli == 1000


SHARED = MAPPING.replace("unit_price: price", "unit_price: share_of_total").replace(
    "  store: shop", "  store: shop\n  total: due"
)


def test_a_total_is_shared_out_by_quantity():
    # 10.00 over 2, 1 and 4 pieces: 2.857.., 1.428.., 5.714..: the largest remainders round up.
    basket = read({"due": "10.00"}, {"pieces": "1"}, {"pieces": "4"}, lines=SHARED)
    assert [it.value for it in basket.lines] == [286, 143, 571]
    assert [(it.price, it.discount) for it in basket.lines] == [(143, 0), (143, 0), (143, 1)]


@given(
    st.integers(0, 10**9),
    st.lists(st.integers(1, 10**6), min_size=1, max_size=40),
)
def test_the_shares_of_a_total_add_up_and_no_discount_reaches_a_unit(total: int, milli: list[int]):
    lines = shared([SourceLine("", "A", it, 0, 0, 0) for it in milli], total)
    assert sum(it.value for it in lines) == total
    for it in lines:
        assert times_quantity(it.price, it.milli) - it.discount == it.value
        assert 0 <= it.discount <= it.milli // 1000 + 1


def test_without_a_total_nothing_can_be_shared_out():
    assert read({"due": ""}, lines=SHARED).detail == "the basket has no total to share out"


def test_categories_come_from_a_path_or_from_the_sku():
    lines = MAPPING.replace(
        "  unit_price: price", '  unit_price: price\n  category: {column: path, separator: ">"}'
    )
    assert read({"path": "food > fresh"}, lines=lines).lines[0].category == "food/fresh"
    lines = MAPPING.replace(
        "  unit_price: price",
        "  unit_price: price\n  category: {by_sku: {gifts/cards: GC*}, otherwise: gifts}",
    )
    basket = read({"article": "gc10"}, {}, lines=lines)
    assert [it.category for it in basket.lines] == ["gifts/cards", "gifts"]


def test_attributes_have_their_type():
    lines = MAPPING.replace(
        "  unit_price: price",
        "  unit_price: price\n  attributes: {bio: {column: b, type: boolean}, "
        "size: {column: s, type: integer}, colour: c}",
    )
    told = read({"b": "1", "s": "12", "c": "red"}, {"b": 0, "s": "", "c": None}, lines=lines).lines
    assert told[0].attributes == {"bio": True, "size": 12, "colour": "red"}
    assert told[1].attributes == {"bio": False}
