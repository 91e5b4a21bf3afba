"""The only place that asks the time; everything else is handed an instant."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock


class Clock:
    """The machine's clock. `monotonic` (seconds) is for deadlines and never for business."""

    def now(self) -> datetime:
        """The instant in UTC, to the microsecond."""
        return datetime.now(UTC)

    def micros(self) -> int:
        """Microseconds since 1970 in UTC, as the database keeps instants."""
        return time.time_ns() // 1000

    def monotonic(self) -> float:
        """Seconds from an arbitrary start that never go back."""
        return time.monotonic()


class StoppedClock(Clock):
    """A clock for tests: it stands where it is set. `monotonic` goes on as it always does."""

    def __init__(self, at: datetime) -> None:
        self.set(at)

    def set(self, at: datetime) -> None:
        """Move to an instant, which must have a zone."""
        if at.tzinfo is None:
            raise ValueError("the instant has no zone")
        self._at = at.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Move on, or back where `by` is negative."""
        self._at += by

    def now(self) -> datetime:
        return self._at

    def micros(self) -> int:
        return micros_of(self._at)


class ShiftedClock(Clock):
    """The machine's clock moved by the seconds that stand in a file, read again when it changes.

    For tests of a running service only. Without the file, or with something else in it, the
    clock is not moved.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = Lock()
        self._seen: tuple[int, int] | None = None
        self._shift = timedelta()

    def now(self) -> datetime:
        return super().now() + self._read()

    def micros(self) -> int:
        return super().micros() + self._read() // timedelta(microseconds=1)

    def _read(self) -> timedelta:
        try:
            state = self._file.stat()
        except OSError:
            return timedelta()
        seen = (state.st_mtime_ns, state.st_size)
        with self._lock:
            if seen != self._seen:
                self._seen, self._shift = seen, _shift_in(self._file)
            return self._shift


def _shift_in(file: Path) -> timedelta:
    try:
        return timedelta(seconds=int(file.read_text("ascii")))
    except (OSError, ValueError, OverflowError):
        return timedelta()


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros_of(at: datetime) -> int:
    """Microseconds since 1970 in UTC of an instant with a zone."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def open_clock(file: Path | None) -> Clock:
    """The machine's clock, or one that a file may move."""
    return Clock() if file is None else ShiftedClock(file)
