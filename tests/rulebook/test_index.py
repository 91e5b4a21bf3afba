"""The index finds what looking at every rule finds, and spares looking at most of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook import index_of_products
from loyalty_engine.rulebook.deciding.decide import decide
from loyalty_engine.rulebook.deciding.match import match_every, match_lane
from loyalty_engine.rulebook.dimensions import SKU, TIER, TOTAL
from loyalty_engine.rulebook.index import MOST_DAYS, MOST_STEPS, positions
from loyalty_engine.rulebook.index_of_products import ByProduct
from loyalty_engine.rulebook.needs import NOTHING, Needs, OneValue, all_of, any_of
from loyalty_engine.rulebook.rule import Rule
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.words import Condition, Selector
from loyalty_engine.vocabulary.conditions.attribute_is import AttributeIs
from loyalty_engine.vocabulary.conditions.has_sku import HasSku
from loyalty_engine.vocabulary.conditions.is_member import IsMember
from loyalty_engine.vocabulary.conditions.spent_at_least import SpentAtLeast
from loyalty_engine.vocabulary.conditions.tier_is import TierIs
from loyalty_engine.vocabulary.effects.earn_points import EarnFixed
from loyalty_engine.vocabulary.selectors.category import Category
from tests.rulebook.random_rules import (
    PLACE,
    rulebook_of,
    rulebooks,
    selectors,
    some_facts,
    words,
    words_of,
)
from tests.vocabulary import baskets


def rule(id: str, *when: Condition, on: Iterable[Selector] = (), **more: Any) -> Rule:
    return Rule(id, {}, "first", when, tuple(on), (EarnFixed(1),), PLACE, **more)


def matches(rulebook: Rulebook, lane: str, facts: Facts, tell: int = 0) -> Any:
    return match_lane(rulebook, lane, facts, rulebook.index.possible(facts), tell)


def looked_at(rulebook: Rulebook, facts: Facts) -> int:
    """How many rules are looked at."""
    return (rulebook.index.possible(facts) & rulebook.index.afforded(facts)).bit_count()


# --- nothing is lost -----------------------------------------------------------------------------


@given(rulebooks(), some_facts(), st.integers(0, 12))
def test_the_index_finds_what_looking_at_each_rule_finds(
    rulebook: Rulebook, facts: Facts, tell: int
):
    for lane in rulebook.by_lane:
        found, failures = matches(rulebook, lane, facts, tell)
        every, all_failures = match_every(rulebook, lane, facts)
        assert found == every
        assert failures == all_failures[:tell]


@given(rulebooks(), some_facts(), st.integers(0, 8))
def test_a_decision_is_the_same_however_many_rules_it_tells_of(
    rulebook: Rulebook, facts: Facts, tell: int
):
    whole = decide(rulebook, facts)
    told = decide(rulebook, facts, tell=tell)
    unmet = [it for it in whole.verdicts if it.status == "not_met"]
    left = [it for it in whole.verdicts if it not in unmet[tell:]]
    assert told == replace(whole, verdicts=tuple(left))


def met(needs: Needs, facts: Facts) -> bool:
    """Whether the facts have all that is needed."""
    for dimension, need in needs.items():
        has = dimension.of(facts)
        if isinstance(need, int):
            enough = has >= need  # type: ignore[operator]
        else:
            enough = not need.isdisjoint([has] if isinstance(dimension, OneValue) else has)  # type: ignore[arg-type]
        if not enough:
            return False
    return True


@pytest.mark.parametrize("kind", words(Condition), ids=lambda kind: kind.word)
def test_where_a_condition_holds_there_is_what_it_needs(kind: type[Condition]):
    @given(words_of(kind), some_facts())
    def whenever_it_holds(word: Condition, facts: Facts) -> None:
        assert met(word.needs(), facts) or not word.holds(facts)

    whenever_it_holds()


@pytest.mark.parametrize("kind", words(Selector), ids=lambda kind: kind.word)
def test_where_a_selector_finds_a_line_there_is_what_it_needs(kind: type[Selector]):
    @given(words_of(kind), some_facts())
    def whenever_it_selects(word: Selector, facts: Facts) -> None:
        assert met(word.needs(), facts) or not any(map(word.selects, facts.purchase.lines))

    whenever_it_selects()


@given(selectors, some_facts())
def test_picking_among_all_lines_is_selecting_each(words: tuple[Selector, ...], facts: Facts):
    lines = facts.purchase.lines
    # `full_price` looks at what lanes before have left, which no line tells.
    facts = facts.with_nets(tuple(line.net for line in lines))
    for word in words:
        among = range(len(lines))
        assert list(word.picks(facts, among)) == [i for i in among if word.selects(lines[i])]
        assert list(word.picks(facts, among[1:])) == [
            i for i in among[1:] if word.selects(lines[i])
        ]


def test_amounts_between_steps_are_not_lost():
    bounds = range(0, MOST_STEPS * 30, 3)
    rulebook = rulebook_of(rule(f"r{n:05}", SpentAtLeast(n)) for n in bounds)
    for total in (0, 1, 3, 500, 999, 1800, MOST_STEPS * 30):
        found, _ = matches(rulebook, "first", baskets.facts(baskets.line(total)))
        assert len(found) == len([bound for bound in bounds if bound <= total])


def test_a_rule_is_live_from_its_first_to_its_last_day():
    dated = rule("dated", start=date(2026, 3, 5), end=date(2026, 3, 6))
    rulebook = rulebook_of([dated, rule("always")])
    found = {
        day: [it.rule.id for it in matches(rulebook, "first", baskets.facts(
            baskets.line(100), at=f"2026-03-{day:02}T12:00:00+01:00"))[0]]
        for day in (4, 5, 6, 7)
    }  # fmt: skip
    both = ["always", "dated"]
    assert found == {4: ["always"], 5: both, 6: both, 7: ["always"]}


def test_no_more_days_are_kept_at_hand_than_a_worker_can_hold():
    rulebook = rulebook_of([rule("dated", start=date(2026, 3, 5))])
    live = [
        rulebook.index.live(date.fromordinal(n)) for n in range(700_000, 700_000 + MOST_DAYS * 3)
    ]
    assert set(live) == {0}
    assert rulebook.index.live(date(2026, 3, 5)) == 1


def test_what_products_let_through_is_forgotten_before_it_fills_the_memory(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(index_of_products, "MOST_BYTES", 1000)
    rulebook = rulebook_of(
        [rule("one", HasSku(("P1",))), rule("all"), rule("tea", on=[Category(("food",))])]
    )
    table = next(it for it in rulebook.index._fixed if isinstance(it, ByProduct))
    for number in [*range(20), 1, 1]:
        facts = baskets.facts(baskets.line(100, sku=f"P{number}", category="food/tea"))
        found = [it.rule.id for it in matches(rulebook, "first", facts)[0]]
        assert found == (["all", "one", "tea"] if number == 1 else ["all", "tea"])
        assert 1 <= len(table._known) <= 3


# --- much is spared ------------------------------------------------------------------------------


def test_rules_that_something_rules_out_are_not_looked_at():
    asked = [
        rule("gold", TierIs(("gold",))),
        rule("sku", HasSku(("other",))),
        rule("dear", SpentAtLeast(10_000)),
        rule("lines", on=[Category(("coffee",))]),
    ]
    facts = baskets.facts(baskets.line(500, category="tea"), member=baskets.ada())
    assert looked_at(rulebook_of(asked), facts) == 0
    assert looked_at(rulebook_of([*asked, rule("all", IsMember())]), facts) == 1


@pytest.mark.parametrize("many", [1, 3, 50])
def test_a_value_that_few_or_many_rules_ask_for_finds_them_all(many: int):
    rulebook = rulebook_of(rule(f"r{n:02}", HasSku(("A", str(n)))) for n in range(many))
    found, _ = matches(rulebook, "first", baskets.facts(baskets.line(1, sku="A")))
    assert len(found) == many


def test_positions_come_highest_first():
    assert list(positions(0b1010010)) == [6, 4, 1]
    assert list(positions(0)) == []


# --- what is needed together ---------------------------------------------------------------------

GOLD: Needs = {TIER: frozenset({"gold"})}
METAL: Needs = {TIER: frozenset({"gold", "silver"}), TOTAL: 500}
SKUS: Needs = {SKU: frozenset({"A", "B"}), TOTAL: 900}


def test_what_all_words_need_is_needed_at_its_strictest():
    assert all_of([GOLD, METAL]) == {TIER: frozenset({"gold"}), TOTAL: 500}
    assert all_of([METAL, SKUS]) == {**METAL, **SKUS, TOTAL: 900}
    assert all_of([]) == NOTHING


def test_two_values_that_may_lie_on_two_lines_are_not_thought_to_be_one():
    one, other = {SKU: frozenset({"A", "B"})}, {SKU: frozenset({"C"})}
    assert all_of([one, other]) == {SKU: frozenset({"C"})}


def test_what_any_word_needs_is_needed_at_its_loosest():
    assert any_of([GOLD, METAL]) == {TIER: frozenset({"gold", "silver"})}
    assert any_of([METAL, SKUS]) == {TOTAL: 500}
    assert any_of([METAL, NOTHING]) == NOTHING


def test_a_truth_is_needed_however_it_is_written():
    for texts, known in ((("Yes",), True), (("no", "x"), False), (("true", "FALSE"), False)):
        facts = baskets.facts(baskets.line(1), member=baskets.ada(attributes={"size": known}))
        assert met(AttributeIs("size", texts).needs(), facts)  # type: ignore[arg-type]


# --- words from elsewhere ------------------------------------------------------------------------


@dataclass(frozen=True)
class Odd(Condition):
    """A plugin's word with needs that mean nothing."""

    word = "odd"
    says = "odd"
    told: Callable[[], Any]

    def holds(self, facts: Facts) -> bool:
        return True

    def needs(self) -> Needs:
        return self.told()  # type: ignore[no-any-return]


