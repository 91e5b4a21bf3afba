"""What was last seen of a programme's rule files: what is taken up, and what is wrong with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from loyalty_engine.rulebook.faults import Fault
from loyalty_engine.storage.sql.leases import Leases
from loyalty_engine.storage.sql.storage import SqlStorage

_JOB = "rule files"
_NOBODY = "whoever looks at the rule files"
"""One name for all: the note is of the programme, and nobody waits for anybody to write it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """`files` is the hash of the files that were last put in force ("" for none), `host` the
    machine they were seen on; `faults` is why the files there now are not in force.
    """

    files: str
    host: str
    faults: Sequence[Fault] = ()
    at: datetime | None = None


class FilesSeen:
    """Notes about rule files, in the database, so that every process can tell them."""

    def __init__(self, storage: SqlStorage) -> None:
        self._leases = Leases(storage)

    def seen(self, program: str) -> Seen | None:
        """What was noted last."""
        lease = self._leases.lease(program, _JOB)
        if lease is None or not lease.progress:
            return None
        noted = msgspec.json.decode(lease.progress, type=_Noted)
        return Seen(noted.files, noted.host, noted.faults, lease.last_run_at)

    def note(self, program: str, seen: Seen, now: datetime) -> None:
        """Note it, with `now` as its instant."""
        noted = _Noted(seen.files, seen.host, list(seen.faults))
        self._leases.take_lease(program, _JOB, _NOBODY, now, now)
        text = msgspec.json.encode(noted).decode()
        self._leases.leave_progress(program, _JOB, _NOBODY, text, now, now)


class _Noted(msgspec.Struct):
    files: str
    host: str
    faults: list[Fault]
