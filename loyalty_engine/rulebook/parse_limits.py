"""`limits` of a rule: how much of it there is, for whom, and for how long."""

from collections.abc import Callable
from typing import Final

from loyalty_engine.rulebook.argument_parsers import parser_for
from loyalty_engine.rulebook.arguments import Minor
from loyalty_engine.rulebook.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.rule import Limit, Measure, Period, Scope, Short
from loyalty_engine.rulebook.yaml_nodes import ListNode, Node

LIMIT_KEYS: Final = (*(measure.value for measure in Measure), "per", "period", "short")


def read_limits(node: Node, reader: Reader) -> tuple[Limit, ...]:
    """The limits that could be read; what is wrong with others is told."""
    nodes = node.items if isinstance(node, ListNode) else [node]
    if not nodes:
        reader.fault(node, "the list is empty")
    limits: dict[tuple[Measure, Scope, Period], Limit] = {}
    for each in nodes:
        limit = _limit(each, reader)
        if limit is None:
            continue
        key = (limit.measure, limit.scope, limit.period)
        if key in limits:
            reader.fault(
                each, f"{limit.measure} per {limit.scope} for {limit.period} are limited already"
            )
        limits[key] = limit
    return tuple(limits.values())


def _limit(node: Node, reader: Reader) -> Limit | None:
    entries = reader.entries(node, "a limit", LIMIT_KEYS, ("per",))
    if entries is None:
        return None
    measures = [measure for measure in Measure if measure in entries]
    if len(measures) != 1:
        reader.fault(node, "a limit counts one of points, uses and money")
    ceilings = [entries.parse(measure, _ceiling(measure), None) for measure in measures]
    scope = entries.parse("per", parser_for(Scope).read, None)
    period = entries.parse("period", parser_for(Period).read, Period.LIFE)
    short = entries.parse("short", parser_for(Short).read, Short.PAY_REST)
    if scope is Scope.PURCHASE and period is not Period.LIFE:
        reader.fault(entries.value_node("period"), "one purchase has no period; leave it out")
    if len(ceilings) != 1 or ceilings[0] is None or scope is None:
        return None
    return Limit(measures[0], ceilings[0], scope, period, short)


def _ceiling(measure: Measure) -> Callable[[Node, Reader], int | Missing]:
    parser = parser_for(Minor if measure is Measure.MONEY else int)

    def read(node: Node, reader: Reader) -> int | Missing:
        ceiling: int | Missing = parser.read(node, reader)
        if ceiling is not MISREAD and ceiling < 1:
            reader.fault(node, "a limit is more than 0; to stop a rule, give it an end with until")
            return MISREAD
        return ceiling

    return read
