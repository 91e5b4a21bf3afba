"""Balances in Redis: versioned values, compare-and-set, breaker, or none without Redis."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable

from loyalty_engine.balances.counters import Counters
from loyalty_engine.balances.interface import Balances
from loyalty_engine.balances.look_up import LookUp
from loyalty_engine.balances.no_redis import NoBalances
from loyalty_engine.balances.single_flight import SingleFlight
from loyalty_engine.balances.value import NEVER, Cached

__all__ = [
    "NEVER",
    "Balances",
    "Cached",
    "Counters",
    "LookUp",
    "NoBalances",
    "SingleFlight",
    "open_balances",
    "reset_after_fork",
]

_open: weakref.WeakSet[Balances] = weakref.WeakSet()


def open_balances(
    url: str | None,
    now: Callable[[], int],
    monotonic: Callable[[], float],
    secret: bytes = b"",
) -> Balances:
    """Kept balances for a Redis URL, or for None an object that keeps nothing.

    `now` gives microseconds since 1970 (UTC), `monotonic` seconds; `secret` keys the digest in the
    keys. Connects only when first asked. ValueError when the URL is none that client.py knows.
    """
    if not url:
        return NoBalances()
    # Here, so that an engine without Redis does not need the library.
    from loyalty_engine.balances.cache import BalanceCache
    from loyalty_engine.balances.client import connector

    balances = BalanceCache(connector(url), now, monotonic, secret)
    _open.add(balances)
    return balances


def reset_after_fork() -> None:
    """Use none of the parent's connections and locks. Runs by itself in every forked child."""
    for balances in list(_open):
        balances.reset_after_fork()


os.register_at_fork(after_in_child=reset_after_fork)
