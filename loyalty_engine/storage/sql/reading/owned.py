"""Reading what an address leads to, its member locked in a unit of work."""

from collections.abc import Sequence

from sqlalchemy import select

from loyalty_engine.storage.errors import Retry
from loyalty_engine.storage.sql.reading.places import AT_ADDRESS, with_account
from loyalty_engine.storage.sql.reading.room import Room, here
from loyalty_engine.storage.sql.statements import Statement, var
from loyalty_engine.storage.sql.tables import accounts, addresses, members
from loyalty_engine.storage.sql.wire import Row, Sent

_LOCK_OWNER = Statement(
    select(members.c.member, members.c.status, members.c.account)
    .where(with_account(AT_ADDRESS))
    .with_for_update(of=[accounts, members]),
    "p_program",
    "p_kind",
    "p_value",
)
_OWNER = Statement(
    select(members.c.member).where(here(members), members.c.member == AT_ADDRESS),
    "p_program",
    "p_kind",
    "p_value",
)

_LOCK_ADDRESS = Statement(
    select(addresses.c.member)
    .where(
        here(addresses),
        addresses.c.kind == var("p_kind"),
        addresses.c.value == var("p_value"),
    )
    .with_for_update(),
    "p_program",
    "p_kind",
    "p_value",
)


class Owned(Room):
    """A room in which things are found by addresses of their own."""

    def _owned(self, statement: Statement, kind: str, value: str, *more: int) -> Sequence[Row]:
        """Read what an address points at; in a unit of work its member is locked before."""
        question: Sent = (statement, (self.program, value, *more))
        if not self._locks:
            return self._wire.ask(question)[0].rows
        owner, found = self._wire.ask((_LOCK_OWNER, (self.program, kind, value)), question)
        if found.rows and (not owner.rows or owner.rows[0][1] == "merged"):
            self._wait_no_more(kind, value)
            return self._of_nobody(question, kind, value)
        self._accounts.update(row[2] for row in owner.rows)
        return found.rows

    def _of_nobody(self, question: Sent, kind: str, value: str) -> Sequence[Row]:
        """What a guest has, who has no account to be locked: the address is, and what it points at
        is read as of then.
        """
        locked, found = self._wire.ask((_LOCK_ADDRESS, (self.program, kind, value)), question)
        if not locked.rows or not found.rows:
            raise Retry("what was asked for has become a member's meanwhile")
        return found.rows

    def _wait_no_more(self, kind: str, value: str) -> None:
        """Do it again if what was waited for has gone elsewhere meanwhile; guests have no rows."""
        if self._wire.ask((_OWNER, (self.program, kind, value)))[0].rows:
            raise Retry("the owner of what was asked for has changed accounts meanwhile")
