"""A unit of work, put together from what can be read and written, noun by noun."""

from loyalty_engine.storage.sql.reading.challenges import ReadsChallenges
from loyalty_engine.storage.sql.reading.events import ReadsEvents
from loyalty_engine.storage.sql.reading.families import ReadsFamilies
from loyalty_engine.storage.sql.reading.gifts import ReadsGifts
from loyalty_engine.storage.sql.reading.holds import ReadsHolds
from loyalty_engine.storage.sql.reading.households import ReadsHouseholds
from loyalty_engine.storage.sql.reading.ledger import ReadsLedger
from loyalty_engine.storage.sql.reading.limits import ReadsLimits
from loyalty_engine.storage.sql.reading.members import ReadsMembers
from loyalty_engine.storage.sql.reading.past import ReadsPast
from loyalty_engine.storage.sql.reading.purchases import ReadsPurchases
from loyalty_engine.storage.sql.reading.redemptions import ReadsRedemptions
from loyalty_engine.storage.sql.reading.referrals import ReadsReferrals
from loyalty_engine.storage.sql.reading.rulebooks import ReadsRulebooks
from loyalty_engine.storage.sql.reading.stored_value import ReadsValue
from loyalty_engine.storage.sql.reading.sweeps import ReadsSweeps
from loyalty_engine.storage.sql.reading.vouchers import ReadsVouchers
from loyalty_engine.storage.sql.writing.challenges import WritesChallenges
from loyalty_engine.storage.sql.writing.events import WritesEvents
from loyalty_engine.storage.sql.writing.families import WritesFamilies
from loyalty_engine.storage.sql.writing.gifts import WritesGifts
from loyalty_engine.storage.sql.writing.holds import WritesHolds
from loyalty_engine.storage.sql.writing.households import WritesHouseholds
from loyalty_engine.storage.sql.writing.ledger import WritesLedger
from loyalty_engine.storage.sql.writing.limits import WritesLimits
from loyalty_engine.storage.sql.writing.members import WritesMembers
from loyalty_engine.storage.sql.writing.purchases import WritesPurchases
from loyalty_engine.storage.sql.writing.redemptions import WritesRedemptions
from loyalty_engine.storage.sql.writing.referrals import WritesReferrals
from loyalty_engine.storage.sql.writing.service import WritesService
from loyalty_engine.storage.sql.writing.stored_value import WritesValue
from loyalty_engine.storage.sql.writing.vouchers import WritesVouchers


class SqlView(
    ReadsMembers,
    ReadsLedger,
    ReadsPast,
    ReadsPurchases,
    ReadsHolds,
    ReadsRedemptions,
    ReadsEvents,
    ReadsLimits,
    ReadsRulebooks,
    ReadsSweeps,
    ReadsVouchers,
    ReadsFamilies,
    ReadsHouseholds,
    ReadsReferrals,
    ReadsGifts,
    ReadsChallenges,
    ReadsValue,
):
    """`ports.View` over one transaction that only reads."""


class SqlWork(
    SqlView,
    WritesService,
    WritesHouseholds,
    WritesMembers,
    WritesLedger,
    WritesPurchases,
    WritesLimits,
    WritesHolds,
    WritesRedemptions,
    WritesVouchers,
    WritesFamilies,
    WritesEvents,
    WritesReferrals,
    WritesGifts,
    WritesChallenges,
    WritesValue,
):
    """`ports.Work` over one transaction that writes."""

    @property
    def writes(self) -> int:
        return self._wire.told
