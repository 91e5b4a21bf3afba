"""Choosing the best combination of promotions that compete for the same lines.

The limit is the same promotions on the same lines where all of them stand: each is looked at once,
and nothing is chosen. All times are those of the processor, the best of many rounds.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from benchmarks.bench_rules import cost
from benchmarks.rule_generator import basket
from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.deciding.decide import decide
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.vocabulary import standard_words

Row = dict[str, Any]

MOST_MS: Final = 50
"""So long may 50 promotions on 200 lines take."""

SIZES: Final = ((8, 20), (20, 50), (50, 200))
"""Promotions and lines."""

PROGRAM: Final = """\
program: bench
title: Bench
zone: Europe/Paris
currency: EUR
languages: [en]
units: {{points: {{value: 0.01}}}}
lanes: [{{deals: {stacking}}}]
"""
EFFECTS: Final = (
    "percentage_off: {n}", "percentage_off: {{percent: {n}, at_most: {n}.00}}",
    "amount_off: {n}.00", "amount_off_each: 0.{n}", "fixed_price: {n}.00",
    "pay_for: {{take: 3, pay: 2}}", "earn_per_amount: {{points: {n}, per: 10.00}}",
)  # fmt: skip

KINDS: Final[Mapping[str, str]] = {
    "in groups of which one stands": "group: g{group}\nnot_with: [group g{group}]\n",
    "each against five others": "not_with: [{others}]\n",
    "each against all": "exclusive: lane\n",
    "all beside each other": "",
}
"""How the promotions compete. All of them are about whole departments, so they share lines."""


def run() -> list[Row]:
    """By how they compete and how many they are; the goal is for the largest."""
    rows = []
    for kind, apart in KINDS.items():
        for many, lines in SIZES:
            facts = basket(lines)
            ours = _milliseconds(_rulebook(many, facts, apart, "best_combination"), facts)
            limit = _milliseconds(_rulebook(many, facts, "", "all"), facts)
            goal = MOST_MS if (many, lines) == SIZES[-1] else None
            rows.append(
                {
                    "name": f"stacking {many} promotions on {lines} lines, {kind}",
                    "value": ours, "unit": "ms", "limit": limit, "ratio": ours / limit,
                    "goal": goal, "met": ours < goal if goal else None,
                }
            )  # fmt: skip
    return rows + _per_line()


def _per_line() -> list[Row]:
    """Each line to one promotion, which is a choice for every line."""
    rows = []
    for many, lines in SIZES:
        facts = basket(lines)
        ours = _milliseconds(_rulebook(many, facts, "", "best_per_line"), facts)
        limit = _milliseconds(_rulebook(many, facts, "", "all"), facts)
        goal = MOST_MS if (many, lines) == SIZES[-1] else None
        rows.append(
            {
                "name": f"stacking {many} promotions on {lines} lines, one for each line",
                "value": ours, "unit": "ms", "limit": limit, "ratio": ours / limit,
                "goal": goal, "met": ours < goal if goal else None,
            }
        )  # fmt: skip
    return rows


def _milliseconds(rulebook: Rulebook, facts: Facts) -> float:
    call = lambda given: decide(rulebook, given, tell=0)  # noqa: E731
    return cost(call, lambda: replace(facts), rounds=5, times=2) / 1000


def _rulebook(many: int, facts: Facts, apart: str, stacking: str) -> Rulebook:
    drawn = random.Random(many)
    departments = sorted({line.category.partition("/")[0] for line in facts.purchase.lines})
    source = {"program.yaml": PROGRAM.format(stacking=stacking)}
    for number in range(many):
        effect = drawn.choice(EFFECTS).format(n=drawn.randrange(10, 40))
        category = drawn.choice([None, *departments])
        others = [f"deal-{it}" for it in drawn.sample(range(many), 6) if it != number][:5]
        source[f"deal-{number}.yaml"] = (
            f"rule: deal-{number}\nlane: deals\nthen: [{effect}]\n"
            + (f"on: [category: {category}]\n" if category else "")
            + apart.format(group=number % (many // 5 + 1), others=_listed(others))
        )
    return parse_rulebook(source, standard_words())


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
