"""Reading whose something is without locking, members two at a time, and merges."""

from collections.abc import Mapping, Sequence

from sqlalchemy import or_, select

from loyalty_engine.domain.facts import Carry
from loyalty_engine.ports import Address, CounterKey, MemberRecord
from loyalty_engine.storage.errors import Retry
from loyalty_engine.storage.sql.reading.limits import carries_of
from loyalty_engine.storage.sql.reading.members import MEMBER
from loyalty_engine.storage.sql.reading.room import Room, here
from loyalty_engine.storage.sql.rows.members import member_of
from loyalty_engine.storage.sql.statements import Statement, var
from loyalty_engine.storage.sql.tables import (
    accounts,
    addresses,
    carries,
    counters,
    members,
    merges,
    purchases,
    redemptions,
)

_WHOSE = Statement(
    select(addresses.c.member).where(
        here(addresses), addresses.c.kind == var("p_kind"), addresses.c.value == var("p_value")
    ),
    "p_program",
    "p_kind",
    "p_value",
)
_TWO = or_(members.c.member == var("p_one"), members.c.member == var("p_other"))
_LOCK_MEMBERS = Statement(
    select(members.c.member)
    .where(here(members), _TWO)
    .order_by(members.c.member)
    .with_for_update(),
    "p_program",
    "p_one",
    "p_other",
)
_LOCK_ACCOUNTS = Statement(
    select(accounts.c.account)
    .where(
        here(accounts),
        accounts.c.account.in_(select(members.c.account).where(here(members), _TWO)),
    )
    .order_by(accounts.c.account)
    .with_for_update(),
    "p_program",
    "p_one",
    "p_other",
)
_MERGED = Statement(
    select(merges.c.id, merges.c.into_member).where(
        here(merges), merges.c.member == var("p_member")
    ),
    "p_program",
    "p_member",
)
_COUNTERS = Statement(
    select(
        counters.c.counter,
        counters.c.period,
        counters.c.slice,
        counters.c.used,
        counters.c.ceiling,
    )
    .where(here(counters), counters.c.owner == var("p_owner"))
    .order_by(counters.c.counter, counters.c.period, counters.c.slice),
    "p_program",
    "p_owner",
)
_CARRIES = Statement(
    select(carries.c.rule, carries.c.terms, carries.c.basis, carries.c.given)
    .where(here(carries), carries.c.member == var("p_member"))
    .order_by(carries.c.rule, carries.c.terms),
    "p_program",
    "p_member",
)
_KEPT = Statement(
    select(purchases.c.purchase, purchases.c.revision, purchases.c.kept)
    .where(here(purchases), purchases.c.member == var("p_member"))
    .order_by(purchases.c.purchase, purchases.c.revision),
    "p_program",
    "p_member",
)
_REDEEMED = Statement(
    select(redemptions.c.redemption, redemptions.c.counted)
    .where(here(redemptions), redemptions.c.member == var("p_member"))
    .order_by(redemptions.c.redemption),
    "p_program",
    "p_member",
)


class ReadsFamilies(Room):
    """Members as those who belong together, or are one."""

    def whose(self, address: Address) -> int | None:
        rows = self._rows(_WHOSE, address.kind, address.value)
        return rows[0][0] if rows else None

    def lock_two(self, one: int, other: int) -> tuple[MemberRecord, MemberRecord]:
        who = (self.program, one, other)
        answers = self._wire.ask(
            (_LOCK_ACCOUNTS, who),
            (_LOCK_MEMBERS, who),
            (MEMBER[False], (self.program, one)),
            (MEMBER[False], (self.program, other)),
        )
        found = [member_of(answer.rows[0]) for answer in answers[2:] if answer.rows]
        if len(found) < 2 or any(it.status == "merged" for it in found):
            raise Retry("a member has become another one meanwhile")
        if not {it.account for it in found} <= {row[0] for row in answers[0].rows}:
            raise Retry("a member has gone to another account while it was waited for")
        self._accounts.update(it.account for it in found)
        return found[0], found[1]

    def merged(self, member: int) -> tuple[str, int] | None:
        rows = self._rows(_MERGED, member)
        return (rows[0][0], rows[0][1]) if rows else None

    def counters_of(self, owner: str) -> Mapping[CounterKey, tuple[int, int]]:
        return {
            CounterKey(owner, counter, period, part): (used, ceiling)
            for counter, period, part, used, ceiling in self._rows(_COUNTERS, owner)
        }

    def all_carries(self, member: int) -> Mapping[str, Carry]:
        return carries_of(self._rows(_CARRIES, member))

    def all_kept(self, member: int) -> Sequence[tuple[str, int, bytes]]:
        return [
            (purchase, revision, kept) for purchase, revision, kept in self._rows(_KEPT, member)
        ]

    def all_redeemed(self, member: int) -> Sequence[tuple[str, bytes]]:
        return [(name, counted) for name, counted in self._rows(_REDEEMED, member)]
