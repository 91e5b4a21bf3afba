"""A loyalty programme as its owner declares it: units, lanes, tiers, attributes, switches."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from zoneinfo import ZoneInfo

from loyalty_engine.domain.cards import CardCheck
from loyalty_engine.domain.counting import USUAL, Counting
from loyalty_engine.domain.expiry import ExpiryKind
from loyalty_engine.domain.happenings import EventKind
from loyalty_engine.domain.lanes import Lane
from loyalty_engine.domain.limits import Campaign
from loyalty_engine.domain.purchase import LineKind
from loyalty_engine.domain.signals import SignalField
from loyalty_engine.domain.stored_value import StoredValue
from loyalty_engine.domain.switches import Switches
from loyalty_engine.domain.tiers import TierScheme
from loyalty_engine.domain.units import Unit


@dataclass(frozen=True, slots=True)
class Attribute:
    """A declared attribute of a member; what is not declared is refused."""

    name: str
    type: str
    purpose: str
    one_of: tuple[str, ...] = ()


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
    vouchers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
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
