"""Writing referrals, the codes of referrers, and what members were seen with."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, update

from loyalty_engine.ports import Referral, ReferralCode, Signal
from loyalty_engine.storage.sql.inserts import Rows, upsert
from loyalty_engine.storage.sql.instants import micros, micros_or_none
from loyalty_engine.storage.sql.reading.room import Room, here
from loyalty_engine.storage.sql.statements import Statement, var
from loyalty_engine.storage.sql.tables import referral_codes, referrals, signals

_CODES = Rows(referral_codes, upsert(referral_codes))
# Only a merge changes by whom somebody came, and does not wait for the friends: one who buys at
# that moment must not write back who it was.
_REFERRALS = Rows(referrals, upsert(referrals, stays=["referrer"]))
_SIGNALS = Rows(signals, upsert(signals))
_GONE = Statement(
    update(signals)
    .where(here(signals), signals.c.member == var("p_member"))
    .values(gone_at=var("p_gone_at")),
    "p_program",
    "p_member",
    "p_gone_at",
)
_FORGET = Statement(
    delete(signals).where(
        here(signals),
        signals.c.member == var("p_member"),
        signals.c.kind == var("p_kind"),
        signals.c.gone_at < var("p_before"),
    ),
    "p_program",
    "p_member",
    "p_kind",
    "p_before",
)
_BOTH = ("p_program", "p_member", "p_into")
_BROUGHT = Statement(
    update(referrals)
    .where(
        here(referrals),
        referrals.c.referrer == var("p_member"),
        referrals.c.member != var("p_into"),
    )
    .values(referrer=var("p_into")),
    *_BOTH,
)
_CAME = Statement(
    update(referrals)
    .where(here(referrals), referrals.c.member == var("p_member"))
    .values(member=var("p_into")),
    *_BOTH,
)
_DROP = Statement(
    delete(referrals).where(here(referrals), referrals.c.member == var("p_member")),
    "p_program",
    "p_member",
)
_DROP_CODE = Statement(
    delete(referral_codes).where(here(referral_codes), referral_codes.c.member == var("p_member")),
    "p_program",
    "p_member",
)
_DROP_SIGNALS = Statement(
    delete(signals).where(here(signals), signals.c.member == var("p_member")),
    "p_program",
    "p_member",
)


class WritesReferrals(Room):
    """Members who came by others."""

    def save_referral_code(self, code: ReferralCode) -> None:
        row = (self.program, code.member, micros(code.given_at), micros_or_none(code.good_until))
        for statement, values in _CODES.batches([row]):
            self._wire.tell(statement, values)

    def save_referral(self, referral: Referral) -> None:
        it = referral
        row = (
            self.program, it.member, it.referrer, it.number, it.rulebook, it.state,
            micros(it.claimed_at), int(it.held), int(it.cleared), it.reason, it.occasion,
            micros_or_none(it.qualified_at), micros_or_none(it.due_at),
            micros_or_none(it.rewarded_at), it.round, it.decided_by, it.decided_why,
        )  # fmt: skip
        for statement, values in _REFERRALS.batches([row]):
            self._wire.tell(statement, values)

    def drop_referral(self, member: int) -> None:
        self._wire.tell(_DROP, (self.program, member))

    def hand_over_referrals(self, member: int, into: int, *, came: bool) -> None:
        both = (self.program, member, into)
        self._wire.tell(_BROUGHT, both)
        if came:
            self._wire.tell(_CAME, both)
        self._wire.tell(_DROP_CODE, (self.program, member))

    def save_signals(self, seen: Sequence[Signal]) -> None:
        rows = [
            (
                self.program, it.kind, bytes.fromhex(it.value), it.member, micros(it.since),
                micros_or_none(it.gone_at),
            )
            for it in seen
        ]  # fmt: skip
        for statement, values in _SIGNALS.batches(rows):
            self._wire.tell(statement, values)

    def drop_signals(self, member: int) -> None:
        self._wire.tell(_DROP_SIGNALS, (self.program, member))

    def mark_signals_gone(self, member: int, at: datetime | None) -> None:
        self._wire.tell(_GONE, (self.program, member, micros_or_none(at)))

    def forget_signals(self, member: int, kind: str, before: datetime) -> None:
        self._wire.tell(_FORGET, (self.program, member, kind, micros(before)))
