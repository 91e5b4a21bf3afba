"""How many requests a second an API key may make, counted by all workers together.

The generic cell rate algorithm: for each key one instant, the one at which its requests so far
would have been due had they come evenly. A key may run ahead of the clock by a second's worth.
"""

import hashlib
import math
import mmap
from collections.abc import Callable
from dataclasses import dataclass

MOST_KEYS = 4096
_WIDTH = 2  # numbers for each key: which one it is, and its instant


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of one request: whether it may go on, how many more may, seconds until one may."""

    allowed: bool
    left: int
    wait: int


class Allowance:
    """`rate` requests a second for each key, with bursts of as many.

    Kept in memory that all workers share, made before they are forked. Two workers that count the
    same key at the same instant may count one request for two: this protects, it does not bill.
    """

    def __init__(self, rate: int, monotonic: Callable[[], float]) -> None:
        self.rate = rate
        self._monotonic = monotonic
        self._step = 1 / rate
        size = 8 * _WIDTH * MOST_KEYS
        self._ids = memoryview(mmap.mmap(-1, size)).cast("Q")
        self._instants = memoryview(self._ids.cast("B")).cast("d")

    @property
    def policy(self) -> str:
        """The value of the header RateLimit-Policy."""
        return f'"key";q={self.rate};w=1'

    def take(self, key: str) -> Taken:
        """Count a request of a key, unless it has to wait."""
        now = self._monotonic()
        place = self._place(key)
        due = max(now, self._instants[place])
        ahead = due + self._step - now
        if ahead > 1 + 1e-9:
            return Taken(False, 0, max(1, math.ceil(ahead - 1)))
        self._instants[place] = due + self._step
        left = int((1 - ahead) / self._step + 1e-6)
        return Taken(True, left, 0 if left else 1)

    def _place(self, key: str) -> int:
        """Where the instant of a key stands; a new key takes a free place, or shares one."""
        name = int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest()) | 1
        for step in range(16):
            place = (name + step) % MOST_KEYS * _WIDTH
            if self._ids[place] == 0:
                self._ids[place] = name
            if self._ids[place] == name:
                return place + 1
        return name % MOST_KEYS * _WIDTH + 1


def told(taken: Taken) -> str:
    """The value of the header RateLimit."""
    return f'"key";r={taken.left};t={taken.wait}'
