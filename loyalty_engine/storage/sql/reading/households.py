"""Reading households: who shares an account, who has, and who may."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select

from loyalty_engine.ports import Invitation, MemberRecord, Membership
from loyalty_engine.storage.errors import OutOfOrder
from loyalty_engine.storage.sql.instants import instant, instant_or_none
from loyalty_engine.storage.sql.reading.room import Room, all_of, here
from loyalty_engine.storage.sql.rows.members import member_of
from loyalty_engine.storage.sql.statements import Statement, var
from loyalty_engine.storage.sql.tables import (
    accounts,
    households,
    invitations,
    members,
    memberships,
)

_HOUSEHOLD = Statement(
    select(households.c.household).where(
        here(households), households.c.account == var("p_account")
    ),
    "p_program",
    "p_account",
)
_CHANGED = Statement(
    select(households.c.changed_at).where(
        here(households), households.c.account == var("p_account")
    ),
    "p_program",
    "p_account",
)
_CALLED = Statement(
    select(members.c.id).where(here(members), members.c.member == var("p_member")),
    "p_program",
    "p_member",
)
_VERSION = select(accounts.c.version).where(here(accounts), accounts.c.account == var("p_account"))
_ACCOUNT = (
    Statement(_VERSION, "p_program", "p_account"),
    Statement(_VERSION.with_for_update(), "p_program", "p_account"),
)
_ACCOUNT_IF_FREE = Statement(_VERSION.with_for_update(skip_locked=True), "p_program", "p_account")
_FAMILY = Statement(
    select(*all_of(members), accounts.c.version)
    .where(
        here(members),
        members.c.member.in_(
            select(memberships.c.member)
            .where(
                here(memberships),
                memberships.c.account == var("p_account"),
                memberships.c.until.is_(None),
            )
            .correlate(None)
        ),
        members.c.account == var("p_account"),
        here(accounts),
        accounts.c.account == var("p_account"),
    )
    .order_by(members.c.member),
    "p_program",
    "p_account",
)
_MEMBERSHIPS = Statement(
    select(memberships.c.member, memberships.c.account, memberships.c.since, memberships.c.until)
    .where(here(memberships), memberships.c.member == var("p_member"))
    .order_by(memberships.c.since),
    "p_program",
    "p_member",
)
_INVITATIONS = Statement(
    select(
        invitations.c.account,
        invitations.c.member,
        invitations.c.by_member,
        invitations.c.expires_at,
    )
    .where(here(invitations), invitations.c.account == var("p_account"))
    .order_by(invitations.c.member),
    "p_program",
    "p_account",
)


class ReadsHouseholds(Room):
    """Households by their accounts."""

    def household(self, account: int) -> str | None:
        rows = self._rows(_HOUSEHOLD, account)
        return rows[0][0] if rows else None

    def household_changed_at(self, account: int) -> datetime | None:
        rows = self._rows(_CHANGED, account)
        return instant(rows[0][0]) if rows else None

    def called(self, member: int) -> str | None:
        rows = self._rows(_CALLED, member)
        return rows[0][0] if rows else None

    def account_version(self, account: int) -> int:
        if not self._in_order or not self._accounts:
            self._accounts.add(account)
            return int(self._rows(_ACCOUNT[self._locks], account)[0][0])
        rows = self._rows(_ACCOUNT_IF_FREE, account)
        self._accounts.add(account)
        if not rows:
            raise OutOfOrder(frozenset(self._accounts))
        return int(rows[0][0])

    def lock_in_order(self, first: Collection[int]) -> None:
        for account in sorted(first):
            self._rows(_ACCOUNT[True], account)
        self._accounts.update(first)
        self._in_order = True

    def family(self, account: int) -> Sequence[MemberRecord]:
        return [member_of(row) for row in self._rows(_FAMILY, account)]

    def memberships(self, member: int) -> Sequence[Membership]:
        return [
            Membership(who, account, instant(since), instant_or_none(until))
            for who, account, since, until in self._rows(_MEMBERSHIPS, member)
        ]

    def invitations(self, account: int) -> Sequence[Invitation]:
        return [
            Invitation(account_, member, by, instant(end))
            for account_, member, by, end in self._rows(_INVITATIONS, account)
        ]
