"""Spending: by the lots' dates, and from no lot while one that comes before it had any left.

Played through entry by entry: a database without statistics (right after an import) plans the
comparison of every spending with every lot very badly.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

from loyalty_engine.storage.sql.integrity.checks import Finding, of_page
from loyalty_engine.storage.sql.wire import Row

_NEVER = 2**63 - 1
_SPENT = frozenset({"redeemed", "held", "adjusted"})

MOVES = of_page(
    "account",
    """
    SELECT e.account, e.unit, e.version, e.lot, e.source, e.destination, e.amount, e.at,
        (SELECT l.active_from FROM lots l
            WHERE l.program = e.program AND l.account = e.account AND l.lot = e.lot),
        (SELECT l.expires_at FROM lots l
            WHERE l.program = e.program AND l.account = e.account AND l.lot = e.lot)
    FROM entries e
    WHERE {page:e} AND e.lot IS NOT NULL
        AND (e.source = 'available' OR e.destination = 'available')
    ORDER BY e.account, e.unit, e.version
    """,
)
"""What came to be available and went, with the dates of its lot."""

_Place = tuple[int, int, int]
"""Where a lot stands in the order: its end, its beginning, its number."""


def wrong_spendings(moves: Sequence[Row], moving: Collection[str] = ()) -> Iterator[Finding]:
    """Spendings outside a lot's dates or out of order; `moves` are rows of `MOVES`.

    Of the units in `moving`, whose ends move with what members do, nobody can tell from the ends
    of today which lot came first on the day.
    """
    for (account, unit), those in groupby(moves, key=lambda row: (row[0], row[1])):
        there: dict[_Place, int] = {}
        for _, _, version, lot, source, destination, amount, at, start, end in those:
            place = (_or_never(end), _or_never(start), lot)
            if source == "available" and destination in _SPENT:
                where = f"account {account}, version {version}"
                if not (start is None or start <= at) or not at < place[0]:
                    yield Finding(
                        "spent_outside_dates",
                        where,
                        f"takes from lot {lot} at {at}, which can be spent from {start} until "
                        f"{end} (microseconds since 1970)",
                    )
                before = None if unit in moving else _before(there, place, at)
                if before is not None:
                    yield Finding(
                        "spending_order",
                        where,
                        f"takes {unit} from lot {lot} while lot {before[2]}, which comes before "
                        f"it, has {there[before]} to spend",
                    )
            left = there.get(place, 0) + (amount if destination == "available" else -amount)
            if left:
                there[place] = left
            else:
                there.pop(place, None)


def _before(there: dict[_Place, int], place: _Place, at: int) -> _Place | None:
    """A lot that could be spent at `at` and comes before `place`."""
    for other, left in there.items():
        if other < place and left > 0 and other[0] > at and (other[1] <= at or other[1] == _NEVER):
            return other
    return None


def _or_never(at: int | None) -> int:
    return _NEVER if at is None else at
