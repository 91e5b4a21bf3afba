"""A rule that matches and has too little to give anything says what is missing, and it is true."""

import pytest

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.arguments import Milli, Minor, Sku
from loyalty_engine.rulebook.deciding.decide import decide
from loyalty_engine.rulebook.rule import Rule
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.telling.explain import Explained, explain
from loyalty_engine.rulebook.telling.judging import moved
from loyalty_engine.rulebook.words import Effect, Found, Near
from loyalty_engine.vocabulary.effects.bundle import Bundle
from loyalty_engine.vocabulary.effects.buy_get import BuyGet
from loyalty_engine.vocabulary.effects.mix_and_match import MixAndMatch
from loyalty_engine.vocabulary.effects.nth_unit_off import NthUnitOff
from loyalty_engine.vocabulary.effects.pay_for import PayFor
from loyalty_engine.vocabulary.effects.percentage_off import PercentageOff
from loyalty_engine.vocabulary.effects.spend_steps import SpendSteps
from loyalty_engine.vocabulary.effects.unit_steps import UnitSteps
from loyalty_engine.vocabulary.selectors.category import Category
from tests.rulebook.random_rules import PLACE, PROGRAM
from tests.vocabulary.baskets import ada, facts, line

SHIRTS = (line(2000, category="shirts"), line(1500, category="shirts"))
"""Two shirts; a third one like the cheaper is supposed to cost 15.00."""


def told_of(effect: Effect, given: Facts, first: Effect | None = None) -> Explained:
    """What is said of a rule about shirts, behind one with another effect on everything."""
    rule = Rule("offer", {}, "second", (), (Category(("shirts",)),), (effect,), PLACE)
    others = (Rule("first", {}, "first", (), (), (first,), PLACE),) if first else ()
    told = explain(Rulebook(PROGRAM, (rule, *others), "", {}), given).rules
    return next(it for it in told if it.rule is rule)


@pytest.mark.parametrize(
    ("effect", "near", "found", "discount"),
    [
        (PayFor(3, 2), Near(1000, "milli"), Found(2000, Milli), 1500),
        (PayFor(5, 4), Near(3000, "milli"), Found(2000, Milli), 1500),
        (NthUnitOff(3, percent=5000), Near(1000, "milli"), Found(2000, Milli), 750),
        (MixAndMatch(3, price=4000), Near(1000, "milli"), Found(2000, Milli), 1000),
        (BuyGet(2), Near(1000, "milli"), Found(2000, Milli), 1500),
        (UnitSteps((4000,), percent=(1000,)), Near(2000, "milli"), Found(2000, Milli), 650),
        (SpendSteps((5000,), amount=(1000,)), Near(1500, "minor"), Found(3500, Minor), 1000),
    ],
)
def test_at_the_distance_told_it_gives_and_at_less_it_does_not(
    effect: Effect, near: Near, found: Found, discount: int
):
    basket = facts(*SHIRTS, line(9900, category="shoes"), member=ada())
    it = told_of(effect, basket)
    assert it.verdict is not None
    assert it.blame is not None
    assert (it.verdict.status, it.blame.word) == ("not_met", effect)
    assert (it.blame.near, it.blame.found) == (near, found)
    assert it.would is not None
    assert it.would.verdict.discount == discount
    book = Rulebook(PROGRAM, (it.rule,), "", {})
    at = near.short_by - (1000 if near.what == "milli" else 1)
    less = decide(book, moved(basket, it.blame.near, at) if at else basket)
    assert not less.reductions


def test_what_an_earlier_discount_takes_of_more_is_added():
    basket = facts(*SHIRTS, member=ada())  # a tenth less: 31.50, and 20.56 more are 18.50 more
    it = told_of(SpendSteps((5000,), amount=(1000,)), basket, PercentageOff(1000))
    assert it.would is not None
    assert it.would.near == Near(2056, "minor")


def test_a_set_of_named_products_tells_those_that_are_there():
    effect = Bundle(category=("shirts", "shoes", "bags"), price=5000)
    rule = Rule("look", {}, "second", (), (), (effect,), PLACE)
    basket = facts(*SHIRTS, line(9900, category="shoes"), member=ada())
    (told,) = explain(Rulebook(PROGRAM, (rule,), "", {}), basket).rules
    assert told.blame is not None
    assert told.blame.found == Found(("shirts", "shoes"), Sku)
    assert told.would is None  # nobody knows what a bag costs


@pytest.mark.parametrize("effect", [PayFor(2, 1), SpendSteps((3500,), amount=(1,))])
def test_nothing_is_missing_where_it_gives(effect: Effect):
    it = told_of(effect, facts(*SHIRTS, member=ada()))
    assert it.verdict is not None
    assert (it.verdict.status, it.blame) == ("applied", None)


def test_what_is_weighed_is_no_unit_of_a_set():
    basket = facts(line(2000, "0.5", "shirts"), line(1500, 1, "shirts"), member=ada())
    it = told_of(PayFor(3, 2), basket)
    assert it.blame is not None
    assert it.blame.near == Near(2000, "milli")
    assert it.blame.near.like == basket.purchase.lines[1]
