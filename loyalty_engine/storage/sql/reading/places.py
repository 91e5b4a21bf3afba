"""Whose a value is, as part of a statement: found by whole keys before anything else is read.

These are scalar subqueries and not joins on purpose. PostgreSQL plans a join by what it believes of
the tables' sizes, and of tables that have just been filled it believes that they are tiny.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, select

from loyalty_engine.storage.sql.reading.room import here
from loyalty_engine.storage.sql.statements import const, var
from loyalty_engine.storage.sql.tables import accounts, addresses, members

_whose = members.alias("whose")


def owner(kind: ColumnElement[Any], value: ColumnElement[Any]) -> ColumnElement[int]:
    """The member to whom the address of this kind and value leads."""
    return (
        select(addresses.c.member)
        .where(here(addresses), addresses.c.kind == kind, addresses.c.value == value)
        .correlate(None)
        .scalar_subquery()
    )


def account_of(member: ColumnElement[Any]) -> ColumnElement[int]:
    """The account of a member."""
    return (
        select(_whose.c.account)
        .where(_whose.c.program == var("p_program"), _whose.c.member == member)
        .correlate(None)
        .scalar_subquery()
    )


def with_account(member: ColumnElement[Any]) -> ColumnElement[bool]:
    """That a row of `members` and one of `accounts` are this member's."""
    return and_(
        here(members),
        members.c.member == member,
        here(accounts),
        accounts.c.account == account_of(member),
        accounts.c.account == members.c.account,
    )


AT_ADDRESS = owner(var("p_kind"), var("p_value"))
"""The member at `p_kind`, `p_value`."""

OF_PURCHASE = owner(const("purchase"), var("p_purchase"))
OF_HOLD = owner(const("hold"), var("p_hold"))
OF_REDEMPTION = owner(const("redemption"), var("p_redemption"))
OF_RESERVATION = owner(const("reservation"), var("p_reservation"))
