"""Units of points: what one is worth, pays and turns into, how it is rounded and how long it lasts."""

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from loyalty_engine.domain.expiry import Expiry, Pending
from loyalty_engine.domain.gifts import Gifting
from loyalty_engine.domain.money import Rounding


class RoundingLevel(StrEnum):
    """Where points are rounded: once for a rule and purchase, for each line, for each unit."""

    PURCHASE = "purchase"
    LINE = "line"
    UNIT = "unit"


class Shortfall(StrEnum):
    """What a return does when the points to take back are already spent."""

    DEBT = "debt"
    ZERO = "zero"
    PENDING_ONLY = "pending_only"


@dataclass(frozen=True, slots=True)
class Conversion:
    """Each `each` points turn into `gives` of the unit `into`, from `at_least` points on."""

    each: int
    at_least: int
    into: str
    gives: int


@dataclass(frozen=True, slots=True)
class Paying:
    """How points may pay: from `at_least` on, in steps, and at most this share of what is due.

    `rounding` is of what the points are worth, to whole minor units.
    """

    at_least: int = 1
    step: int = 1
    at_most: Fraction = Fraction(1)
    rounding: Rounding = Rounding.DOWN


@dataclass(frozen=True)
class Unit:
    """A kind of point. `value` is what one is worth in minor units, for "best" and liability.

    `tender` is what one pays, in minor units; None where points of this unit pay nothing. `gifts`
    is None where members cannot give each other points of it.
    """

    name: str
    value: Fraction = Fraction(0)
    tender: Fraction | None = None
    paying: Paying = field(default_factory=Paying)
    expiry: Expiry = field(default_factory=Expiry)
    pending: Pending = field(default_factory=Pending)
    rounding: Rounding = Rounding.DOWN
    rounding_level: RoundingLevel = RoundingLevel.PURCHASE
    shortfall: Shortfall = Shortfall.DEBT
    converts: Conversion | None = None
    gifts: Gifting | None = None
