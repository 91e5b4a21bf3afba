"""The same rules as a decision table of zen-engine, and the same facts as the mapping it reads.

Everything is in the form that this engine answers fastest: the table is compiled beforehand, values
it can index stand in columns of their own, in front, and what is left in one expression.
"""

import json
from collections.abc import Sequence
from typing import Any

import zen

from benchmarks.rule_generator import Draft
from loyalty_engine.domain.facts import Facts

COLUMNS = (
    "store", "tier", "segment", "number", "touchpoint", "weekday", "total", "minute",
    "methods", "categories", "skus", "brands", "rest",
)  # fmt: skip
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

OF_LISTS = {
    "paid_with": "methods",
    "has_category": "categories",
    "category": "categories",
    "sku": "skus",
    "brand": "brands",
}
OF_VALUES = {
    "store_is": "store",
    "tier_is": "tier",
    "touchpoint_is": "touchpoint",
    "weekday_is": "weekday",
    "nth_purchase": "number",
}


NOT_CELLS = {"any", "none", "spends_on", "language_is", "is_member"}


class ZenTable:
    """A decision table that collects the names of all rules that match."""

    def __init__(self, rules: Sequence[Draft]) -> None:
        content = zen.ZenDecisionContent(json.dumps(_model(rules)))
        self._decision = zen.ZenEngine().create_decision(content)

    def matching(self, facts: dict[str, Any]) -> list[str]:
        """The names of the rules that match."""
        found = self._decision.evaluate(facts)["result"]
        return [row["rule"] for row in found or ()]


def facts_of(facts: Facts) -> dict[str, Any]:
    """What the table looks at."""
    assert facts.member is not None
    spend = {
        path: sum(facts.nets[index] for index in lines) for path, lines in facts.by_category.items()
    }
    return {
        "store": facts.purchase.store,
        "tier": facts.member.tier,
        "segment": facts.member.attributes["segment"],
        "number": facts.member.purchases + 1,
        "touchpoint": facts.purchase.touchpoint,
        "weekday": WEEKDAYS[facts.local.weekday()],
        "total": facts.total,
        "minute": facts.local.hour * 60 + facts.local.minute,
        "language": facts.member.language,
        "methods": sorted(facts.payment_methods),
        "categories": sorted(facts.categories),
        "skus": sorted(facts.skus),
        "brands": sorted(facts.brands),
        "spend": spend,
    }


def _model(rules: Sequence[Draft]) -> dict[str, Any]:
    inputs = [{"id": name, "name": name, "field": name} for name in COLUMNS]
    del inputs[-1]["field"]  # what is left is a whole expression
    table = {
        "hitPolicy": "collect",
        "inputs": inputs,
        "outputs": [{"id": "out", "name": "rule", "field": "rule"}],
        "rules": [_row(draft) for draft in rules],
    }
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in"},
        {"id": "table", "type": "decisionTableNode", "name": "table", "content": table},
        {"id": "out", "type": "outputNode", "name": "out"},
    ]
    edges = [
        {"id": "first", "sourceId": "in", "targetId": "table", "type": "edge"},
        {"id": "second", "sourceId": "table", "targetId": "out", "type": "edge"},
    ]
    return {"nodes": [node | {"position": {"x": 0, "y": 0}} for node in nodes], "edges": edges}


def _row(draft: Draft) -> dict[str, str]:
    row = dict.fromkeys(COLUMNS, "")
    rest: list[str] = []
    for name, args in (*draft.when, *draft.on):
        column, cell = _cell(name, args)
        if column == "rest" or row[column]:
            rest.append(_expression(name, args))
        else:
            row[column] = cell
    row["rest"] = " and ".join(f"({it})" for it in rest)
    return {"_id": draft.name, "out": json.dumps(draft.name), **row}


def _cell(name: str, args: Any) -> tuple[str, str]:
    """The column of a word, and what stands in it."""
    if name in OF_VALUES:
        return OF_VALUES[name], ", ".join(map(json.dumps, _several(args)))
    if name == "attribute_is":
        return "segment", ", ".join(map(json.dumps, args["any_of"]))
    if name == "spent_at_least":
        return "total", f">= {_minor(args)}"
    if name == "hours_between":
        return "minute", f"[{_minutes(args['from'])}..{_minutes(args['until'])})"
    if name in OF_LISTS:
        return OF_LISTS[name], _any_in("$", args)
    if name not in NOT_CELLS:
        raise NotImplementedError(f"no cell says {name}")
    return "rest", ""


def _expression(name: str, args: Any) -> str:
    if name == "any":
        return " or ".join(f"({_expression(*word)})" for word in args)
    if name == "none":
        return "not (" + " or ".join(f"({_expression(*word)})" for word in args) + ")"
    if name == "spends_on":
        return f"(spend[{json.dumps(args['category'])}] ?? 0) >= {_minor(args['at_least'])}"
    if name == "language_is":
        return f"language in {json.dumps(_several(args))}"
    if name == "is_member":
        return "number > 0"
    column, cell = _cell(name, args)
    if name in OF_LISTS:
        return _any_in(column, args)
    if name == "hours_between":
        return f"{column} in {cell}"
    return f"{column} {cell}" if name == "spent_at_least" else f"{column} in [{cell}]"


def _any_in(column: str, args: Any) -> str:
    return " or ".join(f"contains({column}, {json.dumps(name)})" for name in _several(args))


def _several(args: Any) -> list[Any]:
    return list(args) if isinstance(args, list | tuple) else [args]


def _minor(amount: str) -> int:
    whole, _, cents = amount.partition(".")
    return int(whole) * 100 + int(cents)


def _minutes(time: str) -> int:
    hour, _, minute = time.partition(":")
    return int(hour) * 60 + int(minute)
