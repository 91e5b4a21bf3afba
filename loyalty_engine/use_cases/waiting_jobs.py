"""Since when something waits for jobs that do what a programme declares: its rules say what is due."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Protocol

from loyalty_engine.ports import View
from loyalty_engine.use_cases.calling import Engine
from loyalty_engine.use_cases.points.begin_expiry import began
from loyalty_engine.use_cases.referrals.forget_signals import FirstGone, first_to_go


class Waiting(View, FirstGone, Protocol):
    """What is asked beside the ports, as the jobs ask it."""

    def accounts_without_end(
        self, unit: str, before: datetime, after: int, limit: int
    ) -> Sequence[int]:
        """Accounts with points of a unit without an end from before an instant."""
        ...


def waiting_since(
    engine: Engine, now: datetime
) -> Mapping[str, Callable[[Waiting, datetime | None], datetime | None]]:
    """By job, given a view of its programme and when a round last succeeded: since when."""
    return {
        "begin_expiry": partial(_without_end, engine, now),
        "forget_signals": lambda view, _: first_to_go(engine, view, now),
    }


def _without_end(
    engine: Engine, now: datetime, view: Waiting, succeeded_at: datetime | None
) -> datetime | None:
    """When expiry was switched on, while points from before have no end. A round that began since
    has found them all, and nobody looks through all points for it again.
    """
    late = {
        unit: at
        for unit, at in began(engine, view, now).items()
        if succeeded_at is None or succeeded_at < at
    }
    return min(
        (at for unit, at in late.items() if view.accounts_without_end(unit, at, 0, 1)), default=None
    )
