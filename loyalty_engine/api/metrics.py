"""Counts and durations for Prometheus, of all gunicorn workers together where there are several.

Labels are few: the route as declared, never a path, so that nobody's id becomes a time series.
"""

import os
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import asdict
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from loyalty_engine.balances import Counters
from loyalty_engine.storage.sql.integrity import ValueTotals
from loyalty_engine.storage.sql.job_states import JobState
from loyalty_engine.storage.sql.reading.backlog import OpenHolds

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
FLUSH_SECONDS = 1.0

registry = CollectorRegistry()
REQUESTS = Counter(
    "loyalty_requests",
    "Requests by route, method and status.",
    ["route", "method", "status"],
    registry=registry,
)
SECONDS = Histogram(
    "loyalty_request_seconds",
    "How long requests took, by route.",
    ["route"],
    buckets=BUCKETS,
    registry=registry,
)
LOOK_UPS = Counter(
    "loyalty_balance_cache",
    "What balance look-ups and writes met in Redis.",
    ["met"],
    registry=registry,
)

PLUGIN_FAILURES = Counter(
    "loyalty_plugin_failures",
    "How often plugins failed, by plugin and hook.",
    ["plugin", "hook"],
    registry=registry,
)
ALARMS = Counter(
    "loyalty_alarms",
    "What looked odd: many_sales of one member, many_members with one device.",
    ["alarm"],
    registry=registry,
)
NAMES = (
    "loyalty_requests_total",
    "loyalty_request_seconds",
    "loyalty_balance_cache_total",
    "loyalty_plugin_failures_total",
    "loyalty_alarms_total",
    "loyalty_referrals_held",
    "loyalty_job_lag_seconds",
    "loyalty_job_last_run_seconds",
    "loyalty_job_last_success_timestamp",
    "loyalty_job_done_total",
    "loyalty_job_failed_total",
    "loyalty_holds_open",
    "loyalty_held_points",
    "loyalty_holds_lapsed",
    "loyalty_stored_value",
)

Failures = Callable[[], Mapping[tuple[str, str], int]]


class JobStates:
    """The worker's jobs and what is held, looked up when asked for, whichever process is."""

    def __init__(
        self,
        states: Iterable[JobState],
        holds: Iterable[OpenHolds] = (),
        referrals: Mapping[str, int] | None = None,
    ) -> None:
        self._states, self._holds = list(states), list(holds)
        self._referrals = referrals or {}

    def collect(self) -> Iterable[Metric]:
        """For the registry."""
        labels = ["program", "job"]
        lag = GaugeMetricFamily(
            "loyalty_job_lag_seconds", "How long what a job does has been due.", labels=labels
        )
        last = GaugeMetricFamily(
            "loyalty_job_last_run_seconds", "When a job ran last, since 1970.", labels=labels
        )
        well = GaugeMetricFamily(
            "loyalty_job_last_success_timestamp",
            "When a round of a job last ended without a failure, since 1970.",
            labels=labels,
        )
        done = CounterMetricFamily("loyalty_job_done", "What a job has done in all.", labels=labels)
        failed = CounterMetricFamily("loyalty_job_failed", "Of that, failures.", labels=labels)
        for it in self._states:
            where = [it.program, it.job]
            lag.add_metric(where, it.lag_seconds)
            done.add_metric(where, it.done)
            failed.add_metric(where, it.failed)
            if it.last_run_at is not None:
                last.add_metric(where, it.last_run_at.timestamp())
            if it.succeeded_at is not None:
                well.add_metric(where, it.succeeded_at.timestamp())
        waiting = GaugeMetricFamily(
            "loyalty_referrals_held", "Referrals that somebody has to decide.", labels=["program"]
        )
        for program, count in self._referrals.items():
            waiting.add_metric([program], count)
        return [lag, last, well, done, failed, waiting, *self._of_holds()]

    def _of_holds(self) -> Iterable[Metric]:
        told = (
            ("loyalty_holds_open", "Holds that are open.", "open"),
            ("loyalty_held_points", "Points set aside by holds that are open.", "points"),
            ("loyalty_holds_lapsed", "Holds past their end, not let go of yet.", "lapsed"),
        )
        for name, text, field in told:
            family = GaugeMetricFamily(name, text, labels=["program", "unit"])
            for it in self._holds:
                family.add_metric([it.program, it.unit], getattr(it, field))
            yield family

    def page(self) -> bytes:
        """As Prometheus reads it."""
        one = CollectorRegistry()
        one.register(self)
        return generate_latest(one)


class StoredValue:
    """Gift cards and store credit as a gauge, minor units: apart from what is owed in points."""

    def __init__(self, totals: Mapping[str, Mapping[str, ValueTotals]]) -> None:
        self._totals = totals

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """For the registry."""
        value = GaugeMetricFamily(
            "loyalty_stored_value",
            "Stored value in minor units: issued, used, expired, outstanding.",
            labels=["program", "currency", "what"],
        )
        for program, by_currency in self._totals.items():
            for currency, sums in by_currency.items():
                for what, amount in asdict(sums).items():
                    value.add_metric([program, currency, what], amount)
        return [value]

    def page(self) -> bytes:
        """As Prometheus reads it."""
        one = CollectorRegistry()
        one.register(self)
        return generate_latest(one)


class _Counts(Protocol):
    def inc(self, amount: float = 1) -> None: ...


class _Observes(Protocol):
    def observe(self, amount: float) -> None: ...


class Metrics:
    """The metrics of one process. Label look-ups are slow, so what they find is kept."""

    def __init__(
        self, balances: Counters, failures: Failures, alarms: Mapping[str, int] | None = None
    ) -> None:
        self._balances = balances
        self._alarms = {} if alarms is None else alarms
        self._failures = failures
        self._flushed: dict[Hashable, int] = {}
        self._flush_at = 0.0
        self._known: dict[tuple[str, str, int], tuple[_Counts, _Observes]] = {}

    def note(self, route: str, method: str, status: int, began: float, ended: float) -> None:
        """Count one request that ran from `began` to `ended` (monotonic seconds)."""
        known = self._known.get((route, method, status))
        if known is None:
            known = REQUESTS.labels(route, method, str(status)), SECONDS.labels(route)
            self._known[route, method, status] = known
        known[0].inc()
        known[1].observe(ended - began)
        if ended >= self._flush_at:
            self._flush_at = ended + FLUSH_SECONDS
            self.flush()

    def flush(self) -> None:
        """Carry over what balance look-ups and plugins have counted since the last time."""
        for met, count in asdict(self._balances).items():
            self._carry_over(LOOK_UPS, (met,), count)
        for labels, count in self._failures().items():
            self._carry_over(PLUGIN_FAILURES, labels, count)
        for name, count in list(self._alarms.items()):
            self._carry_over(ALARMS, (name,), count)

    def _carry_over(self, counter: Counter, labels: tuple[str, ...], count: int) -> None:
        more = count - self._flushed.get((counter, labels), 0)
        if more > 0:
            self._flushed[counter, labels] = count
            counter.labels(*labels).inc(more)

    def page(self) -> bytes:
        """The metrics of this process, or of all where PROMETHEUS_MULTIPROC_DIR is set."""
        self.flush()
        return generate_latest(_all_processes() if _shared() else registry)


def _shared() -> bool:
    return "PROMETHEUS_MULTIPROC_DIR" in os.environ


def _all_processes() -> CollectorRegistry:
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together
