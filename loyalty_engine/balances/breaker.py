"""A circuit breaker: a Redis that does not answer is left alone, so that it costs nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Breaker:
    """Opens after `threshold` failures in a row; then one caller each `pause` seconds may try.

    `monotonic` gives seconds. Whoever got True from allows() reports succeeded() or failed(); one
    who never does (a killed thread) blocks nobody, for the permission to try lapses by itself.
    """

    def __init__(
        self, monotonic: Callable[[], float], threshold: int = 5, pause: float = 1.0
    ) -> None:
        self._monotonic = monotonic
        self._threshold = threshold
        self._pause = pause
        self.reset()

    def reset(self) -> None:
        """Closed, as at start; the lock is made anew because a fork may have copied it locked."""
        self._lock = threading.Lock()
        self._failures = 0
        self._retry_at: float | None = None

    @property
    def is_open(self) -> bool:
        return self._retry_at is not None

    def allows(self) -> bool:
        return self._retry_at is None or self._may_try()  # the usual case takes no lock

    def succeeded(self) -> bool:
        """True when this success closes the breaker."""
        if not self._failures:
            return False
        with self._lock:
            closes = self._retry_at is not None
            self._failures = 0
            self._retry_at = None
            return closes

    def failed(self) -> bool:
        """True when this failure opens the breaker."""
        with self._lock:
            self._failures += 1
            if self._failures < self._threshold:
                return False
            opens = self._retry_at is None
            self._retry_at = self._monotonic() + self._pause
            return opens

    def _may_try(self) -> bool:
        with self._lock:
            now = self._monotonic()
            if self._retry_at is not None and now < self._retry_at:
                return False
            if self._retry_at is not None:
                self._retry_at = now + self._pause
            return True
