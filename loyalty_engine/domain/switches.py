"""The choices on which good programmes differ, one switch each."""

from dataclasses import dataclass
from enum import StrEnum

from loyalty_engine.domain.counting import Tax
from loyalty_engine.domain.discounting import (
    NO_ATTRIBUTE,
    BasketDiscounts,
    ExtraCent,
    FreeGoods,
    FreeUnit,
    PercentageRounding,
    Percentages,
)
from loyalty_engine.domain.households import HouseholdTier, Leaving
from loyalty_engine.domain.tiers import GrantMode


class LostDiscount(StrEnum):
    """What becomes of a discount whose condition the kept basket no longer meets."""

    DEDUCTED = "deducted"
    KEPT = "kept"


class ReturnedPoints(StrEnum):
    """Which points a partial return takes back."""

    RECOMPUTE = "recompute"
    BY_LINE = "by_line"
    BY_AMOUNT = "by_amount"


class RestoredLots(StrEnum):
    """What becomes of points that a return gives back when their lot has ended meanwhile."""

    GRACE = "grace"
    AS_IT_WAS = "as_it_was"
    NEVER = "never"


class WindowEnd(StrEnum):
    """What a day means that is named as the end of a rule."""

    LAST_DAY = "last_day"
    FIRST_AFTER = "first_after"


class Overspend(StrEnum):
    """What happens when more points are to be spent than there are."""

    REFUSED = "refused"
    REDUCED = "reduced"


class CancelledCode(StrEnum):
    """What becomes of the use of a code when its purchase is cancelled."""

    GIVEN_BACK = "given_back"
    STAYS_USED = "stays_used"


@dataclass(frozen=True, slots=True)
class Switches:
    """Choices on which good programmes differ; each has a documented default."""

    lost_discount: LostDiscount = LostDiscount.DEDUCTED
    returned_points: ReturnedPoints = ReturnedPoints.RECOMPUTE
    overspend: Overspend = Overspend.REFUSED
    enrol_on_first_purchase: bool = False
    tier_reached_counts_at_once: bool = False
    restored_lots: RestoredLots = RestoredLots.GRACE
    restored_lot_grace_days: int = 30
    late_days: int = 400
    ahead_minutes: int = 10
    claim_days: int = 30
    unreceipted_days: int = 30
    reservation_minutes: int = 30
    hold_minutes: int = 30
    longest_hold_minutes: int = 7 * 24 * 60
    receipt_not_met: int = 20
    window_end: WindowEnd = WindowEnd.LAST_DAY
    percentages: Percentages = Percentages.REST
    percentage_rounding: PercentageRounding = PercentageRounding.DISCOUNT
    extra_cent: ExtraCent = ExtraCent.LARGEST_REMAINDER
    free_unit: FreeUnit = FreeUnit.CHEAPEST
    free_goods: FreeGoods = FreeGoods.IN_BASKET
    basket_discounts: BasketDiscounts = BasketDiscounts.SPREAD
    lowest_price_percent: int = 0
    lowest_price_attribute: str = NO_ATTRIBUTE
    prices: Tax = Tax.INCLUDED
    basis: Tax = Tax.INCLUDED
    shipping_counts: bool = False
    gift_cards_count: bool = False
    paid_with_points_earns: bool = False
    payments_without_points: tuple[str, ...] = ()
    cancelled_code: CancelledCode = CancelledCode.GIVEN_BACK
    wrong_codes: int = 1000
    redemption_wait_hours: int = 0
    dormant_months: int = 0
    sales_a_day: int = 0
    hand_given_tiers: GrantMode = GrantMode.FLOOR
    earned_points_pay: bool = False
    household_members: int = 6
    household_wait_days: int = 30
    household_invitation_days: int = 14
    household_leaving: Leaving = Leaving.OWN
    household_tier: HouseholdTier = HouseholdTier.OWN
