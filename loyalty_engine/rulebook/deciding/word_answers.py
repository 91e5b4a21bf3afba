"""What words answer while a purchase is decided, checked: words come from plugins too.

A word that raises, or answers what cannot be meant, raises `WordFailed` here; its rule then has
no effect and its verdict is `error`, and all other rules are decided as if it were not there.
Every exception counts but KeyboardInterrupt, which is the operator's and not the word's.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from fractions import Fraction
from itertools import islice
from typing import Any

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.outcomes import (
    AddProduct,
    Discount,
    EarnPoints,
    GiveVoucher,
    Message,
    MultiplyPoints,
    Outcome,
)
from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.rule import Rule
from loyalty_engine.rulebook.words import Condition, Effect, Found, Near, sure

MOST_OUTCOMES = 1000
"""So many outcomes one effect brings about at most."""

LARGEST = 10**15
"""Beyond it points, amounts of money, factors and denominators are a mistake."""

LONGEST_TEXT = 2000


_SHOWN = (type(None), str, int, bool, date, datetime, time, Fraction)
"""What a word may tell that it has found, alone or in a tuple."""


class WordFailed(Exception):
    """A word has raised, or has answered what cannot be meant."""


def unmet_or_lines(rule: Rule, facts: Facts) -> Condition | tuple[int, ...]:
    """The first of the rule's conditions that does not hold; else the lines it is about.

    Those are, by index, what all of its selectors pick, without any all that counts.
    """
    try:
        for condition in rule.when:
            held = condition.holds(facts)
            if held is not True and not sure(held):
                return condition
        return _picked(rule, facts)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise WordFailed from error


def selected_lines(rule: Rule, facts: Facts) -> tuple[int, ...]:
    """The lines that a rule is about, whether its conditions hold or not, by index."""
    try:
        return _picked(rule, facts)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise WordFailed from error


def _picked(rule: Rule, facts: Facts) -> tuple[int, ...]:
    picked: Sequence[int] = facts.every_line
    if facts.countable is not None and not rule.names_kinds:
        picked = facts.countable
    for selector in rule.on:
        picked = selector.picks(facts, picked)
    return tuple(picked)


def outcomes_of(
    rule: Rule, program: Program, facts: Facts, lines: Sequence[int]
) -> tuple[Outcome, ...]:
    """All that the rule's effects bring about for the selected lines."""
    found: list[Outcome] = []
    try:
        for effect in rule.then:
            several = effect.outcomes(facts, lines_about(rule, effect, facts, lines))
            if type(several) is not tuple:  # a plugin's word may go on without end
                several = tuple(islice(several, MOST_OUTCOMES + 1))
            _refuse_unless(len(several) <= MOST_OUTCOMES)
            for outcome in several:
                _CHECKS[type(outcome)](outcome, program, facts)
            found += several
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise WordFailed from error
    return tuple(found)


def lines_about(rule: Rule, effect: Effect, facts: Facts, lines: Sequence[int]) -> Sequence[int]:
    """Those of the selected lines that one of the rule's effects is about."""
    if facts.goods is None or effect.on_all_that_counts or rule.names_kinds:
        return lines
    goods = frozenset(facts.goods)
    return [index for index in lines if index in goods]


def nearness(ask: Callable[[], Near | None]) -> Near | None:
    """How far a word says it is from it; None as well where the word cannot tell."""
    try:
        near = ask()
        whole = type(near) is Near and type(near.short_by) is int
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001 - a plugin's word may raise anything
        return None
    return near if whole else None


def what_is_found(ask: Callable[[], Found | None]) -> Found | None:
    """What a word says there is instead of what it wants; None as well where it cannot tell."""
    try:
        found = ask()
        if type(found) is not Found:
            return None
        several = found.value if isinstance(found.value, tuple) else (found.value,)
        plain = all(type(each) in _SHOWN for each in several)
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001 - a plugin's word may raise anything
        return None
    return found if plain else None


def _refuse_unless(meant: bool) -> None:
    if not meant:
        raise WordFailed


def _check_earn(outcome: EarnPoints, program: Program, facts: Facts) -> None:
    _refuse_unless(outcome.unit in program.units and type(outcome.by_line) is dict)
    lines = len(facts.purchase.lines)
    for index, exact in outcome.by_line.items():
        if type(index) is not int or not 0 <= index < lines:
            raise WordFailed
        _check_exact(exact)
    _check_exact(outcome.fixed)
    if outcome.carry_step is not None:
        _check_whole(outcome.carry_step, LARGEST)
        _check_whole(outcome.carry_points, LARGEST)
        _check_whole(outcome.basis, LARGEST)
        _refuse_unless(outcome.carry_step > 0)


def _check_multiply(outcome: MultiplyPoints, program: Program, facts: Facts) -> None:
    _refuse_unless(outcome.unit in program.units and type(outcome.lines) is frozenset)
    _check_exact(outcome.factor)
    lines = len(facts.purchase.lines)
    for index in outcome.lines:
        if type(index) is not int or not 0 <= index < lines:
            raise WordFailed


def _check_discount(outcome: Discount, facts: Facts) -> None:
    lines = len(facts.purchase.lines)
    for by_line in (outcome.by_line, outcome.units_milli):
        _refuse_unless(isinstance(by_line, dict))
        # Written out: it is asked for every line of every discount.
        for index, amount in by_line.items():
            if type(index) is not int or type(amount) is not int:
                raise WordFailed
            if not (0 <= index < lines and 0 <= amount <= LARGEST):
                raise WordFailed
    _refuse_unless(type(outcome.in_sets) is bool)
    _refuse_unless(type(outcome.percentage) is bool)


def _check_message(outcome: Message) -> None:
    _refuse_unless(type(outcome.texts) is dict and bool(outcome.texts))
    for language, text in outcome.texts.items():
        _refuse_unless(type(language) is str and type(text) is str)
        _refuse_unless(len(language) <= LONGEST_TEXT and len(text) <= LONGEST_TEXT)
        (language + text).encode()


def _check_product(outcome: AddProduct) -> None:
    _refuse_unless(type(outcome.sku) is str and 0 < len(outcome.sku) <= LONGEST_TEXT)
    outcome.sku.encode()
    _check_whole(outcome.quantity_milli, LARGEST)
    _refuse_unless(outcome.quantity_milli > 0)


def _check_whole(amount: object, most: int) -> None:
    _refuse_unless(type(amount) is int and 0 <= amount <= most)


def _check_exact(exact: object) -> None:
    if type(exact) is Fraction:
        whole, parts = exact.numerator, exact.denominator
        if not (parts <= LARGEST and 0 <= whole <= LARGEST * parts):
            raise WordFailed
    else:
        _check_whole(exact, LARGEST)


_CHECKS: Mapping[type, Callable[[Any, Program, Facts], None]] = {
    EarnPoints: _check_earn,
    MultiplyPoints: _check_multiply,
    Discount: lambda outcome, _, facts: _check_discount(outcome, facts),
    Message: lambda outcome, *_: _check_message(outcome),
    AddProduct: lambda outcome, *_: _check_product(outcome),
    GiveVoucher: lambda outcome, *_: _refuse_unless(type(outcome.kind) is str),
}
"""Another type is none of the closed set: KeyError."""