def raising(*_: object) -> Any:
    raise SystemExit


@pytest.mark.parametrize(
    "told",
    [
        raising,
        lambda: None,
        lambda: {"tier": frozenset({"gold"})},
        lambda: {TIER: "gold"},
        lambda: {TIER: ["gold"]},
        lambda: {TIER: 500},
        lambda: {TOTAL: frozenset({500})},
        lambda: {TOTAL: None},
        lambda: {OneValue("broken", raising): frozenset({1})},
        lambda: {OneValue("no value", lambda facts: []): frozenset({1})},
    ],
)
def test_needs_that_cannot_be_meant_rule_nothing_out(told: Callable[[], Any]):
    rulebook = rulebook_of([rule("odd", Odd(told)), rule("gold", Odd(told), TierIs(("gold",)))])
    facts = baskets.facts(baskets.line(100), member=baskets.ada(tier="gold"))
    found, _ = matches(rulebook, "first", facts)
    assert [it.rule.id for it in found] == ["gold", "odd"]


def test_a_plugin_may_bring_a_dimension_of_its_own():
    weather = OneValue("weather", lambda facts: facts.plugins["weather"]["sky"])
    rulebook = rulebook_of([rule("rain", Odd(lambda: {weather: frozenset({"rain"})}))])
    dry = replace(baskets.facts(baskets.line(100)), plugins={"weather": {"sky": "clear"}})
    wet = replace(dry, plugins={"weather": {"sky": "rain"}})
    assert (looked_at(rulebook, dry), looked_at(rulebook, wet)) == (0, 1)


