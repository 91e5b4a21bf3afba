"""What the rest of the engine may ask of kept balances, with Redis or without."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from loyalty_engine.balances.counters import Counters
from loyalty_engine.balances.value import Cached


class Balances(Protocol):
    """Balances kept aside for look-ups. Nothing here raises, and no decision may read it."""

    counters: Counters

    def get(self, programme: str, member: str) -> Cached | None:
        """The balance, at most 5 seconds behind the database; None means: read the database."""

    def stamp(self) -> float:
        """Taken before the database is read, and handed to put() with what was read.

        A writer takes it while it holds the account's lock, just before it commits.
        """

    def put(self, programme: str, member: str, value: Cached, stamp: float) -> bool:
        """Keep the value unless a newer one is there. False: neither is, so it must be repaired.

        The higher version is newer; of one version the one whose `stamp` is later.
        """

    def post(self, programme: str, member: str, value: Cached, stamp: float) -> None:
        """As put(), for one who does not wait to learn whether it went well."""

    def kept(self, programme: str, members: Sequence[str]) -> Sequence[Cached | None]:
        """What is kept of each, vouched for or not; all None when Redis does not answer."""

    def forget(self, programme: str, member: str) -> bool:
        """Remove the value, and refuse for a while what is on its way. False: not done."""

    def server_time(self) -> int | None:
        """Redis's clock in microseconds; None when it does not answer."""

    def beat(self, began: int | None) -> bool:
        """Vouch that every value due before `began`, a server_time(), is in Redis."""

    def reset_after_fork(self) -> None:
        """Use none of the parent's connections and locks."""
