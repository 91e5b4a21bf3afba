"""Reading referrals, the codes of referrers, and what members were seen with."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from loyalty_engine.ports import Referral, ReferralCode, Signal
from loyalty_engine.storage.sql.instants import instant, instant_or_none, micros
from loyalty_engine.storage.sql.reading.room import Room, all_of, here
from loyalty_engine.storage.sql.statements import Statement, const, number_var, var
from loyalty_engine.storage.sql.tables import events, purchases, referral_codes, referrals, signals

_COLUMNS = all_of(referrals)
_CODE = Statement(
    select(referral_codes.c.member, referral_codes.c.given_at, referral_codes.c.good_until).where(
        here(referral_codes), referral_codes.c.member == var("p_member")
    ),
    "p_program",
    "p_member",
)
_REFERRAL = Statement(
    select(*_COLUMNS).where(here(referrals), referrals.c.member == var("p_member")),
    "p_program",
    "p_member",
)
_BY = Statement(
    select(*_COLUMNS)
    .where(here(referrals), referrals.c.referrer == var("p_referrer"))
    .order_by(referrals.c.claimed_at, referrals.c.member),
    "p_program",
    "p_referrer",
)
_DUE = Statement(
    select(referrals.c.member)
    .where(
        here(referrals),
        referrals.c.due_at <= var("p_now"),
        referrals.c.held == const(0),
        referrals.c.member > var("p_after"),
    )
    .order_by(referrals.c.member)
    .limit(number_var("p_limit"))
    .offset(const(0)),
    "p_program",
    "p_now",
    "p_after",
    "p_limit",
)
_HELD = Statement(
    select(*_COLUMNS)
    .where(here(referrals), referrals.c.held == const(1), referrals.c.member > var("p_after"))
    .order_by(referrals.c.member)
    .limit(number_var("p_limit"))
    .offset(const(0)),
    "p_program",
    "p_after",
    "p_limit",
)
_SIGNAL = all_of(signals)
_ALIKE = Statement(
    select(*_SIGNAL)
    .where(here(signals), signals.c.kind == var("p_kind"), signals.c.value == var("p_value"))
    .order_by(signals.c.member)
    .limit(number_var("p_limit"))
    .offset(const(0)),
    "p_program",
    "p_kind",
    "p_value",
    "p_limit",
)
_SIGNALS = Statement(
    select(*_SIGNAL)
    .where(here(signals), signals.c.member == var("p_member"))
    .order_by(signals.c.kind, signals.c.value),
    "p_program",
    "p_member",
)
_BOUGHT = Statement(
    select(purchases.c.purchase, purchases.c.occurred_at, purchases.c.spend)
    .where(
        here(purchases),
        purchases.c.member == var("p_member"),
        purchases.c.occurred_at >= var("p_since"),
        purchases.c.visits == const(1),
    )
    .order_by(purchases.c.occurred_at, purchases.c.purchase),
    "p_program",
    "p_member",
    "p_since",
)
_TOLD = Statement(
    select(events.c.event, events.c.occurred_at)
    .where(
        here(events),
        events.c.member == var("p_member"),
        events.c.kind == var("p_kind"),
        events.c.occurred_at >= var("p_since"),
        events.c.state == const("recorded"),
    )
    .order_by(events.c.occurred_at, events.c.event),
    "p_program",
    "p_member",
    "p_kind",
    "p_since",
)
_LONG_GONE = Statement(
    select(signals.c.member)
    .where(
        here(signals),
        signals.c.kind == var("p_kind"),
        signals.c.gone_at < var("p_before"),
        signals.c.member > var("p_after"),
    )
    .distinct()
    .order_by(signals.c.member)
    .limit(number_var("p_limit"))
    .offset(const(0)),
    "p_program",
    "p_kind",
    "p_before",
    "p_after",
    "p_limit",
)
_FIRST_GONE = Statement(
    select(func.min(signals.c.gone_at)).where(
        here(signals), signals.c.kind == var("p_kind"), signals.c.gone_at < var("p_before")
    ),
    "p_program",
    "p_kind",
    "p_before",
)
MOST_ALIKE = 1000


class ReadsReferrals(Room):
    """Members who came by others."""

    def referral_code(self, member: int) -> ReferralCode | None:
        rows = self._rows(_CODE, member)
        if not rows:
            return None
        number, at, until = rows[0]
        return ReferralCode(number, instant(at), instant_or_none(until))

    def referral(self, member: int) -> Referral | None:
        rows = self._rows(_REFERRAL, member)
        return _referral_of(rows[0]) if rows else None

    def referrals_by(self, referrer: int) -> Sequence[Referral]:
        return [_referral_of(row) for row in self._rows(_BY, referrer)]

    def held_referrals(self, after: int, limit: int) -> Sequence[Referral]:
        return [_referral_of(row) for row in self._rows(_HELD, after, limit)]

    def referrals_due(self, now: datetime, after: int = 0, limit: int = 500) -> Sequence[int]:
        """Members whose referral is to be looked at by `now`, for the job."""
        return [row[0] for row in self._rows(_DUE, micros(now), after, limit)]

    def bought_since(self, member: int, since: datetime) -> Sequence[tuple[str, datetime, int]]:
        rows = self._rows(_BOUGHT, member, micros(since))
        return [(purchase, instant(at), spend) for purchase, at, spend in rows]

    def told_since(self, member: int, kind: str, since: datetime) -> Sequence[tuple[str, datetime]]:
        rows = self._rows(_TOLD, member, kind, micros(since))
        return [(event, instant(at)) for event, at in rows]

    def members_long_gone(
        self, kind: str, before: datetime, after: int = 0, limit: int = 500
    ) -> Sequence[int]:
        """Members gone since before an instant of whom a signal is still kept, for the job."""
        return [row[0] for row in self._rows(_LONG_GONE, kind, micros(before), after, limit)]

    def first_gone(self, kind: str, before: datetime) -> datetime | None:
        """When the first of them left, for those who watch the job."""
        (at,) = self._rows(_FIRST_GONE, kind, micros(before))[0]
        return instant_or_none(at)

    def seen_with(self, kind: str, value: str) -> Sequence[Signal]:
        rows = self._rows(_ALIKE, kind, bytes.fromhex(value), MOST_ALIKE)
        return [_signal_of(row) for row in rows]

    def signals(self, member: int) -> Sequence[Signal]:
        return [_signal_of(row) for row in self._rows(_SIGNALS, member)]


def _referral_of(row: Any) -> Referral:
    """From the columns of `referrals` after the programme."""
    (
        member, referrer, number, rulebook, state, claimed, held, cleared, reason, occasion,
        qualified, due, rewarded, round_, by, why,
    ) = row  # fmt: skip
    return Referral(
        member, referrer, number, rulebook, state, instant(claimed), bool(held), bool(cleared),
        reason, occasion, instant_or_none(qualified), instant_or_none(due),
        instant_or_none(rewarded), round_, by, why,
    )  # fmt: skip


def _signal_of(row: Any) -> Signal:
    """From the columns of `signals` after the programme."""
    kind, value, member, since, gone = row
    return Signal(kind, bytes(value).hex(), member, instant(since), instant_or_none(gone))
