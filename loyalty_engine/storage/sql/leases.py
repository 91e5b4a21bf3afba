"""Leases: which worker does which job until when, and how far it has come."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, null, or_, select, update

from loyalty_engine.storage.sql.instants import instant, instant_or_none, micros
from loyalty_engine.storage.sql.reading.room import here
from loyalty_engine.storage.sql.statements import Statement, const, number_var, var
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.storage.sql.tables import leases

_TAKE = Statement(
    lambda insert_: (
        insert_(leases)
        .values(
            program=var("p_program"),
            job=var("p_job"),
            holder=var("p_holder"),
            until=var("p_until"),
            last_run_at=null(),
            progress=const(""),
            succeeded_at=null(),
            done=const(0),
            failed=const(0),
        )
        .on_conflict_do_update(
            index_elements=["program", "job"],
            set_={"holder": var("p_holder"), "until": var("p_until")},
            where=or_(leases.c.until <= var("p_now"), leases.c.holder == var("p_holder")),
        )
    ),
    "p_program",
    "p_job",
    "p_holder",
    "p_until",
    "p_now",
)
_HELD = (here(leases), leases.c.job == var("p_job"), leases.c.holder == var("p_holder"))
_LEAVE = Statement(
    update(leases)
    .where(*_HELD)
    .values(
        progress=var("p_progress"),
        last_run_at=var("p_last"),
        until=var("p_until"),
        done=leases.c.done + number_var("p_done"),
        failed=leases.c.failed + number_var("p_failed"),
        succeeded_at=case(
            (number_var("p_succeeded") == const(1), var("p_last")), else_=leases.c.succeeded_at
        ),
    ),
    "p_program",
    "p_job",
    "p_holder",
    "p_progress",
    "p_last",
    "p_until",
    "p_done",
    "p_failed",
    "p_succeeded",
)
_LEASE = Statement(
    select(
        leases.c.holder,
        leases.c.until,
        leases.c.last_run_at,
        leases.c.progress,
        leases.c.succeeded_at,
        leases.c.done,
        leases.c.failed,
    ).where(here(leases), leases.c.job == var("p_job")),
    "p_program",
    "p_job",
)


@dataclass(frozen=True, slots=True)
class Lease:
    """A job's lease; `progress` is the job's own text, `last_run_at` when it last got anywhere.

    `done` and `failed` count what it has done in all, `succeeded_at` is when a round last ended well.
    """

    holder: str
    until: datetime
    last_run_at: datetime | None
    progress: str
    succeeded_at: datetime | None = None
    done: int = 0
    failed: int = 0


class Leases:
    """Jobs of a programme ("" for jobs of the whole service)."""

    def __init__(self, storage: SqlStorage) -> None:
        self._storage = storage

    def take_lease(
        self, program: str, job: str, holder: str, until: datetime, now: datetime
    ) -> bool:
        """Take the job, or keep it; False while somebody else has it."""
        values = (program, job, holder, micros(until), micros(now))
        return self._storage.write((_TAKE, values))[0].touched == 1

    def leave_progress(
        self,
        program: str,
        job: str,
        holder: str,
        progress: str,
        now: datetime,
        until: datetime,
        *,
        done: int = 0,
        failed: int = 0,
        succeeded: bool = False,
    ) -> bool:
        """Note how far the job is and keep it until `until` (`now` lets it go).

        `done` and `failed` are added to what they were; `succeeded` at the end of a round.

        False when somebody else has taken it: stop then.
        """
        values = (
            program, job, holder, progress, micros(now), micros(until), done, failed,
            int(succeeded),
        )  # fmt: skip
        return self._storage.write((_LEAVE, values))[0].touched == 1

    def lease(self, program: str, job: str) -> Lease | None:
        """Who has the job, and what the last one left."""
        rows = self._storage.ask((_LEASE, (program, job)))
        if not rows:
            return None
        holder, until, last, progress, succeeded, done, failed = rows[0]
        return Lease(
            holder, instant(until), instant_or_none(last), progress, instant_or_none(succeeded),
            done, failed,
        )  # fmt: skip
