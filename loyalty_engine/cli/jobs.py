"""`loyalty jobs`: how the worker's jobs are getting on, and one of them done at once."""

from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import click

from loyalty_engine.bootstrap import Parts
from loyalty_engine.cli.shared.bars import watching
from loyalty_engine.cli.shared.opening import chosen, opened, program_option
from loyalty_engine.cli.shared.telling import console, json_option, table, tell_json
from loyalty_engine.domain.local_time import start_of_day
from loyalty_engine.storage.sql.job_states import job_states
from loyalty_engine.storage.sql.reading.backlog import (
    FORGET,
    OPERATIONS_KEPT,
    SWEPT,
    operations_before,
    points_due,
    waiting,
)
from loyalty_engine.use_cases.waiting_jobs import waiting_since
from loyalty_engine.worker.jobs import count_due, forget_all, run_sweep
from loyalty_engine.worker.sweeps import SWEEPS

DAY, HOURS = "%Y-%m-%d", ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M")
NAMES = [*(sweep.name for sweep in SWEEPS), FORGET]


@click.group()
def command() -> None:
    """See how the worker's jobs are getting on, or do one at once."""


@command.command("list")
@program_option
@json_option
def list_(program: str | None, as_json: bool) -> None:
    """Show when each job ran last, who has it, what waits and for how long."""
    with opened() as parts:
        known = list(parts.shelf.programs())
        names = known if program is None else [chosen(program, known)]
        now = parts.clock.now()
        dues = waiting_since(parts.engine, now)
        states = [it for name in names for it in job_states(parts.storage, name, now, dues)]
        counts = [
            _waiting(parts, it.program, it.job, now) if it.lag_seconds or it.job in SWEPT else 0
            for it in states
        ]
    if as_json:
        tell_json([asdict(it) | {"waiting": n} for it, n in zip(states, counts, strict=True)])
        return
    named = ("job", "ran", "succeeded", ">done", ">failed", ">waiting", ">lag, s", "at work")
    for name in names:
        rows = [
            (
                it.job, _ago(it.last_run_at, now), _ago(it.succeeded_at, now), it.done, it.failed,
                count, round(it.lag_seconds), it.holder or ("paused" if it.under_way else ""),
            )
            for it, count in zip(states, counts, strict=True)
            if it.program == name
        ]  # fmt: skip
        console().print(table(named, rows, name))


@command.command()
@program_option
@click.argument("name", type=click.Choice(NAMES), metavar="NAME")
@click.option(
    "--at",
    "at",
    metavar="DATE[THH:MM]",
    help="Only what was due by the end of this day, or by this hour, in the programme's zone.",
)
@click.option("--dry-run", is_flag=True, help="Only count; the day may then lie ahead.")
@click.option(
    "--share", type=click.IntRange(1, 100), help="Percent of the time at work; LOYALTY_JOBS_SHARE."
)
@click.option("--quiet", is_flag=True, help="No bar.")
def run(
    program: str | None, name: str, at: str | None, dry_run: bool, share: int | None, quiet: bool
) -> None:
    """Do the job NAME at once, such as expire_points or review_tiers; `list` names them all.

    What is due is booked as of the instant when it fell due, whenever that is done; workers may go
    on meanwhile. The exit code is 1 when a member could not be done.
    """
    with opened() as parts:
        which = chosen(program, list(parts.shelf.programs()))
        now = parts.clock.now()
        by = now if at is None else _until(parts, which, at)
        if by > now and not dry_run:
            if by - now >= timedelta(days=1):
                raise click.UsageError(
                    f"{at} lies ahead; --dry-run counts what will be due by then"
                )
            by = now
        count = _waiting(parts, which, name, by)
        if dry_run:
            _tell_due(parts, which, name, by, count)
            return
        with watching(quiet) as watch:
            watch.begin(name, count)
            if name == FORGET:
                done, failed = forget_all(parts, which, by, watch.reached), 0
            else:
                sweep = next(it for it in SWEEPS if it.name == name)
                share = share or parts.settings.jobs_share
                done, failed = run_sweep(parts, which, sweep, by, watch.reached, share=share)
    click.echo(f"{name}: {done:,} {_things(name)} done, {failed:,} failed.")
    if failed:
        raise SystemExit(1)


def _ago(at: datetime | None, now: datetime) -> str:
    """How long ago it was, in the largest unit of which there are two; on one line."""
    if at is None:
        return "never"
    seconds = max(int((now - at).total_seconds()), 0)
    for unit, size in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size}\N{NO-BREAK SPACE}{unit}\N{NO-BREAK SPACE}ago"
    return f"{seconds}\N{NO-BREAK SPACE}s\N{NO-BREAK SPACE}ago"


def _things(name: str) -> str:
    return "answers" if name == FORGET else "members"


def _until(parts: Parts, program: str, text: str) -> datetime:
    """The end of a day, or an hour of one, as clocks of the programme show them."""
    zone = parts.shelf.current(program).program.zone
    for form in (DAY, *HOURS):
        with suppress(ValueError):
            read = datetime.strptime(text, form)  # noqa: DTZ007 - local until its zone is put in
            if form == DAY:
                return start_of_day(read.date() + timedelta(days=1), zone)
            return read.replace(tzinfo=zone).astimezone(UTC)
    raise click.BadParameter(
        "write a day, such as 2026-03-31, or an hour of one, such as 2026-03-31T18:00",
        param_hint="--at",
    )


def _waiting(parts: Parts, program: str, name: str, by: datetime) -> int:
    if name in SWEPT:
        return waiting(parts.storage, program, name, by)
    if name == FORGET:
        return operations_before(parts.storage, program, by - OPERATIONS_KEPT)
    return count_due(parts, program, next(it for it in SWEEPS if it.name == name), by)


def _tell_due(parts: Parts, program: str, name: str, by: datetime, count: int) -> None:
    things = _things(name)
    click.echo(f"{name}: {count:,} {things} are due by {by.isoformat(timespec='seconds')}.")
    if name == "expire_points":
        for unit, points in points_due(parts.storage, program, by).items():
            click.echo(f"  {points:,} {unit} expire.")
