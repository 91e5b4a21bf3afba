"""Who takes the next connection: the worker that has the fewest.

The kernel gives a connection to whichever worker wakes up first, and often that is always the
same one. Tills and balancers keep their connections open, so a worker could end up with all of
them, and the others with nothing to do.
"""

import mmap
import time
from collections.abc import Iterable
from typing import Any

NOBODY = -1
MOST_WORKERS = 256
PATIENCE = 0.005
"""Seconds that a connection is left to a worker with fewer, before it is taken all the same."""
PAUSE = 0.0005
"""Seconds between two looks; the interpreter is free for the worker's other threads meanwhile."""


class Board:
    """How many connections each worker has, in memory that all of them share.

    Made before the workers are forked. A place is one number and has one writer.
    """

    def __init__(self) -> None:
        self._counts = memoryview(mmap.mmap(-1, 4 * MOST_WORKERS)).cast("i")
        for place in range(MOST_WORKERS):
            self._counts[place] = NOBODY

    def place_for(self, taken: Iterable[int | None]) -> int | None:
        """A place for a new worker; None when there are more than anybody would start."""
        used = set(taken)
        place = next((it for it in range(MOST_WORKERS) if it not in used), None)
        if place is not None:
            self._counts[place] = 0
        return place

    def note(self, place: int | None, count: int) -> None:
        """A worker has so many connections; `NOBODY` when it takes none any more."""
        if place is not None:
            self._counts[place] = count

    def is_busier(self, place: int | None, count: int) -> bool:
        """Whether another worker has fewer than `count`."""
        if place is None:
            return False
        return any(0 <= theirs < count for it, theirs in enumerate(self._counts) if it != place)


class Turn:
    """One worker's patience with one connection."""

    def __init__(self, board: Board, place: int | None) -> None:
        self._board, self._place = board, place
        self._since: float | None = None

    def is_ours(self, count: int) -> bool:
        """Whether a worker with `count` connections should take one more now.

        Where not, it has paused for a moment, and should be asked again while there is one.
        """
        now = time.monotonic()
        if self._since is None:
            self._since = now
        if self._board.is_busier(self._place, count) and now - self._since < PATIENCE:
            time.sleep(PAUSE)
            return False
        self._since = None
        return True


board = Board()


def give_place(workers: Iterable[Any], worker: Any) -> None:
    """Give a worker that is about to be forked its place; called in the parent."""
    worker.place = board.place_for(getattr(it, "place", None) for it in workers)


def free_place(worker: Any) -> None:
    """A worker is gone; called in the parent."""
    board.note(getattr(worker, "place", None), NOBODY)
