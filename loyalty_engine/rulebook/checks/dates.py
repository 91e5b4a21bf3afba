"""Rules that are over, that have not begun, or that fall silent before they end."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from loyalty_engine.rulebook.dimensions import DAY
from loyalty_engine.rulebook.findings import Finding, Level
from loyalty_engine.rulebook.ground import Ground
from loyalty_engine.rulebook.reasoning.situations import situations
from loyalty_engine.rulebook.regions_of_values import Spans
from loyalty_engine.rulebook.rule import Rule

NAME: Final = "dates"
LOOKED_AHEAD: Final = timedelta(days=400)
"""Whoever looks after a programme plans a year and a bit ahead."""


def check(ground: Ground) -> Iterator[Finding]:
    """Go through each rule's days from today on."""
    for rule in ground.rules:
        if ground.is_over(rule):
            text = f"this rule is over since {rule.end}; remove it or give it new dates"
            yield Finding(NAME, Level.WARNING, rule.place, text)
        elif ground.situations(rule):
            if rule.start is not None and rule.start > ground.today:
                text = f"this rule begins on {rule.start}"
                yield Finding(NAME, Level.NOTE, rule.place, text)
            yield from _silent(ground, rule)


def _silent(ground: Ground, rule: Rule) -> Iterator[Finding]:
    """Whether the conditions of a rule name days only some of which, or none, are to come."""
    left = ground.today if rule.start is None else max(rule.start, ground.today)
    ahead = situations(ground.program, replace(rule, start=left))
    if not ahead:
        text = "this rule never applies again: its conditions name only days that have passed"
        yield Finding(NAME, Level.WARNING, rule.place, text)
        return
    days = [it.basket[DAY] for it in ahead]
    last = _last_day([it for it in days if isinstance(it, Spans)])
    if last is None or last == rule.end or last > ground.today + LOOKED_AHEAD:
        return
    goes_on = "has no end" if rule.end is None else f"goes on until {rule.end}"
    text = f"this rule never applies after {last}, by its conditions, though it {goes_on}"
    yield Finding(NAME, Level.NOTE, rule.place, f"{text}; say until: {last}")


def _last_day(regions: list[Spans]) -> date | None:
    """The last day of several regions; None where one of them has no end."""
    ends = [end for region in regions for _, end in region.spans]
    known = [end for end in ends if end is not None]
    return date.fromordinal(max(known) - 1) if known and len(known) == len(ends) else None
