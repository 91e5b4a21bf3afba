"""Points as tender: what they are worth, and how their unit lets them pay."""

import math
from collections.abc import Mapping

from loyalty_engine.domain.errors import InvalidRequest
from loyalty_engine.domain.money import round_to_int
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.units import Unit


def tender_value(program: Program, spend: Mapping[str, int]) -> int:
    """What points used as tender are worth, in minor units."""
    worth = 0
    for unit, points in spend.items():
        worth += worth_of(program.units[unit], points)
    return worth


def worth_of(unit: Unit, points: int) -> int:
    """What so many points of a unit pay, in minor units, rounded as the unit declares."""
    assert unit.tender is not None, "checked before"
    return round_to_int(unit.tender * points, unit.paying.rounding)


def check_shares(program: Program, spend: Mapping[str, int], due: int) -> None:
    """Refuse points that pay a larger share of what is due than their unit may."""
    for name, points in spend.items():
        unit = program.units[name]
        most = math.floor(unit.paying.at_most * due)
        if worth_of(unit, points) > most:
            raise InvalidRequest(
                f"{name} may pay {most} of the {due} due, and {points} of them are worth "
                f"{worth_of(unit, points)}; spend fewer",
                code="spend_above_share", pointer=f"/spend/{name}", most=most,
            )  # fmt: skip


def check_steps(unit: Unit, points: int) -> None:
    """Refuse points that are too few to pay, or no whole number of steps."""
    paying = unit.paying
    if points < paying.at_least:
        raise InvalidRequest(
            f"at least {paying.at_least} {unit.name} have to pay, not {points}",
            code="spend_below_minimum", pointer=f"/spend/{unit.name}", at_least=paying.at_least,
        )  # fmt: skip
    if points % paying.step:
        raise InvalidRequest(
            f"{unit.name} pay in steps of {paying.step}; {points} is no whole number of them",
            code="spend_not_in_steps", pointer=f"/spend/{unit.name}", step=paying.step,
        )  # fmt: skip
