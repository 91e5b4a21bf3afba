"""A loyalty programme as its owner declares it: units, lanes, tiers, attributes, switches."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from zoneinfo import ZoneInfo

from loyalty_engine.domain.cards import CardCheck
from loyalty_engine.domain.counting import USUAL, Counting, Tax
from loyalty_engine.domain.discounting import (
    NO_ATTRIBUTE,
    BasketDiscounts,
    ExtraCent,
    FreeGoods,
    FreeUnit,
    PercentageRounding,
    Percentages,
)
from loyalty_engine.domain.expiry import Expiry, ExpiryKind, Pending
from loyalty_engine.domain.gifts import Gifting
from loyalty_engine.domain.happenings import EventKind
from loyalty_engine.domain.households import HouseholdTier, Leaving
from loyalty_engine.domain.lanes import Lane
from loyalty_engine.domain.limits import Campaign
from loyalty_engine.domain.money import Rounding
from loyalty_engine.domain.purchase import LineKind
from loyalty_engine.domain.signals import SignalField
from loyalty_engine.domain.stored_value import StoredValue
from loyalty_engine.domain.tiers import GrantMode, TierScheme


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


@dataclass(frozen=True, slots=True)
class Attribute:
    """A declared attribute of a member; what is not declared is refused."""

    name: str
    type: str
    purpose: str
    one_of: tuple[str, ...] = ()


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


@dataclass(frozen=True)
class Program:
    """One scheme. `zone` decides what a day is; `languages[0]` is used where nothing else says."""

    name: str
    title: str
    zone: ZoneInfo
    currency: str
    languages: tuple[str, ...]
    units: Mapping[str, Unit]
    lanes: tuple[Lane, ...]
    tiers: TierScheme
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    touchpoints: tuple[str, ...] = ()
    identifiers: Mapping[str, CardCheck] = field(default_factory=dict)
    switches: Switches = field(default_factory=Switches)
    campaigns: Mapping[str, Campaign] = field(default_factory=dict)
    events: Mapping[str, EventKind] = field(default_factory=dict)
    signals: Mapping[str, SignalField] = field(default_factory=dict)
    segments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    stored_value: StoredValue | None = None

    @cached_property
    def renewing(self) -> tuple[Unit, ...]:
        """The units whose points end after inactivity, so that each purchase moves their end."""
        return tuple(it for it in self.units.values() if it.expiry.kind is ExpiryKind.INACTIVITY)

    @cached_property
    def counting(self) -> Counting:
        """What of a purchase counts."""
        kinds = {
            LineKind.GOODS: True,
            LineKind.SHIPPING: self.switches.shipping_counts,
            LineKind.GIFT_CARD: self.switches.gift_cards_count,
        }
        declared = Counting(
            self.switches.prices,
            self.switches.basis,
            frozenset(kind for kind, counts in kinds.items() if counts),
            self.switches.paid_with_points_earns,
            frozenset(self.switches.payments_without_points),
        )
        return USUAL if declared == USUAL else declared
