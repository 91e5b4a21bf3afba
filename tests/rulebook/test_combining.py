"""The best combination: no other one of those that may stand together gives more."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty_engine.domain.discounting import PercentageRounding, Percentages
from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.lanes import Lane, Multipliers, Stacking
from loyalty_engine.domain.limits import Limit, Measure, Scope
from loyalty_engine.domain.outcomes import Outcome
from loyalty_engine.domain.purchase import Line, Purchase
from loyalty_engine.domain.units import Unit
from loyalty_engine.rulebook.deciding import combination_search, combining
from loyalty_engine.rulebook.deciding.combination_bound import most_together
from loyalty_engine.rulebook.deciding.decide import decide
from loyalty_engine.rulebook.deciding.decision import Decision
from loyalty_engine.rulebook.deciding.match import Match, match_every
from loyalty_engine.rulebook.deciding.tally import Tally
from loyalty_engine.rulebook.deciding.worth import Worth
from loyalty_engine.rulebook.exclusion import Exclusive, Named, NotWith
from loyalty_engine.rulebook.rule import Rule
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.words import Effect
from loyalty_engine.vocabulary.effects.amount_off import AmountOff
from loyalty_engine.vocabulary.effects.amount_off_each import AmountOffEach
from loyalty_engine.vocabulary.effects.earn_per_amount import EarnPerAmount
from loyalty_engine.vocabulary.effects.earn_points import EarnFixed
from loyalty_engine.vocabulary.effects.fixed_price import FixedPrice
from loyalty_engine.vocabulary.effects.multiply_points import Multiply
from loyalty_engine.vocabulary.effects.pay_for import PayFor
from loyalty_engine.vocabulary.effects.percentage_off import PercentageOff
from loyalty_engine.vocabulary.selectors.category import Category
from loyalty_engine.vocabulary.selectors.sku import Sku
from tests.rulebook.random_rules import PLACE, PROGRAM, some_facts
from tests.shop import OPENING

VALUES = st.sampled_from([Fraction(0), Fraction(1), Fraction(1, 2), Fraction(7, 3), Fraction(40)])
EFFECTS: st.SearchStrategy[Effect] = st.one_of(
    st.builds(PercentageOff, st.sampled_from([500, 1000, 3333, 5000, 10000]), st.sampled_from([None, 50])),
    st.builds(AmountOff, st.sampled_from([1, 100, 333])),
    st.builds(AmountOffEach, st.sampled_from([1, 100])),
    st.builds(FixedPrice, st.sampled_from([0, 100, 450])),
    st.builds(PayFor, st.just(2), st.just(1)),
    st.builds(EarnFixed, st.sampled_from([1, 20, 300])),
    st.builds(EarnPerAmount, st.just(Fraction(1)), st.sampled_from([1, 100, 300])),
    st.builds(Multiply, st.sampled_from([Fraction(2), Fraction(3, 2)])),
)  # fmt: skip
SELECTORS = st.sampled_from(
    [(), (), (Category(("food",)),), (Category(("home",)),), (Sku(("A",)),)]
)


@st.composite
def rules(draw: st.DrawFn, most: int, effects: st.SearchStrategy[Effect] = EFFECTS) -> list[Rule]:
    made = []
    for number in range(draw(st.integers(1, most))):
        kind, name = draw(
            st.sampled_from(
                [(None, ""), (None, ""), (Named.RULE, "r1"), (Named.RULE, "r2"), (Named.GROUP, "a")]
            )
        )
        barred = (NotWith(kind, name, PLACE),) if kind and name != f"r{number}" else ()
        exclusive = draw(st.sampled_from([Exclusive.NO] * 5 + [Exclusive.LANE]))
        limited = draw(st.sampled_from([(), (), (Limit(Measure.MONEY, 120, Scope.PURCHASE),)]))
        then = tuple(draw(st.lists(effects, min_size=1, max_size=2)))
        made.append(
            Rule(
                f"r{number}", {}, "deals", (), draw(SELECTORS), then, PLACE,
                priority=draw(st.integers(0, 2)), exclusive=exclusive,
                group=draw(st.sampled_from(["", "a"])), not_with=barred, limits=limited,
            )
        )  # fmt: skip
    return made


def rulebook(
    rules: Sequence[Rule], value: Fraction, how: Multipliers, stacking: Stacking
) -> Rulebook:
    program = replace(
        PROGRAM,
        units={"points": Unit("points", value)},
        lanes=(Lane("deals", stacking, how),),
    )
    return Rulebook(program, tuple(sorted(rules, key=lambda it: it.id)), "", {})


def by_brute_force(book: Rulebook, facts: Facts) -> tuple[int, tuple[str, ...]]:
    """All sets tried: what the best one is worth, and its rules in the published order."""
    lane = book.program.lanes[0]
    matches, _ = match_every(book, lane.name, facts)
    ordered = [
        *(it for it in matches if not it.multiplies), *(it for it in matches if it.multiplies)
    ]  # fmt: skip
    worth = Worth(book.program)
    best: tuple[int, int] = (0, 0)
    for chosen in _sets(ordered, lane.multipliers):
        tally = Tally(book.program, facts, None)
        tally.compound = lane.multipliers is Multipliers.MULTIPLY
        value, gave = 0, 0
        for place in chosen:
            gain = tally.gain(ordered[place])
            if gain.gives:
                tally.take(gain)
                value += worth.of(gain)
                gave |= 1 << (len(ordered) - place)
        best = max(best, (value, gave))
    names = (it.rule.id for n, it in enumerate(ordered) if best[1] >> (len(ordered) - n) & 1)
    return best[0], tuple(names)


def _sets(ordered: Sequence[Match], how: Multipliers) -> Iterator[tuple[int, ...]]:
    for many in range(len(ordered) + 1):
        for chosen in combinations(range(len(ordered)), many):
            pairs = [(ordered[a], ordered[b]) for a, b in combinations(chosen, 2)]
            if all(
                a.rule.stands_beside(b.rule)
                and not (how is Multipliers.BEST and a.multiplies and b.multiplies)
                for a, b in pairs
            ):
                yield chosen


def worth(book: Rulebook, decision: Decision) -> int:
    scale = Worth(book.program).scale
    points = sum(book.program.units[it.unit].value * it.granted for it in decision.grants)
    return int(scale * (points + sum(it.total for it in decision.reductions)))


def gave(decision: Decision) -> set[str]:
    money = {it.rule for it in decision.reductions if it.total}
    return money | {it.rule for it in decision.grants if it.granted}


HOWS = st.sampled_from(list(Multipliers))


@settings(max_examples=400, deadline=None)
@given(rules(8), VALUES, HOWS, some_facts(), st.sampled_from([0, 0, 120]))
def test_no_set_of_rules_gives_more(
    made: list[Rule], value: Fraction, how: Multipliers, facts: Facts, tender: int
):
    facts = replace(facts, tender=min(tender, sum(facts.nets)))
    book = rulebook(made, value, how, Stacking.BEST_COMBINATION)
    decision = decide(book, facts)
    best, names = by_brute_force(book, facts)
    assert (best, set(names)) == (worth(book, decision), gave(decision))
    assert decision.bounded == {}


@settings(max_examples=150, deadline=None)
@given(rules(10), VALUES, HOWS, some_facts(), st.integers(0, 999))
def test_the_order_of_rules_and_files_makes_no_difference(
    made: list[Rule], value: Fraction, how: Multipliers, facts: Facts, seed: int
):
    book = rulebook(made, value, how, Stacking.BEST_COMBINATION)
    mixed = list(made)
    Random(seed).shuffle(mixed)
    assert decide(book, facts) == decide(replace(book, rules=tuple(mixed)), facts)


@settings(max_examples=150, deadline=None)
@given(rules(14), VALUES, HOWS, some_facts(), st.sampled_from([0, 30, 200, 40_000]))
def test_with_little_work_it_is_still_never_worse_than_one_rule_and_says_by_how_much(
    made: list[Rule], value: Fraction, how: Multipliers, facts: Facts, work: int
):
    book = rulebook(made, value, how, Stacking.BEST_COMBINATION)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(combination_search, "MOST_WORK", work)
        patch.setattr(combining, "ALWAYS_EXACT", 2)
        decision = decide(book, facts)
    single = decide(rulebook(made, value, how, Stacking.BEST), facts)
    if not any(rule.multiplies for rule in made):
        assert worth(book, decision) >= worth(book, single)
    chosen = [book.by_id[it] for it in gave(decision)]
    assert all(a.stands_beside(b) for a in chosen for b in chosen if a is not b)
    best = decide(book, facts) if len(made) > 8 else None
    most = worth(book, best) if best else by_brute_force(book, facts)[0]
    scale = Worth(book.program).scale
    room = decision.bounded.get("deals", 0) + (best.bounded.get("deals", 0) if best else 0)
    assert most <= worth(book, decision) + room * scale + scale


BY_LINE: st.SearchStrategy[Effect] = st.one_of(
    st.builds(PercentageOff, st.sampled_from([500, 1000, 3333, 5000, 9999]), st.none()),
    st.builds(AmountOffEach, st.sampled_from([1, 100])),
    st.builds(FixedPrice, st.sampled_from([0, 100, 450])),
)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(rules(7), rules(7, BY_LINE)), VALUES, HOWS, some_facts(),
    st.sampled_from(list(Percentages)), st.sampled_from(list(PercentageRounding)),
)  # fmt: skip
def test_no_set_of_rules_gives_more_than_is_said_to_be_possible(
    made: list[Rule],
    value: Fraction,
    how: Multipliers,
    facts: Facts,
    percentages: Percentages,
    rounding: PercentageRounding,
):
    book = rulebook(made, value, how, Stacking.BEST_COMBINATION)
    switches = replace(book.program.switches, percentages=percentages, percentage_rounding=rounding)
    book = replace(book, program=replace(book.program, switches=switches))
    best, _ = by_brute_force(book, facts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(combination_search, "MOST_WORK", 0)
        patch.setattr(combining, "ALWAYS_EXACT", 0)
        decision = decide(book, facts)
    scale = Worth(book.program).scale
    assert best <= worth(book, decision) + decision.bounded.get("deals", 0) * scale
    assert best <= _bound(book, facts)


def _bound(book: Rulebook, facts: Facts) -> int:
    """What is said to be possible before anything is tried."""
    lane, tally, much = book.program.lanes[0], Tally(book.program, facts, None), Worth(book.program)
    tally.compound = lane.multipliers is Multipliers.MULTIPLY
    matches, _ = match_every(book, lane.name, facts)
    plain = [it for it in matches if not it.multiplies]
    multipliers = [it for it in matches if it.multiplies]
    items, _, _ = combining._alone(tally, plain, multipliers, much)
    combining._set_apart(items, one_multiplier=lane.multipliers is Multipliers.BEST)
    search = combination_search.Search(tally, items, much, combination_search.Work(always=True))
    return most_together(tally, search.groups, much)


def test_parts_of_a_line_are_not_added_up_where_each_is_of_the_rest():
    facts = Facts(Purchase("T", OPENING, "EUR", (Line("1", "A", 1000, 10_000, "food"),)), OPENING)
    halves = [
        Rule(f"r{n}", {}, "deals", (), (), (PercentageOff(5000, None),), PLACE) for n in range(3)
    ]
    book = rulebook(halves, Fraction(0), Multipliers.ADD, Stacking.BEST_COMBINATION)
    facts = facts.with_nets((10_000,), book.program)
    assert by_brute_force(book, facts)[0] == 8750
    assert 8750 <= _bound(book, facts) <= 8750 + 3 * 2


class Otherwise(PercentageOff):
    word = "otherwise"

    def outcomes(self, facts: Facts, lines: Sequence[int]) -> Iterable[Outcome]:
        return ()


class Renamed(PercentageOff):
    word = "renamed"


def test_an_effect_with_outcomes_of_its_own_forgets_what_helps_to_find_the_best():
    inherited, own = Renamed(500), Otherwise(500)
    assert (inherited.takes_a_part, inherited.line_by_line) == (True, True)
    assert (own.takes_a_part, own.line_by_line) == (False, False)
    capped = PercentageOff(500, 100)
    assert (capped.takes_a_part, capped.line_by_line) == (False, False)
