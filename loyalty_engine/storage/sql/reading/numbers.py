"""Statements that find numbers, of members or accounts, a page at a time for a sweep over many."""

from sqlalchemy import Column, ColumnElement, select, tuple_

from loyalty_engine.storage.sql.reading.room import here
from loyalty_engine.storage.sql.statements import Statement, const, number_var, var


def numbers_after(
    number: Column[int],
    *where: ColumnElement[bool],
    given: tuple[str, ...] = (),
    once: bool = False,
) -> Statement:
    """Numbers in their order after `p_after`; each `once` where a number has several rows.

    `given` are the names of the values that `where` needs.
    """
    found = select(number).where(here(number.table), *where, number > var("p_after"))
    page = (found.distinct() if once else found).order_by(number)
    page = page.limit(number_var("p_limit")).offset(const(0))
    return Statement(page, "p_program", *given, "p_after", "p_limit")


def numbers_due(due: Column[int], number: Column[int]) -> Statement:
    """Numbers in the order in which they fell `due`, with since when, after one and that instant."""
    page = (
        select(due, number)
        .where(
            here(number.table),
            due <= var("p_now"),
            tuple_(due, number) > tuple_(number_var("p_since"), number_var("p_after")),
        )
        .order_by(due, number)
        .limit(number_var("p_limit"))
        .offset(const(0))
    )
    return Statement(page, "p_program", "p_now", "p_since", "p_after", "p_limit")
