"""How the jobs are getting on: when each ran, who has it, what waits and for how long."""

from dataclasses import dataclass
from datetime import datetime

from loyalty_engine.storage.sql.leases import Leases
from loyalty_engine.storage.sql.reading.backlog import oldest_due
from loyalty_engine.storage.sql.storage import SqlStorage

JOBS = (
    "expire_points", "lapse_reservations", "lapse_holds", "settle_value", "referrals", "forget_signals",
    "begin_expiry", "review_tiers", "challenge_ends", "forget_operations",
)  # fmt: skip
"""The jobs by name, in the order in which a worker does them."""


@dataclass(frozen=True, slots=True)
class JobState:
    """A job of a programme: `holder` has it until `until`; `under_way` while a round is not done.

    `succeeded_at` is when a round last came to its end without a failure; `done` and `failed` count
    members (or answers that were forgotten) in all. Somebody is due since `lag_seconds`: what time has brought that is not booked yet. No balance
    depends on it.
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


def job_states(storage: SqlStorage, program: str, now: datetime) -> list[JobState]:
    """Every job of a programme, whether it ever ran or not."""
    leases, found = Leases(storage), []
    for job in JOBS:
        lease = leases.lease(program, job)
        held = lease is not None and lease.until > now
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
