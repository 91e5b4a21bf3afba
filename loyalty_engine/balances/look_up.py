"""One look-up: from Redis, else once from the database, which is then kept in Redis."""

from __future__ import annotations

from collections.abc import Callable

from loyalty_engine.balances.interface import Balances
from loyalty_engine.balances.single_flight import SingleFlight
from loyalty_engine.balances.value import Cached


class LookUp:
    """Kept balances in front of the database."""

    def __init__(self, balances: Balances) -> None:
        self._balances = balances
        self._flights: SingleFlight[Cached | None] = SingleFlight()

    def balance(
        self,
        programme: str,
        member: str,
        load: Callable[[], Cached | None],
        min_version: int = 0,
    ) -> Cached | None:
        """The balance of at least `min_version` as far as the database has it.

        `load` reads the database; None when there is no such member, which is not kept. Raises what
        `load` raises.
        """
        found = self._balances.get(programme, member)
        if found is not None and found.version >= min_version:
            return found
        return self.read(programme, member, load, min_version)

    def read(
        self,
        programme: str,
        member: str,
        load: Callable[[], Cached | None],
        min_version: int = 0,
    ) -> Cached | None:
        """As balance(), for one who has just been told that Redis does not have it."""

        def read() -> Cached | None:
            stamp = self._balances.stamp()
            value = load()
            if value is not None:
                self._balances.put(programme, member, value, stamp)
            return value

        value = self._flights.do((programme, member), read)
        if value is not None and value.version < min_version:
            return read()  # joined a read that had begun before the version was written
        return value
