"""What of which purchase can still come back: finds what a return without a receipt belongs to."""

from fnmatch import fnmatchcase
from functools import cache
from sqlite3 import Connection
from typing import Final, NamedTuple

from loyalty_engine.imports.mapping import Anonymous, SourceMapping
from loyalty_engine.imports.source import SourceBasket, SourceLine

_MOST_RECENT: Final = """
SELECT seq, purchase, line, milli FROM kept WHERE owner = ? AND sku = ? AND (price = ? OR ?)
ORDER BY (price = ?) DESC, seq DESC LIMIT 1
"""


class Part(NamedTuple):
    """So much of a purchase's line."""

    purchase: str
    line: str
    milli: int


class Shelf:
    """By buyer and product, what was bought and has not come back, in a scratch database.

    A function of the file alone: played again, the same returns find the same purchases.
    """

    def __init__(self, connection: Connection, mapping: SourceMapping) -> None:
        self._connection = connection
        self._anonymous = mapping.anonymous
        self._any_price = cache(
            lambda sku: not any(fnmatchcase(sku, it) for it in mapping.same_price_only)
        )
        self._next = 0

    def put(self, basket: SourceBasket, lines: list[SourceLine]) -> None:
        """What was bought may come back."""
        owner = self._owner(basket)
        if owner is None:
            return
        start = self._next
        self._next += len(lines)
        self._connection.executemany(
            "INSERT INTO kept VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (owner, line.sku, seq, basket.id, line.id, line.milli, line.price)
                for seq, line in enumerate(lines, start=start)
            ],
        )

    def take(self, basket: SourceBasket, line: SourceLine) -> list[Part]:
        """From which purchases a line comes back; may be less than all of it.

        The most recent of those at the same price first, then the most recent at any.
        """
        owner = self._owner(basket)
        missing = line.milli
        parts: list[Part] = []
        while missing and owner is not None:
            asked = (owner, line.sku, line.price, self._any_price(line.sku), line.price)
            row = self._connection.execute(_MOST_RECENT, asked).fetchone()
            if row is None:
                break
            seq, purchase, of_line, milli = row
            taken = min(missing, milli)
            key = (owner, line.sku, seq)
            if taken == milli:
                self._connection.execute(
                    "DELETE FROM kept WHERE owner = ? AND sku = ? AND seq = ?", key
                )
            else:
                self._connection.execute(
                    "UPDATE kept SET milli = ? WHERE owner = ? AND sku = ? AND seq = ?",
                    (milli - taken, *key),
                )
            parts.append(Part(purchase, of_line, taken))
            missing -= taken
        return parts

    def _owner(self, basket: SourceBasket) -> str | None:
        """Whose purchases; those without a name are nobody's, told apart by their store."""
        if basket.member is not None:
            return f"member {basket.member}"
        if self._anonymous is Anonymous.LEFT_OUT:
            return None
        return f"store {basket.store}" if self._anonymous is Anonymous.SAME_STORE else "anybody"
