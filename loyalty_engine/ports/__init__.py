"""What the use cases need from the outside: a storage, in units of work, and what it keeps.

Reads answer at once; writes are gathered and sent together, at the latest on commit. Leaving a
unit of work with an exception undoes all of it.
"""

from loyalty_engine.ports.challenges import Card, CardEntry, CardPrize, Cards
from loyalty_engine.ports.codes import Failures, Voucher, VoucherUse
from loyalty_engine.ports.gifts import Gift
from loyalty_engine.ports.records import (
    Address,
    CounterKey,
    Event,
    Hold,
    Invitation,
    MemberRecord,
    Membership,
    Opening,
    Operation,
    Published,
    Redemption,
    Reservation,
    StoredEvent,
    StoredPurchase,
    StoredReturn,
    Taken,
)
from loyalty_engine.ports.referrals import Referral, ReferralCode, Signal
from loyalty_engine.ports.view import View
from loyalty_engine.ports.work import Page, Storage, Work

__all__ = [
    "Address",
    "Card",
    "CardEntry",
    "CardPrize",
    "Cards",
    "CounterKey",
    "Event",
    "Failures",
    "Gift",
    "Hold",
    "Invitation",
    "MemberRecord",
    "Membership",
    "Opening",
    "Operation",
    "Page",
    "Published",
    "Redemption",
    "Referral",
    "ReferralCode",
    "Reservation",
    "Signal",
    "Storage",
    "StoredEvent",
    "StoredPurchase",
    "StoredReturn",
    "Taken",
    "View",
    "Voucher",
    "VoucherUse",
    "Work",
]
