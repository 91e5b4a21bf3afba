"""Keeps the balances for look-ups true, and vouches for them while they are."""

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, Protocol, TypeVar

PAGE = 500

log = logging.getLogger(__name__)


class Unshown(Protocol):
    """An event that the kept balance of its member may be older than."""

    @property
    def program(self) -> str: ...
    @property
    def member(self) -> int: ...


E = TypeVar("E", bound=Unshown)


class UnshownEvents(Protocol[E]):
    """The events that are committed and not known to be shown."""

    def unshown(self, limit: int) -> Sequence[E]: ...
    def mark_shown(self, events: Iterable[E]) -> None: ...


class Heart(Protocol):
    """The heartbeat of kept balances: `loyalty_engine.balances.Balances`."""

    def server_time(self) -> int | None: ...
    def beat(self, began: int | None) -> bool: ...


class Keeper(Generic[E]):
    """Looks for balances that were not put where look-ups find them, and puts them there.

    What was committed before `server_time` was asked is seen by the look that follows, so when
    that leaves nothing to do, everything due until then is in Redis, whoever put it there.
    """

    def __init__(
        self, heart: Heart, events: UnshownEvents[E], refresh: Callable[[str, int], bool]
    ) -> None:
        self._heart = heart
        self._events = events
        self._refresh = refresh

    def step(self) -> bool:
        """Look once; whether all is in its place and the heartbeat has been written."""
        began = self._heart.server_time()
        if began is None:
            return False
        while events := self._events.unshown(PAGE):
            done = {who: self._refresh(*who) for who in {(it.program, it.member) for it in events}}
            self._events.mark_shown(it for it in events if done[it.program, it.member])
            if not all(done.values()):
                log.warning("%d balances are not up to date for look-ups", len(done))
                return False
            if len(events) < PAGE:
                break
        return self._heart.beat(began)