class OnceGold(TierIs):
    """A word that holds elsewhere than the one it is made from."""

    def holds(self, facts: Facts) -> bool:
        return True


class AnyLine(Category):
    def selects(self, line: Any) -> bool:
        return True


class Lenient:
    def holds(self, facts: Facts) -> bool:
        return True


class Mixed(Lenient, TierIs):
    """The same by way of another class."""


class Renamed(TierIs):
    word = "renamed"


def test_a_word_that_answers_anew_forgets_what_it_would_inherit():
    assert OnceGold(("gold",)).needs() == Mixed(("gold",)).needs() == NOTHING
    assert AnyLine(("tea",)).needs() == NOTHING
    assert list(AnyLine(("tea",)).picks(baskets.facts(baskets.line(1)), [0])) == [0]
    assert Renamed(("gold",)).needs() == TierIs(("gold",)).needs()


class Untrue(IsMember):
    """A word that says it needs more than it does."""

    def holds(self, facts: Facts) -> bool:
        return True

    def needs(self) -> Needs:
        return {TIER: frozenset({"gold"})}


def test_a_word_that_needs_less_than_it_says_is_taken_at_its_word():
    rulebook = rulebook_of([rule("untrue", Untrue()), rule("gold", TierIs(("gold",)))])
    found, failures = matches(rulebook, "first", baskets.facts(baskets.line(1)), tell=5)
    assert found == []
    assert [it.rule.id for it in failures] == ["gold"]
