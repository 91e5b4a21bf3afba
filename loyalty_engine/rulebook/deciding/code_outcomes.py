"""What a rule brings about where several codes of one voucher are used."""

from collections.abc import Sequence

from loyalty_engine.domain.changing import changed
from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.outcomes import Discount, Outcome
from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.deciding.word_answers import outcomes_of
from loyalty_engine.rulebook.rule import Rule


def outcomes_by_code(
    rule: Rule, program: Program, facts: Facts, lines: Sequence[int]
) -> tuple[Outcome, ...]:
    """What a rule gives: a voucher's own once for each of its codes, on what the last one left."""
    worths = facts.worths.get(rule.id, ()) if facts.worths else ()
    if worths:
        facts = changed(facts, worth=worths[0])
    outcomes = last = outcomes_of(rule, program, facts, lines)
    for turn in range(1, facts.codes.get(rule.id, 1) if rule.per_code else 1):
        nets = list(facts.nets)
        for outcome in last:
            if isinstance(outcome, Discount):
                for index, amount in outcome.by_line.items():
                    nets[index] = max(0, nets[index] - amount)
        facts = facts.with_nets(tuple(nets))
        if worths:
            facts = changed(facts, worth=worths[turn] if turn < len(worths) else 0)
        last = outcomes_of(rule, program, facts, lines)
        outcomes += last
    return outcomes
