"""Points as a gift between members: what a programme lets them give each other."""

from dataclasses import dataclass
from enum import StrEnum


class GiftedEnd(StrEnum):
    """When points end that were given: as they did before, or as if they were earned anew.

    What was given anew cannot be given on, or a circle of members would keep points for ever.
    """

    KEPT = "kept"
    ANEW = "anew"


@dataclass(frozen=True, slots=True)
class Gifting:
    """How members may give points of a unit. Amounts are points; None is without limit.

    Periods are months and years of the programme's calendar. Both have to be members for
    `after_joining` days; `after_earning` is how many days points have been spendable before they
    can be given.
    """

    at_least: int = 1
    at_most: int | None = None
    given_per_month: int | None = None
    given_per_year: int | None = None
    received_per_month: int | None = None
    received_per_year: int | None = None
    after_joining: int = 0
    after_earning: int = 0
    ends: GiftedEnd = GiftedEnd.KEPT
