"""Writing: a unit of work, noun by noun, and the storage that gives it."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from loyalty_engine.ports.challenges import ChallengeWork
from loyalty_engine.ports.events import EventWork
from loyalty_engine.ports.gifts import GiftWork
from loyalty_engine.ports.holds import HoldWork
from loyalty_engine.ports.households import HouseholdWork
from loyalty_engine.ports.ledger import LedgerWork
from loyalty_engine.ports.limits import LimitWork
from loyalty_engine.ports.members import MemberWork
from loyalty_engine.ports.merges import MergeWork
from loyalty_engine.ports.operations import OperationWork
from loyalty_engine.ports.purchases import PurchaseWork
from loyalty_engine.ports.redemptions import RedemptionWork
from loyalty_engine.ports.referrals import ReferralWork
from loyalty_engine.ports.rulebooks import RulebookWork
from loyalty_engine.ports.stored_value import ValueWork
from loyalty_engine.ports.view import View
from loyalty_engine.ports.vouchers import VoucherWork


class Work(
    View,
    MemberWork,
    HouseholdWork,
    MergeWork,
    LedgerWork,
    PurchaseWork,
    EventWork,
    LimitWork,
    HoldWork,
    RedemptionWork,
    VoucherWork,
    GiftWork,
    ValueWork,
    ChallengeWork,
    ReferralWork,
    OperationWork,
    RulebookWork,
    Protocol,
):
    """A unit of work: one transaction. `now` is when it began."""

    now: datetime

    @property
    def writes(self) -> int:
        """How many writes have been made so far, sent or not."""
        ...


class Page(Work, Protocol):
    """A unit of work for many members with accounts of their own, each of whom is read and written
    as if alone. Only of those who are `there` may it be asked; the others that it was to be for are
    `busy`, in the hands of somebody else, or do not have an account of their own.
    """

    there: Sequence[int]
    busy: Sequence[int]


class Storage(Protocol):
    """Gives units of work; knows nothing of what is done in them."""

    def begin(
        self, program: str, now: datetime, *, sure: bool = False
    ) -> AbstractContextManager[Work]:
        """Begin a transaction that writes; commits on leaving, rolls back on an exception.

        A `sure` one locks limits that many share as it reads them, so that nobody else can use
        them up before it ends; it makes the others wait, and is for what was tried in vain before.
        """
        ...

    def begin_page(
        self, program: str, now: datetime, numbers: Sequence[int]
    ) -> AbstractContextManager[Page]:
        """Begin a transaction that writes for the members of these numbers, and waits for none."""
        ...

    def read(self, program: str) -> AbstractContextManager[View]:
        """Begin a transaction that only reads."""
        ...
