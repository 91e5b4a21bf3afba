"""When an event that was not taken is told again: ever later, and not all at the same moment."""

import hashlib
from datetime import timedelta

FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(hours=1)
MOST_ATTEMPTS = 20
"""After so many tries, between four and eight hours after the first, an event is parked."""


def pause_after(attempt: int, key: str) -> timedelta:
    """How long to wait after the `attempt`-th try, from 1.

    Doubles from one second up to an hour; of that, between half and all, by `key`: a thousand
    events that failed together do not come back together, and the same event always waits alike.
    """
    whole = LONGEST_PAUSE
    if attempt <= 12:
        whole = min(FIRST_PAUSE * 2 ** (attempt - 1), LONGEST_PAUSE)
    digest = hashlib.sha256(f"{attempt} {key}".encode()).digest()
    return whole / 2 + whole / 2 * int.from_bytes(digest[:4], "big") // 2**32
