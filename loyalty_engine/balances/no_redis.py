"""No Redis is configured: the database answers every look-up."""

from __future__ import annotations

from collections.abc import Sequence

from loyalty_engine.balances.counters import Counters
from loyalty_engine.balances.value import Cached


class NoBalances:
    """Keeps nothing. A write counts as done, for there is nothing that could be out of date."""

    def __init__(self) -> None:
        self.counters = Counters()

    def get(self, programme: str, member: str) -> Cached | None:
        return None

    def stamp(self) -> float:
        return 0.0

    def put(self, programme: str, member: str, value: Cached, stamp: float) -> bool:
        return True

    def post(self, programme: str, member: str, value: Cached, stamp: float) -> None:
        """Nothing is kept."""

    def kept(self, programme: str, members: Sequence[str]) -> Sequence[Cached | None]:
        return [None] * len(members)

    def forget(self, programme: str, member: str) -> bool:
        return True

    def server_time(self) -> int | None:
        return None

    def beat(self, began: int | None) -> bool:
        return True

    def reset_after_fork(self) -> None:
        """Nothing is held."""
