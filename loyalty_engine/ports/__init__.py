"""What the use cases need from the outside: a storage, in units of work, and what it keeps.

A file for each noun has its records, how they are read and how they are written. Reads answer at
once; writes are gathered and sent together, at the latest on commit. Leaving a unit of work with an
exception undoes all of it.
"""

from loyalty_engine.ports.challenges import Card, CardEntry, CardPrize, Cards
from loyalty_engine.ports.events import StoredEvent
from loyalty_engine.ports.gifts import Gift
from loyalty_engine.ports.holds import Hold, Reservation
from loyalty_engine.ports.households import Invitation, Membership
from loyalty_engine.ports.limits import CounterKey
from loyalty_engine.ports.members import Address, MemberRecord, Taken
from loyalty_engine.ports.operations import Event, Operation
from loyalty_engine.ports.purchases import Opening, StoredPurchase, StoredReturn
from loyalty_engine.ports.redemptions import Redemption
from loyalty_engine.ports.referrals import Referral, ReferralCode, Signal
from loyalty_engine.ports.rulebooks import Published
from loyalty_engine.ports.view import View
from loyalty_engine.ports.vouchers import Failures, Voucher, VoucherUse
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
