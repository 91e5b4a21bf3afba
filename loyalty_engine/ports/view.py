"""Reading: what a use case can ask the storage for, noun by noun."""

from typing import Protocol

from loyalty_engine.ports.challenges import ChallengeView
from loyalty_engine.ports.events import EventView
from loyalty_engine.ports.gifts import GiftView
from loyalty_engine.ports.holds import HoldView
from loyalty_engine.ports.households import HouseholdView
from loyalty_engine.ports.ledger import LedgerView
from loyalty_engine.ports.limits import LimitView
from loyalty_engine.ports.members import MemberView
from loyalty_engine.ports.operations import OperationView
from loyalty_engine.ports.purchases import PurchaseView
from loyalty_engine.ports.redemptions import RedemptionView
from loyalty_engine.ports.referrals import ReferralView
from loyalty_engine.ports.rulebooks import RulebookView
from loyalty_engine.ports.stored_value import ValueView
from loyalty_engine.ports.vouchers import VoucherView


class View(
    MemberView,
    HouseholdView,
    LedgerView,
    PurchaseView,
    EventView,
    LimitView,
    HoldView,
    RedemptionView,
    VoucherView,
    GiftView,
    ValueView,
    ChallengeView,
    ReferralView,
    OperationView,
    RulebookView,
    Protocol,
):
    """Reading: everything belongs to one programme."""

    program: str
