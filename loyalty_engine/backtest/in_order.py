"""Events of a stored past, brought into the order in which the engine came to know them.

They lie in a scratch file that has no name, so that nothing of it is left behind.
"""

import sqlite3
from collections.abc import Iterator
from enum import IntEnum
from typing import Final, NamedTuple

from loyalty_engine.backtest.past import Event, Frame, frame_of

_TABLES: Final = """
CREATE TABLE events (at INTEGER, turn INTEGER, number INTEGER, id TEXT, owner TEXT, kind INTEGER,
    body BLOB);
CREATE TABLE bought (id TEXT PRIMARY KEY, at INTEGER, owner TEXT) WITHOUT ROWID;
"""
_IN_ORDER: Final = """
SELECT owner, kind, body FROM events
WHERE turn > 0 OR owner IN (SELECT owner FROM events WHERE turn > 0)
ORDER BY at, turn, number, length(id), id
"""


class Turn(IntEnum):
    """What comes first of what was recorded at one instant."""

    JOINED = 0
    BY_HAND = 1
    BACK = 2
    BOUGHT = 3
    BACK_AT_ONCE = 4


class Place(NamedTuple):
    """When something was recorded (microseconds), and what it follows of the same instant.

    `number` counts, `id` tells apart what nothing else does: short ones first, as numbers count.
    """

    at: int
    turn: Turn
    number: int = 0
    id: str = ""


class InOrder:
    """Events in any order, until they are read in theirs."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect("", isolation_level=None)
        self._connection.executescript(
            f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_TABLES} BEGIN;"
        )

    def close(self) -> None:
        """Give the disk space back."""
        self._connection.close()

    def put(self, place: Place, owner: str, event: Event) -> None:
        """Keep an event of `owner`."""
        frame = frame_of(owner, event)
        row = (*place, owner, frame.kind, frame.body)
        self._connection.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def remember(self, purchase: str, at: int, owner: str) -> None:
        """Keep whose a purchase is, and when it is played."""
        self._connection.execute("INSERT INTO bought VALUES (?, ?, ?)", (purchase, at, owner))

    def bought(self, purchase: str) -> tuple[int, str] | None:
        """When a purchase is played, and whose it is; None for one that is not."""
        found: tuple[int, str] | None = self._connection.execute(
            "SELECT at, owner FROM bought WHERE id = ?", (purchase,)
        ).fetchone()
        return found

    def count(self) -> int:
        """How many purchases there are."""
        return int(self._connection.execute("SELECT count(*) FROM bought").fetchone()[0])

    def first(self) -> int:
        """When the first purchase is played, in microseconds."""
        return int(self._connection.execute("SELECT min(at) FROM bought").fetchone()[0])

    def __iter__(self) -> Iterator[Frame]:
        """All events in order; of members to whom nothing happened not even that they joined."""
        return map(Frame._make, self._connection.execute(_IN_ORDER))
