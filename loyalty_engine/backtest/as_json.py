"""A comparison for machines: money in minor units, points whole."""

from collections.abc import Mapping
from typing import Any

from loyalty_engine.backtest.figures import RULE, STORE, WEEK, Figures, Sums
from loyalty_engine.backtest.job import Comparison
from loyalty_engine.backtest.joining import Both, Group

SIDES = ("before", "after")


def as_json(it: Comparison) -> Mapping[str, Any]:
    """All of a comparison, ready to be written as JSON."""
    joined = it.joined
    return {
        "program": it.program.name,
        "currency": it.program.currency,
        "before": it.names[0],
        "after": it.names[1],
        "first": it.first,
        "last": it.last,
        "since": it.since,
        "changes": [str(change) for change in it.changes],
        "total": {side: _side(it, each) for side, each in zip(SIDES, it.figures, strict=True)},
        "members": _group(it, joined.everybody),
        "spread": {
            "edges": [it.minor(edge) for edge in joined.edges],
            "members": {str(place): count for place, count in sorted(joined.spread.items())},
        },
        "tiers": [
            {"before": before, "after": after, "members": count}
            for (before, after), count in sorted(joined.tiers.items())
        ],
        "segments": {
            name: {value: _group(it, group) for value, group in sorted(groups.items())}
            for name, groups in joined.segments.items()
        },
        "rules": _by_key(it, RULE),
        "stores": _by_key(it, STORE),
        "weeks": _by_key(it, WEEK),
        "winners": [_member(it, each) for each in joined.winners],
        "losers": [_member(it, each) for each in joined.losers],
        "shared_limits": it.plan.shared,
        "lines": None if it.account is None else {
            "read": it.account.read.lines,
            "played": it.account.recorded.lines + it.account.returned.lines,
            "left_out": {why: tally.lines for why, tally in sorted(it.account.left_out.items())},
        },
    }  # fmt: skip


def _side(it: Comparison, figures: Figures) -> Mapping[str, Any]:
    return {
        **_sums(it, figures.total),
        "members": figures.members,
        "returns": figures.returns,
        "liability": sum(each.liability for each in figures.units.values()),
        "units": figures.units,
        "lacking": figures.lacking,
        "refused": figures.refused,
    }


def _sums(it: Comparison, sums: Sums) -> Mapping[str, Any]:
    return {
        "times": sums.times,
        "sales": sums.sales,
        "cost": it.minor(sums.cost(it.scale)),
        "discount": sums.discount,
        "worth": it.minor(sums.worth),
        "points": sums.points,
    }


def _by_key(it: Comparison, dimension: str) -> Mapping[str, Any]:
    sides = [each.sums.get(dimension, {}) for each in it.figures]
    return {
        key: {
            side: _sums(it, each.get(key, Sums())) for side, each in zip(SIDES, sides, strict=True)
        }
        for key in sorted({*sides[0], *sides[1]})
    }


def _group(it: Comparison, group: Group) -> Mapping[str, Any]:
    return {
        "members": group.members,
        "better": group.better,
        "worse": group.worse,
        "sales": group.sales,
        "before": it.minor(group.before),
        "after": it.minor(group.after),
    }


def _member(it: Comparison, each: Both) -> Mapping[str, Any]:
    return {
        "member": each.id,
        "purchases": each.times,
        "sales": each.sales,
        "before": it.minor(each.before),
        "after": it.minor(each.after),
        "tier": {"before": each.tier_before, "after": each.tier_after},
    }
