"""What the HTTP service of one process works with: the engine, and what stands around it."""

from typing import cast

from flask import current_app

from loyalty_engine.api.allowance import Allowance
from loyalty_engine.api.keys import Keys
from loyalty_engine.api.metrics import JobStates, Metrics, StoredValue
from loyalty_engine.api.readiness import Condition, conditions
from loyalty_engine.balances import LookUp
from loyalty_engine.bootstrap import Parts
from loyalty_engine.domain.errors import NotFound, Unavailable
from loyalty_engine.storage.sql.integrity import ValueTotals, value_totals
from loyalty_engine.storage.sql.job_states import job_states
from loyalty_engine.storage.sql.keys import ApiKeys
from loyalty_engine.storage.sql.reading.backlog import open_holds, referrals_held
from loyalty_engine.use_cases.waiting_jobs import waiting_since

VALUE_SECONDS = 60.0
"""How long the sums of stored value are believed: they are of all cards there are."""


class Service:
    """The parts, and what the service itself keeps in this process."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.engine = parts.engine
        self.settings = parts.settings
        self.clock = parts.clock
        self.balances = parts.balances
        self.look_up = LookUp(parts.balances)
        self.keys = Keys(ApiKeys(parts.storage).find_key, parts.clock.now, parts.clock.monotonic)
        rate = parts.settings.rate_limit
        self.allowance = Allowance(rate, parts.clock.monotonic) if rate else None
        self._value: dict[str, dict[str, ValueTotals]] = {}
        self._value_until = 0.0
        self.metrics = Metrics(parts.balances.counters, parts.plugins.failures, parts.engine.alarms)

    def jobs_page(self) -> bytes:
        """How the worker's jobs are getting on, as metrics; nothing while the database is away."""
        storage, now = self.parts.storage, self.clock.now()
        try:
            names = self.parts.shelf.programs()
            dues = waiting_since(self.engine, now)
            states = [it for name in names for it in job_states(storage, name, now, dues)]
            holds = [it for name in names for it in open_holds(storage, name, now)]
            held = {name: referrals_held(storage, name) for name in names}
        except (Unavailable, NotFound):
            return b""
        return JobStates(states, holds, held).page()

    def value_page(self) -> bytes:
        """What gift cards and store credit come to, as metrics, at most a minute old."""
        now = self.clock.monotonic()
        if now >= self._value_until:
            storage, shelf = self.parts.storage, self.parts.shelf
            try:
                having = [it for it in shelf.programs() if shelf.current(it).program.stored_value]
                self._value = {it: value_totals(storage, it) for it in having}
            except (Unavailable, NotFound):
                return b""
            self._value_until = now + VALUE_SECONDS
        return StoredValue(self._value).page() if self._value else b""

    def conditions(self) -> list[Condition]:
        """How each part is right now."""
        return conditions(self.parts)


def service() -> Service:
    """The service that answers the request at hand."""
    return cast("Service", current_app.extensions["loyalty"])
