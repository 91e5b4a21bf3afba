"""Both sides of every member brought together: who is better off, who climbs, in which segments."""

import sqlite3
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import msgspec

from loyalty_engine.backtest.figures import Member

OFTEN: Final = ((1, "1"), (3, "2-3"), (9, "4-9"))
"""Classes of buyers by how often they came: up to so many purchases, and its name."""

OFTEN_REST: Final = "10+"
TOP: Final = "top tenth"
MIDDLE: Final = "next 40 %"
LOWER: Final = "lower half"
"""Classes of buyers by what they spent."""
EDGES: Final = 6
MOST_VALUES: Final = 40

_TABLE: Final = """
CREATE TABLE members (id TEXT, side INTEGER, times INTEGER, sales INTEGER, cost INTEGER, tier TEXT,
    attributes BLOB, PRIMARY KEY (id, side)) WITHOUT ROWID
"""
_BOTH: Final = """
SELECT a.id, a.times, max(a.sales, b.sales), a.cost, b.cost, a.tier, b.tier, a.attributes
FROM members a JOIN members b ON b.id = a.id AND b.side = 1 WHERE a.side = 0
"""


class Both(NamedTuple):
    """A member under both rulebooks: `cost` is what it got, in `1/scale` minor units."""

    id: str
    times: int
    sales: int
    before: int
    after: int
    tier_before: str
    tier_after: str
    attributes: bytes

    @property
    def gain(self) -> int:
        """How much more the member gets after the change; below zero where it is less."""
        return self.after - self.before


@dataclass(slots=True)
class Group:
    """Members who have something in common."""

    members: int = 0
    better: int = 0
    worse: int = 0
    sales: int = 0
    before: int = 0
    after: int = 0

    def add(self, it: Both) -> None:
        """Count a member."""
        self.members += 1
        self.better += it.gain > 0
        self.worse += it.gain < 0
        self.sales += it.sales
        self.before += it.before
        self.after += it.after


@dataclass(slots=True)
class Joined:
    """All members, and the groups they fall into. `edges` are the bounds of `spread`, in `1/scale`
    minor units: gains of zero stand apart, those between two edges are counted together.
    """

    everybody: Group = field(default_factory=Group)
    segments: dict[str, dict[str, Group]] = field(default_factory=dict)
    tiers: Counter[tuple[str, str]] = field(default_factory=Counter)
    edges: Sequence[int] = ()
    spread: Counter[int] = field(default_factory=Counter)
    winners: Sequence[Both] = ()
    losers: Sequence[Both] = ()


class Members:
    """Rows of members by side, in a scratch database without a name."""

    def __init__(self, scale: int) -> None:
        self._scale = scale
        self._connection = sqlite3.connect("", isolation_level=None)
        self._connection.executescript(
            f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_TABLE}; BEGIN;"
        )
        self._encode = msgspec.msgpack.Encoder().encode

    def close(self) -> None:
        """Give the space back."""
        self._connection.close()

    def add(self, side: int, members: Iterable[Member]) -> None:
        """Keep what members came to on a side."""
        self._connection.executemany(
            "INSERT INTO members VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    it.id, side, it.sums.times, it.sums.sales, it.sums.cost(self._scale), it.tier,
                    self._encode(it.attributes),
                )
                for it in members
            ],
        )  # fmt: skip

    def join(self, minor: int, top: int) -> Joined:
        """Everything about members; `minor` is how many minor units make a major one, `top` how
        many winners and losers are named.
        """
        found = Joined(edges=_edges(self._largest(), minor * self._scale))
        bounds = self._bounds()
        for it in self._rows(_BOTH):
            found.everybody.add(it)
            found.tiers[it.tier_before, it.tier_after] += 1
            found.spread[place(found.edges, it.gain)] += 1
            for segment, value in _segments(it, bounds):
                groups = found.segments.setdefault(segment, {})
                groups.setdefault(value, Group()).add(it)
        found.segments = {
            name: groups
            for name, groups in found.segments.items()
            if 1 < len(groups) <= MOST_VALUES
        }
        gain = "b.cost - a.cost"
        found.winners = list(
            self._rows(f"{_BOTH} AND {gain} > 0 ORDER BY {gain} DESC, a.id LIMIT {top:d}")
        )
        found.losers = list(
            self._rows(f"{_BOTH} AND {gain} < 0 ORDER BY {gain}, a.id LIMIT {top:d}")
        )
        return found

    def _rows(self, query: str) -> Iterator[Both]:
        return map(Both._make, self._connection.execute(query))

    def _largest(self) -> int:
        ((largest,),) = self._connection.execute(
            "SELECT max(abs(b.cost - a.cost)) FROM members a "
            "JOIN members b ON b.id = a.id AND b.side = 1 WHERE a.side = 0"
        )
        return largest or 0

    def _bounds(self) -> tuple[int, int]:
        """From which sales on a member is of the top tenth, and of the upper half."""
        ((count,),) = self._connection.execute("SELECT count(*) FROM members WHERE side = 0")
        found = []
        for part in (10, 2):
            row = self._connection.execute(
                "SELECT sales FROM members WHERE side = 0 ORDER BY sales DESC LIMIT 1 OFFSET ?",
                (max(0, -(-count // part) - 1),),
            ).fetchone()
            found.append(row[0] if row else 0)
        return found[0], found[1]


def _segments(it: Both, bounds: tuple[int, int]) -> Iterator[tuple[str, str]]:
    if it.tier_before:
        yield "tier", it.tier_before
    yield "purchases", next((name for most, name in OFTEN if it.times <= most), OFTEN_REST)
    top, upper = bounds
    yield "spend", TOP if it.sales >= top else MIDDLE if it.sales >= upper else LOWER
    attributes: Mapping[str, str] = msgspec.msgpack.decode(it.attributes)
    yield from attributes.items()


def _edges(largest: int, major: int) -> Sequence[int]:
    """Round amounts up to one that no gain goes beyond; `major` is a major unit."""
    edges: list[int] = []
    step = 0
    while not edges or edges[-1] < largest:
        size, digit = divmod(step, 3)
        edges.append(max(1, major * (1, 2, 5)[digit] * 10**size // 10))
        step += 1
    return sorted(set(edges))[-EDGES:]


def place(edges: Sequence[int], gain: int) -> int:
    """Which bar of the spread a gain belongs to: 0 for none, 1 for up to the first edge, -1 ..."""
    if gain == 0:
        return 0
    size = bisect_left(edges, abs(gain)) + 1
    return size if gain > 0 else -size
