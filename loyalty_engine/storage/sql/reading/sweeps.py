"""Finding who has something due, a page at a time, for the jobs that go through everybody."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, tuple_

from loyalty_engine.storage.sql.instants import micros
from loyalty_engine.storage.sql.reading.numbers import numbers_after, numbers_due
from loyalty_engine.storage.sql.reading.room import Room, here
from loyalty_engine.storage.sql.statements import Statement, const, number_var, var
from loyalty_engine.storage.sql.tables import balances, lots, members, operations, reservations

_ACCOUNTS_DUE = numbers_after(
    balances.c.account, balances.c.next_change_at <= var("p_now"), given=("p_now",), once=True
)
_ACCOUNTS_BY_DUE = numbers_due(balances.c.next_change_at, balances.c.account)
_REVIEWS_BY_DUE = numbers_due(members.c.tier_due, members.c.member)
_WITHOUT_END = numbers_after(
    lots.c.account,
    lots.c.unit == var("p_unit"),
    lots.c.remaining > const(0),
    lots.c.expires_at.is_(None),
    lots.c.active_from < var("p_before"),
    given=("p_unit", "p_before"),
    once=True,
)
_TO_REVIEW = numbers_after(members.c.member, members.c.tier_due <= var("p_now"), given=("p_now",))
_MEMBERS = numbers_after(members.c.member)
_LAPSED = numbers_after(
    reservations.c.member,
    reservations.c.state == const("open"),
    reservations.c.expires_at <= var("p_now"),
    given=("p_now",),
    once=True,
)
_OLD = (
    select(operations.c.program, operations.c.client, operations.c.key)
    .where(here(operations), operations.c.at < var("p_before"))
    .limit(number_var("p_limit"))
    .offset(const(0))
)
FORGET_OPERATIONS = Statement(
    delete(operations).where(
        tuple_(operations.c.program, operations.c.client, operations.c.key).in_(
            _OLD.correlate(None)
        )
    ),
    "p_program",
    "p_before",
    "p_limit",
)


Place = tuple[int, int]
"""Where a sweep is: since when something is due (microseconds), and whose number."""

BEGINNING: Place = (0, 0)


class ReadsSweeps(Room):
    """Pages of numbers: give the last one of a page as `after` to get the next page.

    Those `by_due` come in the order in which they fell due, each with since when: what has been done
    is not looked at again, however much there is.
    """

    def accounts_by_due(
        self, now: datetime, after: Place = BEGINNING, limit: int = 500
    ) -> Sequence[Place]:
        """Accounts in which a lot becomes available or expires by `now`, once for each unit."""
        rows = self._rows(_ACCOUNTS_BY_DUE, micros(now), *after, limit)
        return [(since, number) for since, number in rows]

    def reviews_by_due(
        self, now: datetime, after: Place = BEGINNING, limit: int = 500
    ) -> Sequence[Place]:
        """Members whose tier no longer holds by itself at `now`."""
        rows = self._rows(_REVIEWS_BY_DUE, micros(now), *after, limit)
        return [(since, number) for since, number in rows]

    def accounts_due(self, now: datetime, after: int = 0, limit: int = 500) -> Sequence[int]:
        """Accounts in which a lot becomes available or expires by `now`."""
        return [row[0] for row in self._rows(_ACCOUNTS_DUE, micros(now), after, limit)]

    def accounts_without_end(
        self, unit: str, before: datetime, after: int = 0, limit: int = 500
    ) -> Sequence[int]:
        """Accounts with points of a unit, available `before` an instant, that end never."""
        rows = self._rows(_WITHOUT_END, unit, micros(before), after, limit)
        return [row[0] for row in rows]

    def members_to_review(self, now: datetime, after: int = 0, limit: int = 500) -> Sequence[int]:
        """Members whose tier no longer holds by itself at `now`."""
        return [row[0] for row in self._rows(_TO_REVIEW, micros(now), after, limit)]

    def members_after(self, after: int = 0, limit: int = 500) -> Sequence[int]:
        """All members by number."""
        return [row[0] for row in self._rows(_MEMBERS, after, limit)]

    def members_with_lapsed(self, now: datetime, after: int = 0, limit: int = 500) -> Sequence[int]:
        """Members, and numbers of guests, with open reservations past their end."""
        return [row[0] for row in self._rows(_LAPSED, micros(now), after, limit)]
