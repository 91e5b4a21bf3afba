"""Selectors: which lines each of them picks."""

from collections.abc import Iterator

import pytest

from loyalty_engine.domain.purchase import Line, LineKind
from loyalty_engine.rulebook.words import Selector
from loyalty_engine.vocabulary import standard_words
from loyalty_engine.vocabulary.selectors.brand import Brand
from loyalty_engine.vocabulary.selectors.category import Category
from loyalty_engine.vocabulary.selectors.full_price import FullPrice
from loyalty_engine.vocabulary.selectors.kind import Kind
from loyalty_engine.vocabulary.selectors.line_attribute import LineAttribute
from loyalty_engine.vocabulary.selectors.not_discounted import NotDiscounted
from loyalty_engine.vocabulary.selectors.price_at_least import PriceAtLeast
from loyalty_engine.vocabulary.selectors.sku import Sku
from tests.vocabulary.baskets import facts, line

PLAIN = line(100)

CASES: list[tuple[Selector, tuple[Line, ...], tuple[Line, ...]]] = [
    (
        Category(("grocery/coffee", "toys")),
        (line(1, 1, "grocery/coffee"), line(1, 1, "grocery/coffee/ground"), line(1, 1, "toys")),
        (line(1, 1, "grocery"), line(1, 1, "grocery/coffees"), line(1, 1, "Toys"), PLAIN),
    ),
    (Sku(("010",)), (line(1, sku="010"),), (line(1, sku="10"), line(1, sku="8"))),
    (Brand(("Moka",)), (line(1, brand="Moka"),), (line(1, brand="moka"), PLAIN)),
    (
        LineAttribute("organic", ("yes",)),
        (line(1, attributes={"organic": True}),),
        (line(1, attributes={"organic": False}), PLAIN),
    ),
    (
        LineAttribute("size", ("36", "38")),
        (line(1, attributes={"size": "38"}), line(1, attributes={"size": 36})),
        (line(1, attributes={"size": "3"}), line(1, attributes={"colour": "38"})),
    ),
    (
        Kind((LineKind.SHIPPING, LineKind.DEPOSIT)),
        (line(1, kind=LineKind.SHIPPING), line(1, kind=LineKind.DEPOSIT)),
        (PLAIN, line(1, kind=LineKind.GIFT_CARD)),
    ),
    (PriceAtLeast(100), (PLAIN, line(101, "0.001")), (line(99, 50),)),
    (NotDiscounted(), (PLAIN,), (line(100, discount=1),)),
    (FullPrice(), (PLAIN,), (line(100, discount=1),)),
]


def judged() -> Iterator[object]:
    for word, picked, left in CASES:
        for number, each in enumerate(picked):
            yield pytest.param(word, each, True, id=f"{word.word}-picks-{number}")
        for number, each in enumerate(left):
            yield pytest.param(word, each, False, id=f"{word.word}-leaves-{number}")


@pytest.mark.parametrize(("word", "each", "expected"), list(judged()))
def test_selects(word: Selector, each: Line, expected: bool):
    assert word.selects(each) is expected


def test_every_selector_is_tried():
    selectors = {word.word for word in standard_words() if issubclass(word, Selector)}
    assert {word.word for word, _, _ in CASES} == selectors


def test_full_price_leaves_out_what_lanes_before_have_discounted():
    basket = facts(line(100), line(100), line(100, discount=10), nets=(100, 99, 90))
    assert list(FullPrice().picks(basket, range(3))) == [0]
    assert list(FullPrice().picks(basket, [1, 2])) == []
