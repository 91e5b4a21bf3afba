"""A plugin that fails again and again is left alone for a while."""

from collections.abc import Callable
from threading import Lock

FAILURES = 5
PAUSE = 30.0


class Circuit:
    """Opens after five failures in a row, for half a minute; then one attempt decides."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        """`monotonic` gives seconds."""
        self._monotonic = monotonic
        self._failures = 0
        self._closed_again = 0.0
        self._lock = Lock()

    def allows(self) -> bool:
        """Whether to ask the plugin now; whoever asks after a pause asks for all others."""
        if self._failures < FAILURES:
            return True
        with self._lock:
            now = self._monotonic()
            if now < self._closed_again:
                return False
            self._closed_again = now + PAUSE
            return True

    def succeeded(self) -> None:
        """The plugin has answered as it should."""
        if self._failures:
            with self._lock:
                self._failures = 0

    def failed(self) -> bool:
        """The plugin has not; true when this opens the circuit."""
        with self._lock:
            self._failures += 1
            if self._failures < FAILURES:
                return False
            self._closed_again = self._monotonic() + PAUSE
            return self._failures == FAILURES
