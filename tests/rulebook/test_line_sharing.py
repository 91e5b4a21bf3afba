"""Each line takes one promotion at most: no other way to share the lines out gives more."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty_engine.domain.discounting import PercentageRounding
from loyalty_engine.domain.facts import Facts, MemberFacts
from loyalty_engine.domain.lanes import Lane, Stacking
from loyalty_engine.domain.limits import Campaign, Limit, Measure, Scope, Short
from loyalty_engine.domain.outcomes import MultiplyPoints
from loyalty_engine.domain.purchase import Line, Purchase
from loyalty_engine.domain.units import Unit
from loyalty_engine.rulebook.checks import findings_of
from loyalty_engine.rulebook.deciding import combination_search, line_search, line_sharing
from loyalty_engine.rulebook.deciding.combination_search import fork
from loyalty_engine.rulebook.deciding.decide import decide
from loyalty_engine.rulebook.deciding.decision import Decision, Grant, Reduction
from loyalty_engine.rulebook.deciding.gain import Gain
from loyalty_engine.rulebook.deciding.match import Match, match_every
from loyalty_engine.rulebook.deciding.settled import Settled
from loyalty_engine.rulebook.deciding.tally import Tally
from loyalty_engine.rulebook.findings import Finding
from loyalty_engine.rulebook.ground import Ground
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.rule import Rule
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.vocabulary import standard_words
from loyalty_engine.vocabulary.effects.cheapest_off import CheapestOff
from tests.rulebook.random_rules import PLACE, PROGRAM, some_facts
from tests.rulebook.test_combining import EFFECTS, SELECTORS, VALUES

CAMPAIGN = Campaign("spring", (Limit(Measure.MONEY, 150, Scope.PURCHASE),))


LIMITS = (
    (), (), (), (Limit(Measure.MONEY, 120, Scope.PURCHASE),),
    (Limit(Measure.POINTS, 15, Scope.PURCHASE, short=Short.REFUSE),),
    (Limit(Measure.LIABILITY, 700, Scope.PURCHASE),),
)  # fmt: skip


@st.composite
def rules(draw: st.DrawFn, most: int) -> list[Rule]:
    effects = st.one_of(EFFECTS, st.builds(CheapestOff, percent=st.sampled_from([5000, 10000])))
    made = []
    for number in range(draw(st.integers(1, most))):
        limited = draw(st.sampled_from(LIMITS))
        then = tuple(draw(st.lists(effects, min_size=1, max_size=2)))
        made.append(
            Rule(
                f"r{number}", {}, "deals", (), draw(SELECTORS), then, PLACE, limits=limited,
                priority=draw(st.integers(0, 2)), campaign=draw(st.sampled_from(["", "", "spring"])),
            )
        )  # fmt: skip
    return made


def rulebook(rules: Sequence[Rule], value: Fraction, rounding: PercentageRounding) -> Rulebook:
    program = replace(
        PROGRAM,
        units={"points": Unit("points", value)},
        lanes=(Lane("deals", Stacking.BEST_PER_LINE),),
        campaigns={"spring": CAMPAIGN},
        switches=replace(PROGRAM.switches, percentage_rounding=rounding),
    )
    return Rulebook(program, tuple(sorted(rules, key=lambda it: it.id)), "", {})


def worth(book: Rulebook, gain: Gain, facts: Facts) -> Fraction:
    """Money off, and points before they are rounded."""
    value = Fraction(gain.reduction.total if gain.reduction else 0)
    if facts.member is not None:
        for it in gain.grants:
            value += book.program.units[it.unit].value * (it.granted if gain.limit else it.exact)
    return value


def by_brute_force(book: Rulebook, facts: Facts) -> tuple[Fraction, dict[int, str]]:
    """All ways tried: what the best one is worth, and whose each line is."""
    rivals = _rivals(book, facts)
    options = [
        [place for place, it in enumerate(rivals) if line in it.lines] or [-1]
        for line in range(len(facts.purchase.lines))
    ]
    best: tuple[Fraction, tuple[int, ...]] | None = None
    for way in product(*options):
        value = _worth_of(book, rivals, way, facts)
        if best is None or value > best[0]:
            best = value, way
    assert best is not None
    return best[0], {i: rivals[place].rule.id for i, place in enumerate(best[1]) if place >= 0}


def _is_about_lines(gain: Gain) -> bool:
    """Points that a purchase gets whatever it holds belong to no line; multiplied ones do."""
    return bool(gain.reduction) or any(
        isinstance(it, MultiplyPoints) or getattr(it, "by_line", None) for it in gain.outcomes
    )


def _worth_of(
    book: Rulebook, rivals: Sequence[Match], way: Sequence[int], facts: Facts
) -> Fraction:
    start = Tally(book.program, facts, None)
    shared = fork(start)
    value = Fraction(0)
    for place, match in enumerate(rivals):
        lines = tuple(i for i, it in enumerate(way) if it == place)
        if not lines:
            continue
        tally = shared if match.rule.campaign else fork(start)
        gain = tally.gain(Match(match.rule, lines))
        tally.shared.take(match.rule, gain.grants, gain.reduction)
        value += worth(book, gain, facts)
    return value


def given_worth(book: Rulebook, decision: Decision, facts: Facts) -> Fraction:
    """What the rules that compete give, by their shares of lines."""
    off = Fraction(sum(it.total for it in decision.reductions))
    if facts.member is None:
        return off
    return off + _worth_of_grants(book, decision, decision.grants)


def _worth_of_grants(book: Rulebook, decision: Decision, grants: Iterable[Grant]) -> Fraction:
    """Points of rules that met a limit count as granted, those of others before rounding."""
    limited = {it.rule for it in decision.verdicts if it.limit}
    return sum(
        (
            book.program.units[it.unit].value * (it.granted if it.rule in limited else it.exact)
            for it in grants
        ),
        Fraction(0),
    )


ROUNDINGS = st.sampled_from([*PercentageRounding])


@settings(max_examples=100, deadline=None)
@given(rules(4), VALUES, ROUNDINGS, some_facts())
def test_no_way_to_share_lines_out_gives_more(
    made: list[Rule], value: Fraction, rounding: PercentageRounding, facts: Facts
):
    facts = _numbered(facts)
    book = rulebook(made, value, rounding)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line_sharing, "ALWAYS_TRIED", 4**5)
        decision = decide(book, facts)
    best, owners = by_brute_force(book, facts)
    rivals = {it.rule.id for it in _rivals(book, facts)}
    for index, line in enumerate(facts.purchase.lines):
        had = {it for it in rivals if line.id in decision.lines.get(it, ())}
        assert had == ({owners[index]} if index in owners else set()), (decision, owners)
    # What belongs to no line is given beside, and to members only.
    whole = [it for it in decision.grants if it.rule not in rivals and facts.member]
    beside = _worth_of_grants(book, decision, whole)
    assert given_worth(book, decision, facts) - beside == best
    assert decision.bounded == {}


def _rivals(book: Rulebook, facts: Facts) -> list[Match]:
    """The rules that give something on lines, be it less than a point."""
    matches, _ = match_every(book, "deals", facts)
    found = []
    for match in sorted(matches, key=lambda it: it.multiplies):
        gain = Tally(book.program, facts, None).gain(match)
        earns = facts.member is not None and not gain.limit and any(it.exact for it in gain.grants)
        if (gain.gives or earns) and _is_about_lines(gain):
            found.append(match)
    return found


def _numbered(facts: Facts) -> Facts:
    lines = tuple(replace(it, id=str(i)) for i, it in enumerate(facts.purchase.lines))
    return replace(facts, purchase=replace(facts.purchase, lines=lines))


@settings(max_examples=100, deadline=None)
@given(rules(6), VALUES, some_facts(), st.integers(0, 999))
def test_the_order_of_rules_makes_no_difference(
    made: list[Rule], value: Fraction, facts: Facts, seed: int
):
    book = rulebook(made, value, PercentageRounding.DISCOUNT)
    mixed = list(made)
    Random(seed).shuffle(mixed)
    facts = _numbered(facts)
    assert decide(book, facts) == decide(replace(book, rules=tuple(mixed)), facts)


@settings(max_examples=100, deadline=None)
@given(rules(7), VALUES, some_facts(), st.sampled_from([0, 30, 200]))
def test_with_little_work_it_says_how_much_more_there_could_be(
    made: list[Rule], value: Fraction, facts: Facts, work: int
):
    facts = _numbered(facts)
    made = [it for it in made if not it.multiplies]
    book = rulebook(made, value, PercentageRounding.DISCOUNT)
    best = given_worth(book, decide(book, facts), facts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(combination_search, "MOST_WORK", work)
        patch.setattr(line_sharing, "ALWAYS_TRIED", 1)
        patch.setattr(line_search, "MOST_TRIED", 8)
        bounded = decide(book, facts)
    found = given_worth(book, bounded, facts)
    assert best <= found + bounded.bounded.get("deals", 0)
    alone = [
        Tally(book.program, facts, None).gain(it) for it in match_every(book, "deals", facts)[0]
    ]
    assert found >= max((worth(book, it, facts) for it in alone), default=0)


def told(*rules: str) -> Rulebook:
    source = {"program.yaml": PROGRAM_FILE}
    source |= {f"{n}.yaml": f"lane: deals\n{rule}" for n, rule in enumerate(rules)}
    return parse_rulebook(source, standard_words())


PROGRAM_FILE = """\
program: p
title: P
zone: Europe/Paris
currency: EUR
languages: [en]
units: {points: {value: 0.01}}
lanes: [{deals: best_per_line}]
"""


def bought(*prices: int) -> Facts:
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    lines = tuple(Line(str(n), f"S{n}", 1000, it, it, "tea") for n, it in enumerate(prices))
    return Facts(Purchase("T", at, "EUR", lines), at)


def status(decision: Decision) -> dict[str, str]:
    return {it.rule: f"{it.status} {it.by or ''}".strip() for it in decision.verdicts}


def test_a_rule_that_gets_no_line_keeps_nobody_out():
    a = "rule: a\npriority: 1\nnot_with: [c]\nthen: [percentage_off: 10]\n"
    b = "rule: b\nthen: [percentage_off: 50]\n"
    c = "rule: c\non: [sku: S0]\nthen: [amount_off: 9.00]\n"
    decision = decide(told(a, b, c), bought(1000, 1000))
    assert status(decision) == {"a": "overshadowed b", "b": "applied", "c": "applied"}
    assert decision.nets == (100, 500)


def test_of_two_that_do_not_stand_together_the_first_stays():
    a = "rule: a\npriority: 1\nnot_with: [c]\non: [sku: S1]\nthen: [percentage_off: 10]\n"
    c = "rule: c\non: [sku: S0]\nthen: [amount_off: 9.00]\n"
    decision = decide(told(a, c), bought(1000, 1000))
    assert status(decision) == {"a": "applied", "c": "overshadowed a"}


def test_what_the_till_has_given_keeps_its_lines():
    a = "rule: a\nthen: [percentage_off: 10]\n"
    b = "rule: b\nthen: [earn_per_amount: {points: 90, per: 1.00}]\n"
    given = Settled(given={"a": Reduction("a", {0: 100})})
    facts = replace(bought(1000, 1000), member=MemberFacts("", date(2026, 1, 1), "en"))
    decision = decide(told(a, b), facts, given)
    assert decision.lines == {"b": ("1",)}
    assert decision.nets == (900, 1000)


def found(book: Rulebook) -> list[Finding]:
    return list(findings_of(Ground(book, date(2026, 3, 1))))


def test_the_check_tells_what_is_always_outdone_line_by_line_and_only_that():
    fifth = "rule: fifth\nthen: [percentage_off: 20]\n"
    tenth = "rule: tenth\nthen: [percentage_off: 10]\n"
    five, three = (
        "rule: five\nthen: [amount_off: 5.00]\n",
        "rule: three\nthen: [amount_off: 3.00]\n",
    )
    again = fifth.replace("fifth", "again")
    findings = found(told(fifth, tenth, five, three, again))
    assert {(it.check, it.place.file) for it in findings if it.check in ("shadowed", "given-twice")} == {
        ("shadowed", "1.yaml"), ("shadowed", "0.yaml")
    }  # fmt: skip
    twice = found(told(five, five.replace("rule: five", "rule: six")))
    assert "given-twice" in {it.check for it in twice}
