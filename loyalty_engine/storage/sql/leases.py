"""Leases: which worker does which job until when, and how far it has come."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import null, or_, select, update

from loyalty_engine.storage.sql.instants import instant, instant_or_none, micros
from loyalty_engine.storage.sql.reading.room import here
from loyalty_engine.storage.sql.statements import Statement, const, var
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
    .values(progress=var("p_progress"), last_run_at=var("p_last"), until=var("p_until")),
    "p_program",
    "p_job",
    "p_holder",
    "p_progress",
    "p_last",
    "p_until",
)
_LEASE = Statement(
    select(leases.c.holder, leases.c.until, leases.c.last_run_at, leases.c.progress).where(
        here(leases), leases.c.job == var("p_job")
    ),
    "p_program",
    "p_job",
)


@dataclass(frozen=True, slots=True)
class Lease:
    """A job's lease; `progress` is the job's own text, `last_run_at` when it last got anywhere."""

    holder: str
    until: datetime
    last_run_at: datetime | None
    progress: str


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
        self, program: str, job: str, holder: str, progress: str, now: datetime, until: datetime
    ) -> bool:
        """Note how far the job is and keep it until `until` (`now` lets it go).

        False when somebody else has taken it: stop then.
        """
        values = (program, job, holder, progress, micros(now), micros(until))
        return self._storage.write((_LEAVE, values))[0].touched == 1

    def lease(self, program: str, job: str) -> Lease | None:
        """Who has the job, and what the last one left."""
        rows = self._storage.ask((_LEASE, (program, job)))
        if not rows:
            return None
        holder, until, last, progress = rows[0]
        return Lease(holder, instant(until), instant_or_none(last), progress)
