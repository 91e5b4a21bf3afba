"""Discounts that grow by steps."""

from collections.abc import Sequence
from itertools import pairwise

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.outcomes import Discount
from loyalty_engine.domain.purchase import Line
from loyalty_engine.rulebook.deciding.percentages import percentage_discount


def check_steps(
    name: str, steps: Sequence[int], amount: Sequence[int], percent: Sequence[int]
) -> None:
    """Refuse steps that do not rise from above nothing, and values that do not go with them."""
    if steps[0] <= 0 or any(low >= high for low, high in pairwise(steps)):
        raise ValueError(f"{name} must rise from step to step")
    if bool(amount) == bool(percent):
        raise ValueError("give one of amount and percent")
    values = amount or percent
    if len(values) != len(steps):
        raise ValueError(f"give as many values as {name} has: {len(steps)}")
    if min(values) <= 0:
        raise ValueError("amount and percent must be more than 0")


def any_of(facts: Facts, lines: Sequence[int]) -> Line | None:
    """The cheapest of some lines by the price of its unit, as what more of them would be."""
    some = (facts.purchase.lines[index] for index in lines)
    return min(some, key=lambda line: line.unit_price, default=None)


def reached(steps: Sequence[int], there: int) -> int | None:
    """The place of the highest step that is reached, if any."""
    return max((place for place, step in enumerate(steps) if there >= step), default=None)


def step_discount(
    facts: Facts, lines: Sequence[int], amount: Sequence[int], percent: Sequence[int], step: int
) -> Discount | None:
    """What the lines get on a step."""
    if percent:
        return percentage_discount(facts, lines, percent[step], None)
    nets = [facts.nets[index] for index in lines]
    parts = facts.spread(min(amount[step], sum(nets)), lines, nets)
    by_line = {index: part for index, part in zip(lines, parts, strict=True) if part}
    return Discount(by_line) if by_line else None
