"""`limits` of a rule: how much of it there is, for whom, and for how long."""

from collections.abc import Callable
from functools import partial
from typing import Final

from loyalty_engine.domain.limits import Campaign, Limit, Measure, Period, Scope, Short
from loyalty_engine.rulebook.arguments import Minor
from loyalty_engine.rulebook.parsing.argument_parsers import parser_for, read_sentence
from loyalty_engine.rulebook.parsing.plain_values import read_name
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import ListNode, Node

CAMPAIGN_KEYS: Final = ("title", "limits")
LIMIT_KEYS: Final = (*(measure.value for measure in Measure), "per", "period", "short")


def read_campaigns(node: Node, reader: Reader) -> dict[str, Campaign]:
    """`campaigns` of program.yaml, by name; what is wrong with others is told."""
    entries = reader.entries(node, "campaigns", None)
    if entries is None:
        return {}
    found: dict[str, Campaign] = {}
    for name, (key, _) in entries.nodes.items():
        if reader.value(key, read_name) is not MISREAD:
            read = partial(_campaign, name)
            if (campaign := entries.parse(name, read, None)) is not None:
                found[name] = campaign
    return found


def _campaign(name: str, node: Node, reader: Reader) -> Campaign | None:
    entries = reader.entries(node, "a campaign", CAMPAIGN_KEYS, ("limits",))
    if entries is None:
        return None
    titles: dict[str, str] = entries.parse("title", read_sentence, {})
    limits: tuple[Limit, ...] = entries.parse("limits", partial(_limits, shared=True), ())
    return Campaign(name, limits, titles)


def read_limits(node: Node, reader: Reader) -> tuple[Limit, ...]:
    """The limits of a rule that could be read; what is wrong with others is told."""
    return _limits(node, reader)


def _limits(node: Node, reader: Reader, *, shared: bool = False) -> tuple[Limit, ...]:
    nodes = node.items if isinstance(node, ListNode) else [node]
    if not nodes:
        reader.fault(node, "the list is empty")
    limits: dict[tuple[Measure, Scope, Period], Limit] = {}
    for each in nodes:
        limit = _limit(each, reader, shared=shared)
        if limit is None:
            continue
        key = (limit.measure, limit.scope, limit.period)
        if key in limits:
            reader.fault(
                each, f"{limit.measure} per {limit.scope} for {limit.period} are limited already"
            )
        limits[key] = limit
    return tuple(limits.values())


def _limit(node: Node, reader: Reader, *, shared: bool) -> Limit | None:
    """A limit of a rule, or one that is `shared` by the rules of a campaign."""
    entries = reader.entries(node, "a limit", LIMIT_KEYS, () if shared else ("per",))
    if entries is None:
        return None
    measures = [measure for measure in Measure if measure in entries]
    if len(measures) != 1:
        reader.fault(node, f"a limit counts one of {_MEASURES}")
    ceilings = [entries.parse(measure, _ceiling(measure), None) for measure in measures]
    scope = entries.parse("per", parser_for(Scope).read, Scope.CAMPAIGN if shared else None)
    other = Scope.ALL if shared else Scope.CAMPAIGN
    if scope is other:
        reader.fault(entries.value_node("per"), _ELSEWHERE[other])
    period = entries.parse("period", parser_for(Period).read, Period.LIFE)
    short = entries.parse("short", parser_for(Short).read, Short.PAY_REST)
    if scope is Scope.PURCHASE and period is not Period.LIFE:
        reader.fault(entries.value_node("period"), "one purchase has no period; leave it out")
    if len(ceilings) != 1 or ceilings[0] is None or scope is None:
        return None
    return Limit(measures[0], ceilings[0], scope, period, short)


_MEASURES: Final = "points, uses, money and liability"
_ELSEWHERE: Final = {
    Scope.CAMPAIGN: (
        "what rules share stands in program.yaml, under campaigns, and the rules say campaign; "
        "for everybody together write 'all'"
    ),
    Scope.ALL: "what a campaign gives in all is limited per 'campaign', or leave 'per' out",
}
"""Why a scope cannot stand where it does."""


def _ceiling(measure: Measure) -> Callable[[Node, Reader], int | Missing]:
    parser = parser_for(Minor if measure.is_money else int)

    def read(node: Node, reader: Reader) -> int | Missing:
        ceiling: int | Missing = parser.read(node, reader)
        if ceiling is not MISREAD and ceiling < 1:
            reader.fault(node, "a limit is more than 0; to stop a rule, give it an end with until")
            return MISREAD
        return ceiling

    return read
