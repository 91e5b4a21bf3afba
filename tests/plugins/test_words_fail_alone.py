"""A word that breaks costs its own rule's effect: all other rules decide as if it were not there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import count, repeat
from unittest.mock import MagicMock, Mock

import pytest

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.outcomes import (
    AddProduct,
    Discount,
    EarnPoints,
    Message,
    MultiplyPoints,
    Outcome,
)
from loyalty_engine.domain.purchase import Line
from loyalty_engine.rulebook.deciding.decide import decide
from loyalty_engine.rulebook.deciding.decision import Decision
from loyalty_engine.rulebook.deciding.word_answers import nearness
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.words import Condition, Effect, Near, Selector
from loyalty_engine.vocabulary import standard_words
from tests.vocabulary import baskets

PROGRAM = """
program: shop
title: Shop
zone: Europe/Paris
currency: EUR
languages: [en]
units: {points: {value: 0.01}}
lanes: [{offers: %s}, {points: all}]
"""
BASE = "rule: base\nlane: points\nthen: [earn_per_amount: {points: 1, per: 1.00}]"
OFF = "rule: off\nlane: offers\nthen: [amount_off: 1.00]"


class Answer:
    """What the odd words answer in this test."""

    given: object = True


def answer() -> object:
    if isinstance(Answer.given, BaseException):
        raise Answer.given
    return Answer.given


@dataclass(frozen=True)
class OddCondition(Condition):
    word = "odd_condition"
    says = "something odd"

    def holds(self, facts: Facts) -> bool:
        return answer()  # type: ignore[return-value]

    def near(self, facts: Facts) -> Near | None:
        return answer()  # type: ignore[return-value]


@dataclass(frozen=True)
class OddSelector(Selector):
    word = "odd_lines"
    says = "odd lines"

    def selects(self, line: Line) -> bool:
        return answer()  # type: ignore[return-value]


@dataclass(frozen=True)
class OddEffect(Effect):
    word = "odd_effect"
    says = "something odd comes of it"

    def outcomes(self, facts: Facts, lines: Sequence[int]) -> Iterable[Outcome]:
        return answer()  # type: ignore[return-value]


def rulebook(odd: str, stacking: str = "all") -> Rulebook:
    source: Mapping[str, str] = {
        "program.yaml": PROGRAM % stacking,
        "base.yaml": BASE,
        "off.yaml": OFF,
        "odd.yaml": f"rule: odd\nlane: offers\n{odd}",
    }
    return parse_rulebook(source, [*standard_words(), OddCondition, OddSelector, OddEffect])


LINES = (baskets.line(500), baskets.line(300))


def decided(odd: str, given: object, stacking: str = "all") -> Decision:
    Answer.given = given
    return decide(rulebook(odd, stacking), baskets.facts(*LINES, member=baskets.ada(purchases=3)))


def status(decision: Decision) -> dict[str, str]:
    return {verdict.rule: verdict.status for verdict in decision.verdicts}


def without_odd(decision: Decision) -> Decision:
    return replace(decision, verdicts=tuple(v for v in decision.verdicts if v.rule != "odd"))


NOT_MET = "when: [first_purchase]\nthen: [amount_off: 1.00]"
CONDITION = "when: [odd_condition]\nthen: [amount_off: 1.00]"
RAISED = [
    Exception("x"),
    BaseException(),
    SystemExit(1),
    GeneratorExit(),
    RecursionError(),
    MemoryError(),
    StopIteration(),
]
NOT_TRUTHS = [None, 0, 1, "10", "", float("nan"), [], MagicMock(), NotImplemented]
RULES = {
    "condition": CONDITION,
    "selector": "on: [odd_lines]\nthen: [amount_off: 1.00]",
    "within all": "when: [all: [odd_condition, odd_condition]]\nthen: [amount_off: 1.00]",
    "within any": "when: [any: [first_purchase, odd_condition]]\nthen: [amount_off: 1.00]",
    "within none": "when: [none: [odd_condition]]\nthen: [amount_off: 1.00]",
    "within lines": "on: [none: [odd_lines]]\nthen: [amount_off: 1.00]",
    "within any lines": "on: [any: [odd_lines]]\nthen: [amount_off: 1.00]",
    "within all lines": "on: [all: [odd_lines]]\nthen: [amount_off: 1.00]",
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
@pytest.mark.parametrize("given", [*RAISED, *NOT_TRUTHS], ids=lambda it: type(it).__name__)
def test_a_condition_or_selector_that_breaks_is_an_error_of_its_rule(rule: str, given: object):
    decision = decided(rule, given)
    assert status(decision) == {"odd": "error", "off": "applied", "base": "applied"}
    assert without_odd(decision) == without_odd(decided(NOT_MET, True))


def odd_earn(**given: object) -> EarnPoints:
    return EarnPoints(**{"unit": "points", "by_line": {0: Fraction(1)}} | given)  # type: ignore[arg-type]


OUTCOMES: dict[str, object] = {
    "nothing": None,
    "number": 10,
    "text": "10",
    "mock": Mock(),
    "unknown outcome": [object()],
    "class instead of outcome": [EarnPoints],
    "outcome alone": odd_earn(),
    "endless": repeat(Message({"en": "again"})),
    "endless numbers": count(),
    "more than a thousand": [Message({"en": "again"})] * 1001,
    "another unit": [odd_earn(unit="gold")],
    "unit that cannot be one": [odd_earn(unit=[])],
    "line that is not there": [odd_earn(by_line={2: Fraction(1)})],
    "line before the first": [odd_earn(by_line={-1: Fraction(1)})],
    "line true": [odd_earn(by_line={True: Fraction(1)})],
    "line by id": [odd_earn(by_line={"1": Fraction(1)})],
    "lines as a list": [odd_earn(by_line=[1])],
    "negative points": [odd_earn(by_line={0: Fraction(-10)})],
    "negative fixed": [odd_earn(fixed=Fraction(-10))],
    "nan": [odd_earn(by_line={0: float("nan")})],
    "infinite": [odd_earn(fixed=float("inf"))],
    "binary fraction": [odd_earn(fixed=0.5)],
    "true points": [odd_earn(fixed=True)],
    "no points": [odd_earn(fixed=None)],
    "10^30": [odd_earn(fixed=Fraction(10**30))],
    "endless fraction": [odd_earn(fixed=Fraction(1, 10**30))],
    "carry of nothing": [odd_earn(carry_step=0)],
    "carry backwards": [odd_earn(carry_step=-1)],
    "basis below zero": [odd_earn(carry_step=1, basis=-5)],
    "carry of half a point": [odd_earn(carry_step=1, carry_points=Fraction(1, 2))],
    "factor below zero": [MultiplyPoints("points", Fraction(-1), frozenset({0}))],
    "factor nan": [MultiplyPoints("points", float("nan"), frozenset({0}))],  # type: ignore[arg-type]
    "factor of another unit": [MultiplyPoints("gold", Fraction(2), frozenset({0}))],
    "factor on no line": [MultiplyPoints("points", Fraction(2), frozenset({7}))],
    "factor on a list": [MultiplyPoints("points", Fraction(2), [0])],  # type: ignore[arg-type]
    "negative discount": [Discount({0: -100})],
    "discount on no line": [Discount({2: 100})],
    "discount true": [Discount({0: True})],
    "discount in text": [Discount({0: "100"})],  # type: ignore[dict-item]
    "discount of 10^30": [Discount({0: 10**30})],
    "discount as a list": [Discount([100])],  # type: ignore[arg-type]
    "discount of half a cent": [Discount({0: Fraction(1, 2)})],  # type: ignore[dict-item]
    "discount on a part below zero": [Discount({0: 100}, units_milli={0: -1})],
    "sets neither true nor false": [Discount({0: 100}, in_sets=1)],  # type: ignore[arg-type]
    "a product without a name": [AddProduct("", 1000)],
    "none of a product": [AddProduct("A", 0)],
    "a part of a product by float": [AddProduct("A", 0.5)],  # type: ignore[arg-type]
    "message without text": [Message({})],
    "message of numbers": [Message({"en": 1})],  # type: ignore[dict-item]
    "message of 10 MB": [Message({"en": "x" * 10**7})],
    "half a character": [Message({"en": "\ud800"})],
    "one good, one bad": [Discount({0: 100}), Discount({0: -100})],
}
EFFECT = "then: [odd_effect]"


@pytest.mark.parametrize("given", OUTCOMES.values(), ids=OUTCOMES.keys())
def test_an_outcome_that_cannot_be_meant_is_an_error_of_its_rule(given: object):
    decision = decided(EFFECT, given)
    assert status(decision) == {"odd": "error", "off": "applied", "base": "applied"}
    assert without_odd(decision) == without_odd(decided(NOT_MET, True))


@pytest.mark.parametrize("given", RAISED, ids=lambda it: type(it).__name__)
def test_an_effect_that_raises_is_an_error_of_its_rule(given: object):
    decision = decided(EFFECT, given)
    assert status(decision) == {"odd": "error", "off": "applied", "base": "applied"}


def test_good_words_of_a_plugin_count_like_any_other():
    discount = Discount({0: 100})
    decision = decided(f"when: [odd_condition]\non: [odd_lines]\n{EFFECT}", True)
    assert status(decision)["odd"] == "error"
    decision = decided(EFFECT, [discount, odd_earn(by_line={0: 7})])
    assert status(decision)["odd"] == "applied"
    assert decision.nets == (500 - 100 - 57, 300 - 43)
    assert decision.points() == {"points": 7 + 6}


@pytest.mark.parametrize("stacking", ["best", "first"])
def test_where_one_rule_wins_a_broken_one_never_does(stacking: str):
    decision = decided(EFFECT, ValueError(), stacking)
    assert status(decision) == {"odd": "error", "off": "applied", "base": "applied"}


def test_one_that_is_interrupted_is_stopped_and_not_called_broken():
    with pytest.raises(KeyboardInterrupt):
        decided(CONDITION, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        decided(EFFECT, KeyboardInterrupt())


@pytest.mark.parametrize("given", [*RAISED[:3], 5, "near", Near("1", "count")])  # type: ignore[arg-type]
def test_nearness_that_a_word_cannot_tell_is_none(given: object):
    Answer.given = given
    assert nearness(partial(OddCondition().near, baskets.facts())) is None


def test_nearness_is_told_as_the_word_tells_it():
    Answer.given = Near(3, "count")
    assert nearness(partial(OddCondition().near, baskets.facts())) == Near(3, "count")
