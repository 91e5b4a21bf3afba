"""`loyalty serve`: the HTTP service, as a gunicorn of our configuration in this very process."""

import os
import sys

import click

from loyalty_engine.cli.shared.checking import rulebook_faults
from loyalty_engine.cli.shared.opening import bring_up_to_date, rules_folder
from loyalty_engine.config import doubts, read_settings

CONFIGURATION = "python:loyalty_engine.api.gunicorn_conf"


@click.command()
@click.option("--bind", metavar="HOST:PORT", help="Where to listen, instead of LOYALTY_BIND.")
@click.option("--workers", type=int, help="Processes, instead of LOYALTY_WORKERS.")
@click.option("--threads", type=int, help="Threads of each, instead of LOYALTY_THREADS.")
@click.option(
    "--migrate/--no-migrate", "migrate_too", default=None, envvar="LOYALTY_MIGRATE",
    help="Whether to migrate the database first; by default the embedded one only.",
)  # fmt: skip
def command(
    bind: str | None, workers: int | None, threads: int | None, migrate_too: bool | None
) -> None:
    """Serve the HTTP API until stopped.

    The embedded database is migrated by itself; PostgreSQL is migrated by `loyalty migrate`, or
    with --migrate. Rule files with faults are told, and the rulebook that was last in force stays.
    SIGTERM ends the service once the requests at hand are answered, SIGHUP starts fresh workers.
    """
    for name, value in (("BIND", bind), ("WORKERS", workers), ("THREADS", threads)):
        if value is not None:
            os.environ[f"LOYALTY_{name}"] = str(value)
    settings = read_settings()
    for doubt in doubts():
        click.echo(doubt, err=True)
    bring_up_to_date(settings, migrate_too)
    os.environ["LOYALTY_MIGRATE"] = "no"
    for name, faults in rulebook_faults(settings, rules_folder(settings)).items():
        click.echo(f"{name}: these rules are not put in force, the last good ones stay:", err=True)
        click.echo(faults, err=True)
    sys.stdout.flush()
    # The same process goes on as gunicorn, so that signals reach it without anyone passing them on.
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", "-c", CONFIGURATION])  # noqa: S606 - no shell
