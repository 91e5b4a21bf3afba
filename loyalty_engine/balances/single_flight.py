"""Concurrent misses on one key make one database read."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar, cast

T = TypeVar("T")


class _Flight(Generic[T]):
    """One read under way, and what came of it: `outcome` once landed, or `fault`."""

    def __init__(self) -> None:
        self.landed = threading.Event()
        self.answered = False
        self.outcome: T | None = None
        self.fault: Exception | None = None


class SingleFlight(Generic[T]):
    """Lets one thread of this process read while the others that want the same key wait for it.

    An answer may thus come from a read that began before its caller asked, by as much as a read
    takes. No lock: dict.setdefault is atomic, and a fork cannot copy it half done.
    """

    def __init__(self, patience: float = 3.0) -> None:
        """`patience`: seconds a thread waits for another's read before it reads for itself."""
        self._patience = patience
        self._flights: dict[Hashable, _Flight[T]] = {}

    def do(self, key: Hashable, load: Callable[[], T]) -> T:
        """load()'s answer, or that of the same load already under way.

        Raises what load() raises, in every thread that waited: a database in trouble is not asked
        once more by each of them.
        """
        mine: _Flight[T] = _Flight()
        flight = self._flights.setdefault(key, mine)
        if flight is mine:
            return self._fly(key, mine, load)
        if not flight.landed.wait(self._patience):
            return load()
        if flight.fault is not None:
            raise flight.fault
        if not flight.answered:  # the reader was stopped from outside, and says nothing of the data
            return load()
        return cast("T", flight.outcome)

    def _fly(self, key: Hashable, flight: _Flight[T], load: Callable[[], T]) -> T:
        try:
            outcome = load()
            flight.outcome, flight.answered = outcome, True
            return outcome
        except Exception as fault:
            flight.fault = fault
            raise
        finally:
            # Removed before it lands: who asks from now on gets a read that begins after.
            self._flights.pop(key, None)
            flight.landed.set()
