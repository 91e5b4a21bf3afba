"""A scratch database beside the file: brings baskets into the order of time in bounded memory.

It is nameless, so that nothing of it is left behind whatever happens to the process.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Final

import msgspec
from msgspec.structs import replace

from loyalty_engine.imports.mapping import Layout, SourceMapping
from loyalty_engine.imports.source import SourceBasket, numbered, shared
from loyalty_engine.imports.values import id_of

_TABLES: Final = """
CREATE TABLE baskets (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER, body BLOB);
CREATE TABLE points (member TEXT, unit TEXT, at INTEGER, basket TEXT, spent INTEGER,
    received INTEGER);
CREATE TABLE kept (owner TEXT, sku TEXT, seq INTEGER, purchase TEXT, line TEXT, milli INTEGER,
    price INTEGER, PRIMARY KEY (owner, sku, seq)) WITHOUT ROWID;
"""


class Staging:
    """Baskets by id until all are read, then in the order of time; ties as they stand in the file.

    `comes_back` tells whether anything does at all.
    """

    def __init__(self, mapping: SourceMapping) -> None:
        self.connection = sqlite3.connect("", isolation_level=None)
        self.connection.executescript(
            f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_TABLES} BEGIN;"
        )
        self.comes_back = False
        self._share_total = mapping.lines.share_total
        self._merges = mapping.layout is Layout.LINES
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(SourceBasket)

    def close(self) -> None:
        """Give the disk space back."""
        self.connection.close()

    def add(self, basket: SourceBasket) -> bool:
        """Keep a basket; False when it is a repetition, word for word, of one that is there.

        Another basket under a known id gets an id of its own, unless rows are lines: then its
        lines belong to the one that is there.
        """
        self.comes_back = self.comes_back or any(line.back for line in basket.lines)
        known = self._known(basket.id)
        if known is None:
            self._insert(basket)
            return True
        if self._merges:
            lines = [*known.lines, *basket.lines]
            if self._share_total and known.total is not None:
                lines = shared(lines, known.total)
            body = self._encoder.encode(replace(known, lines=numbered(lines)))
            self.connection.execute("UPDATE baskets SET body = ? WHERE id = ?", (body, known.id))
            return True
        number = 2
        while known is not None:
            if replace(known, id=basket.id, row=basket.row) == basket:
                return False
            name = id_of(f"{basket.id}~{number}")
            known = self._known(name)
            number += 1
        self._insert(replace(basket, id=name))
        return True

    def _known(self, id: str) -> SourceBasket | None:
        row = self.connection.execute("SELECT body FROM baskets WHERE id = ?", (id,)).fetchone()
        return self._decoder.decode(row[0]) if row else None

    def _insert(self, basket: SourceBasket) -> None:
        body = self._encoder.encode(basket)
        self.connection.execute(
            "INSERT INTO baskets (id, at, body) VALUES (?, ?, ?)", (basket.id, basket.at, body)
        )
        if basket.member and (basket.spent or basket.received):
            self.connection.executemany(
                "INSERT INTO points VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (
                        basket.member, unit, basket.at, basket.id,
                        basket.spent.get(unit, 0), basket.received.get(unit, 0),
                    )
                    for unit in basket.spent.keys() | basket.received.keys()
                ],
            )  # fmt: skip

    @property
    def count(self) -> int:
        """How many baskets there are."""
        ((count,),) = self.connection.execute("SELECT count(*) FROM baskets")
        return int(count)

    @property
    def span(self) -> tuple[int, int] | None:
        """The first and the last instant, microseconds since 1970; None without any basket."""
        ((first, last),) = self.connection.execute("SELECT min(at), max(at) FROM baskets")
        return None if first is None else (first, last)

    def in_time(self) -> Iterator[SourceBasket]:
        """All baskets in the order in which they happened."""
        for (body,) in self.connection.execute("SELECT body FROM baskets ORDER BY at, seq"):
            yield self._decoder.decode(body)

    def openings(self) -> dict[str, dict[str, int]]:
        """By member and unit, how many points each must have brought along.

        So many that the member never spends more than there is, by the file's own account of
        what was spent and received.
        """
        needed: dict[str, dict[str, int]] = {}
        rows = self.connection.execute(
            "SELECT member, unit, spent, received FROM points ORDER BY member, unit, at, rowid"
        )
        for (member, unit), moves in groupby(rows, key=lambda row: (row[0], row[1])):
            if lacking := _most_lacking((spent, received) for _, _, spent, received in moves):
                needed.setdefault(member, {})[unit] = lacking
        return needed

    def received(self, basket: str) -> Mapping[str, int]:
        """The points that the source gave for a basket, by unit."""
        return dict(
            self.connection.execute(
                "SELECT unit, received FROM points WHERE basket = ? AND received > 0", (basket,)
            )
        )

    def sums(self) -> Mapping[str, tuple[int, int]]:
        """What the source says was spent and received, by unit."""
        rows = self.connection.execute(
            "SELECT unit, sum(spent), sum(received) FROM points GROUP BY unit ORDER BY unit"
        )
        return {unit: (spent, received) for unit, spent, received in rows}


def _most_lacking(moves: Iterator[tuple[int, int]]) -> int:
    """How far below zero a balance would go that starts with nothing."""
    balance = lowest = 0
    for spent, received in moves:
        balance -= spent
        lowest = min(lowest, balance)
        balance += received
    return -lowest
