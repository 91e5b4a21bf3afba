"""How the jobs are getting on: when each ran, who has it, what waits and for how long."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from loyalty_engine.storage.sql.leases import Leases
from loyalty_engine.storage.sql.reading.backlog import oldest_due
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.storage.sql.work import SqlView

JOBS = (
    "expire_points", "lapse_reservations", "lapse_holds", "settle_value", "referrals", "forget_signals",
    "begin_expiry", "review_tiers", "challenge_ends", "forget_operations",
)  # fmt: skip
"""The jobs by name, in the order in which a worker does them."""


@dataclass(frozen=True, slots=True)
class JobState:
    """A job of a programme: `holder` has it until `until`; `under_way` while a round is not done.

    `succeeded_at` is when a round last came to its end without a failure; `done` and `failed` count
    members (or answers that were forgotten) in all. The first of what is due and not done has been
    so for `lag_seconds`. No balance depends on it.
    """

    program: str
    job: str
    last_run_at: datetime | None
    holder: str | None
    until: datetime | None
    under_way: bool
    lag_seconds: float
    succeeded_at: datetime | None = None
    done: int = 0
    failed: int = 0


Since = Callable[[SqlView, datetime | None], datetime | None]
"""Since when something waits for a job, given when a round of it last succeeded."""


def job_states(
    storage: SqlStorage, program: str, now: datetime, dues: Mapping[str, Since]
) -> list[JobState]:
    """Every job of a programme, whether it ever ran or not; `dues` are of jobs that do what the
    programme declares.
    """
    leases, found = Leases(storage), []
    for job in JOBS:
        lease = leases.lease(program, job)
        held = lease is not None and lease.until > now
        if job in dues:
            with storage.read(program) as view:
                oldest = dues[job](view, lease.succeeded_at if lease else None)
        else:
            oldest = oldest_due(storage, program, job, now)
        found.append(
            JobState(
                program=program,
                job=job,
                last_run_at=lease.last_run_at if lease else None,
                holder=lease.holder if lease and held else None,
                until=lease.until if lease and held else None,
                under_way=bool(lease and lease.progress),
                lag_seconds=max(0.0, (now - oldest).total_seconds()) if oldest else 0.0,
                succeeded_at=lease.succeeded_at if lease else None,
                done=lease.done if lease else 0,
                failed=lease.failed if lease else 0,
            )
        )
    return found
