"""`loyalty jobs`: how the worker's jobs are getting on, and one of them done at once."""

from dataclasses import asdict
from datetime import datetime, timedelta

import click

from loyalty_engine.bootstrap import Parts
from loyalty_engine.cli.shared.bars import watching
from loyalty_engine.cli.shared.opening import chosen, opened, program_option
from loyalty_engine.cli.shared.telling import console, json_option, table, tell_json
from loyalty_engine.domain.local_time import start_of_day
from loyalty_engine.storage.sql.job_states import job_states
from loyalty_engine.storage.sql.reading.backlog import SWEPT, points_due, waiting
from loyalty_engine.worker.jobs import run_sweep
from loyalty_engine.worker.sweeps import SWEEPS

DAY = click.DateTime(["%Y-%m-%d"])
NAMES = [sweep.name for sweep in SWEEPS]


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
        states = [it for name in names for it in job_states(parts.storage, name, now)]
        counts = [
            waiting(parts.storage, it.program, it.job, now) if it.job in SWEPT else 0
            for it in states
        ]
    if as_json:
        tell_json([asdict(it) | {"waiting": n} for it, n in zip(states, counts, strict=True)])
        return
    rows = [
        (
            it.program, it.job, it.last_run_at.isoformat(timespec="seconds") if it.last_run_at else
            "never", it.holder or ("between pages" if it.under_way else ""), count,
            round(it.lag_seconds),
        )
        for it, count in zip(states, counts, strict=True)
    ]  # fmt: skip
    named = ("programme", "job", "last run", "at work", ">waiting", ">lag, s")
    console().print(table(named, rows))


@command.command()
@program_option
@click.argument("name", type=click.Choice(NAMES), metavar="NAME")
@click.option("--at", "day", type=DAY, help="Only what was due by the end of this day.")
@click.option("--dry-run", is_flag=True, help="Only count; the day may then lie ahead.")
@click.option(
    "--share", type=click.IntRange(1, 100), help="Percent of the time at work; LOYALTY_JOBS_SHARE."
)
@click.option("--quiet", is_flag=True, help="No bar.")
def run(
    program: str | None, name: str, day: datetime | None, dry_run: bool, share: int, quiet: bool
) -> None:
    """Do the job NAME at once, such as expire_points or review_tiers; `list` names them all.

    What is due is booked as of the instant when it fell due, whenever that is done; workers may go
    on meanwhile. The exit code is 1 when a member could not be done.
    """
    with opened() as parts:
        which = chosen(program, list(parts.shelf.programs()))
        now = parts.clock.now()
        by = now if day is None else _end_of(parts, which, day)
        if by > now and not dry_run:
            if by - now >= timedelta(days=1):
                raise click.UsageError(
                    f"{day:%Y-%m-%d} lies ahead; --dry-run counts what will be due by then"
                )
            by = now
        count = waiting(parts.storage, which, name, by) if name in SWEPT else 0
        if dry_run:
            _tell_due(parts, which, name, by, count)
            return
        sweep = next(it for it in SWEEPS if it.name == name)
        with watching(quiet) as watch:
            watch.begin(name, count)
            share = share or parts.settings.jobs_share
            done, failed = run_sweep(parts, which, sweep, by, watch.reached, share=share)
    click.echo(f"{name}: {done:,} members done, {failed:,} failed.")
    if failed:
        raise SystemExit(1)


def _end_of(parts: Parts, program: str, day: datetime) -> datetime:
    zone = parts.shelf.current(program).program.zone
    return start_of_day(day.date() + timedelta(days=1), zone)


def _tell_due(parts: Parts, program: str, name: str, by: datetime, count: int) -> None:
    click.echo(f"{name}: {count:,} members are due by {by.isoformat(timespec='seconds')}.")
    if name == "expire_points":
        for unit, points in points_due(parts.storage, program, by).items():
            click.echo(f"  {points:,} {unit} expire.")
