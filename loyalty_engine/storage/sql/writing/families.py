"""Writing what becomes of two members who turn out to be one."""

from sqlalchemy import Table, case, delete, exists, func, or_, select, update

from loyalty_engine.storage.sql.inserts import insert_one
from loyalty_engine.storage.sql.instants import micros
from loyalty_engine.storage.sql.reading.places import account_of
from loyalty_engine.storage.sql.reading.room import Room, here
from loyalty_engine.storage.sql.statements import Statement, const, number_var, var
from loyalty_engine.storage.sql.tables import (
    addresses,
    events,
    gifts,
    holds,
    invitations,
    memberships,
    merges,
    purchases,
    purses,
    redemptions,
    reservations,
    returns,
    tier_grants,
    voucher_uses,
    vouchers,
)

_NAMES = ("p_program", "p_member", "p_into")


def _handing(table: Table) -> Statement:
    return Statement(
        update(table)
        .where(here(table), table.c.member == var("p_member"))
        .values(member=var("p_into")),
        *_NAMES,
    )


# In this order: purchases are found by their member for the addresses that lead to them.
_PURCHASES_FOUND = Statement(
    update(addresses)
    .where(
        here(addresses),
        addresses.c.kind == const("purchase"),
        addresses.c.value.in_(
            select(purchases.c.purchase)
            .where(here(purchases), purchases.c.member == var("p_member"))
            .correlate(None)
        ),
        addresses.c.member == var("p_member"),
    )
    .values(member=var("p_into")),
    *_NAMES,
)
_FOUND = Statement(
    update(addresses)
    .where(
        here(addresses),
        addresses.c.member == var("p_member"),
        addresses.c.kind != const("purchase"),  # as the index says, or it is not used
    )
    .values(member=var("p_into")),
    *_NAMES,
)


def _handing_in_time(table: Table, at: str) -> Statement:
    """Of two rows of one instant the other one's comes a moment later."""
    there = table.alias("there")
    twin = exists(
        select(const(1)).where(
            there.c.program == table.c.program,
            there.c.member == number_var("p_into"),
            there.c[at] == table.c[at],
        )
    )
    return Statement(
        update(table)
        .where(here(table), table.c.member == var("p_member"))
        .values(
            {"member": var("p_into"), at: table.c[at] + case((twin, const(1)), else_=const(0))}
        ),
        *_NAMES,
    )


_TIERS = _handing_in_time(tier_grants, "from_at")
_BELONGED = _handing_in_time(memberships, "since")
_asked = invitations.alias("asked")
_KNOWN_ALREADY = Statement(
    delete(invitations).where(
        here(invitations),
        invitations.c.member == var("p_member"),
        or_(
            exists(
                select(const(1)).where(
                    _asked.c.program == invitations.c.program,
                    _asked.c.account == invitations.c.account,
                    _asked.c.member == number_var("p_into"),
                )
            ),
            invitations.c.account == account_of(number_var("p_into")),
        ),
    ),
    *_NAMES,
)
"""Invitations of the other one by which nobody new would come."""
_RECEIVED = Statement(
    update(gifts)
    .where(here(gifts), gifts.c.to_member == var("p_member"))
    .values(to_member=var("p_into")),
    *_NAMES,
)
_HANDED = (
    *(
        _handing(table)
        for table in (
            purchases,
            returns,
            reservations,
            holds,
            redemptions,
            vouchers,
            events,
            gifts,
            purses,
        )
    ),
    _RECEIVED,
    _handing(invitations),
    _BELONGED,
    _TIERS,
)
_ADD_MERGE = insert_one(merges)
_MERGED_BEFORE = Statement(
    update(merges)
    .where(here(merges), merges.c.into_member == var("p_member"))
    .values(into_member=var("p_into")),
    *_NAMES,
)
_KEEP = Statement(
    update(purchases)
    .where(
        here(purchases),
        purchases.c.member == var("p_member"),
        purchases.c.purchase == var("p_purchase"),
        purchases.c.revision == var("p_revision"),
    )
    .values(kept=var("p_kept")),
    "p_program",
    "p_member",
    "p_purchase",
    "p_revision",
    "p_kept",
)
_USES = Statement(
    update(voucher_uses)
    .where(here(voucher_uses), voucher_uses.c.member == var("p_member"))
    .values(
        member=var("p_into"),
        counted=func.replace(
            func.replace(voucher_uses.c.counted, var("p_owner"), var("p_owner_now")),
            var("p_account"),
            var("p_account_now"),
        ),
    ),
    *_NAMES,
    "p_owner",
    "p_owner_now",
    "p_account",
    "p_account_now",
)
_RECOUNT = Statement(
    update(redemptions)
    .where(
        here(redemptions),
        redemptions.c.member == var("p_member"),
        redemptions.c.redemption == var("p_redemption"),
    )
    .values(counted=var("p_counted")),
    "p_program",
    "p_member",
    "p_redemption",
    "p_counted",
)


class WritesFamilies(Room):
    """Two members who become one."""

    def hand_over(self, member: int, into: int, id: str, accounts: tuple[int, int]) -> None:
        both = (self.program, member, into)
        for statement in (_PURCHASES_FOUND, _FOUND, _KNOWN_ALREADY, *_HANDED):
            self._wire.tell(statement, both)
        owners = (
            f'|member:{member}"', f'|member:{into}"',
            f'|account:{accounts[0]}"', f'|account:{accounts[1]}"',
        )  # fmt: skip
        self._wire.tell(_MERGED_BEFORE, both)
        self._wire.tell(_USES, (*both, *owners))
        self._wire.tell(_ADD_MERGE, (*both, id, micros(self.now)))

    def keep_anew(self, member: int, purchase: str, revision: int, kept: bytes) -> None:
        self._wire.tell(_KEEP, (self.program, member, purchase, revision, kept), touches=1)

    def recount_redemption(self, member: int, redemption: str, counted: bytes) -> None:
        self._wire.tell(_RECOUNT, (self.program, member, redemption, counted), touches=1)
