"""Reading members: by number, by address, and all that a purchase begins with."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.sql.selectable import Select

from loyalty_engine.domain.tiers import Grant, GrantMode, Standing, Why
from loyalty_engine.ports import Address, MemberRecord, Opening, Operation
from loyalty_engine.storage.errors import Retry
from loyalty_engine.storage.sql.instants import instant, instant_or_none
from loyalty_engine.storage.sql.reading.ledger import BALANCES_AT
from loyalty_engine.storage.sql.reading.operations import REMEMBER, ReadsOperations
from loyalty_engine.storage.sql.reading.places import AT_ADDRESS, with_account
from loyalty_engine.storage.sql.reading.purchases import NEWEST_PURCHASE
from loyalty_engine.storage.sql.reading.room import all_of, here
from loyalty_engine.storage.sql.rows.ledger import balances_of
from loyalty_engine.storage.sql.rows.members import member_of
from loyalty_engine.storage.sql.rows.operations import operation_row
from loyalty_engine.storage.sql.rows.purchases import purchase_of
from loyalty_engine.storage.sql.statements import SQLITE, Statement, Value, const, var
from loyalty_engine.storage.sql.tables import accounts, addresses, members, standings, tier_grants
from loyalty_engine.storage.sql.wire import Row, Sent

_COLUMNS = [*all_of(members), accounts.c.version]
_BY_ADDRESS = select(*_COLUMNS).where(with_account(AT_ADDRESS))
_BY_NUMBER = select(*_COLUMNS).where(with_account(var("p_member")))


def _locking(query: "Select[tuple[Value, ...]]") -> "Select[tuple[Value, ...]]":
    """Lock the account before the member: who has a household's may write all of its members."""
    return query.with_for_update(of=[accounts, members])


MEMBER_AT = (
    Statement(_BY_ADDRESS, "p_program", "p_kind", "p_value"),
    Statement(_locking(_BY_ADDRESS), "p_program", "p_kind", "p_value"),
)
"""The member at an address: without and with lock."""

MEMBER = (
    Statement(_BY_NUMBER, "p_program", "p_member"),
    Statement(_locking(_BY_NUMBER), "p_program", "p_member"),
)

_IDENTIFIERS = Statement(
    select(addresses.c.kind, addresses.c.value)
    .where(
        here(addresses),
        addresses.c.member == var("p_member"),
        addresses.c.kind != const("purchase"),  # as the index says, or it is not used
        addresses.c.kind.like(const("identifier:%")),
    )
    .order_by(addresses.c.kind, addresses.c.value),
    "p_program",
    "p_member",
)
_STANDINGS = Statement(
    select(standings.c.tier, standings.c.since, standings.c.until, standings.c.why)
    .where(here(standings), standings.c.member == var("p_member"))
    .order_by(standings.c.ordinal),
    "p_program",
    "p_member",
)
_GRANTS = Statement(
    select(tier_grants.c.tier, tier_grants.c.from_at, tier_grants.c.until, tier_grants.c.mode)
    .where(here(tier_grants), tier_grants.c.member == var("p_member"))
    .order_by(tier_grants.c.from_at),
    "p_program",
    "p_member",
)
_THERE_AT = Statement(
    select(members.c.member).where(here(members), members.c.member == AT_ADDRESS),
    "p_program",
    "p_kind",
    "p_value",
)
_THERE = Statement(
    select(members.c.member).where(here(members), members.c.member == var("p_member")),
    "p_program",
    "p_member",
)
_STATUS = [column.name for column in _COLUMNS].index("status")


def standing_of(row: Row) -> Standing:
    """From tier, since, until and why."""
    tier, since, until, why = row
    return Standing(tier, instant(since), instant_or_none(until), Why(why))


def grant_of(row: Row) -> Grant:
    """From tier, from when, until when and mode."""
    tier, since, until, mode = row
    return Grant(tier, instant(since), instant_or_none(until), GrantMode(mode))


def _strayed() -> Retry:
    return Retry("the member has gone to another account while it was waited for")


class ReadsMembers(ReadsOperations):
    """Members, their addresses and tiers."""

    def open_purchase(
        self, who: Address | None, purchase: str, operation: Operation | None = None
    ) -> Opening:
        if operation is not None and not self._locks:
            known = self.operation(operation.client, operation.key)
            if known is not None:
                return Opening(operation=known)
            operation = None
        questions: list[Sent] = []
        if operation is not None:
            questions.append((REMEMBER, operation_row(self.program, operation)))
        if who is not None:
            at = (self.program, who.kind, who.value)
            questions += [(MEMBER_AT[self._locks], at), (BALANCES_AT, at)]
        questions.append((NEWEST_PURCHASE, (self.program, purchase)))
        answers = self._wire.ask(*questions)
        if operation is not None and answers.pop(0).touched == 0:
            return Opening(operation=self._known(operation))
        found = answers.pop().rows
        newest = purchase_of(found[0]) if found else None
        if who is None:
            return Opening(purchase=newest)
        self._stay(answers[0].rows, who)
        if not answers[0].rows:
            return Opening(purchase=newest)
        return Opening(
            member=self._locked(answers[0].rows[0]),
            balances=balances_of(answers[1].rows),
            purchase=newest,
        )

    def _known(self, operation: Operation) -> Operation:
        known = self.operation(operation.client, operation.key)
        if known is None:  # forgotten between two looks, after its thirty days
            raise Retry(f"the operation {operation.key!r} has just been forgotten")
        return known

    def find_member(self, who: Address) -> MemberRecord | None:
        rows = self._rows(MEMBER_AT[self._locks], who.kind, who.value)
        self._stay(rows, who)
        return self._locked(rows[0]) if rows else None

    def member(self, number: int) -> MemberRecord | None:
        rows = self._rows(MEMBER[self._locks], number)
        if not rows and self._may_stray and self._rows(_THERE, number):
            raise _strayed()
        return self._locked(rows[0]) if rows else None

    def _locked(self, row: Row) -> MemberRecord:
        member = member_of(row)
        self._accounts.add(member.account)
        return member

    def _stay(self, rows: Sequence[Row], who: Address) -> None:
        """Do it again if the member waited for has gone to another account, or become another."""
        if rows:
            strayed = self._locks and rows[0][_STATUS] == "merged"
        else:
            strayed = self._may_stray and bool(self._rows(_THERE_AT, who.kind, who.value))
        if strayed:
            raise _strayed()

    @property
    def _may_stray(self) -> bool:
        """Whether somebody may have written while a lock was waited for."""
        return self._locks and self._wire.database != SQLITE

    def identifiers(self, member: int) -> Sequence[Address]:
        return [Address(kind, value) for kind, value in self._rows(_IDENTIFIERS, member)]

    def standings(self, member: int) -> Sequence[Standing]:
        return [standing_of(row) for row in self._rows(_STANDINGS, member)]

    def tier_grants(self, member: int) -> Sequence[Grant]:
        return [grant_of(row) for row in self._rows(_GRANTS, member)]
