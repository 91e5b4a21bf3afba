"""How fast a job goes: in pages so short that nobody waits for one, and with rests between them."""

SHORT_SECONDS, LONG_SECONDS = 0.05, 0.15
"""What takes less is too small a page, and what takes more too large a one: so long a checkout waits
whose member is in it.
"""

FIRST_SIZE, LARGEST_SIZE = 50, 500
USUAL, MOST_STRETCH = 3.0, 3.0
"""Times the shortest that a member has taken: up to `USUAL` is nothing to give way to."""

FORGETS = 1.02
"""By how much the shortest time known for one member grows page by page: no luck lasts for ever."""


class Pace:
    """Sizes and rests of one job's pages.

    A job is at work `share` percent of the time. Where each member takes longer than it once did,
    others are using the database too, and the rests grow by as much.
    """

    def __init__(self, share: int, size: int | None = None) -> None:
        """`size` fixes how many members a page has; without it pages take about as long."""
        self._share = share
        self._fixed = size is not None
        self.size = size or FIRST_SIZE
        self._best = float("inf")

    def rest(self, seconds: float, members: int) -> float:
        """How many seconds to rest after a page of so many members that took so long."""
        usual = seconds * (100 / self._share - 1)
        if not members:
            return usual
        each = seconds / members
        self._best = min(self._best * FORGETS, each)
        if not self._fixed:
            self._resize(seconds, members)
        stretch = each / self._best / USUAL if self._best else 1.0
        return usual * min(MOST_STRETCH, max(1.0, stretch))

    def _resize(self, seconds: float, members: int) -> None:
        if seconds > LONG_SECONDS:
            self.size = max(1, min(self.size, members) // 2)
        elif seconds < SHORT_SECONDS and members >= self.size:
            self.size = min(LARGEST_SIZE, self.size + self.size // 2 + 1)
