"""`loyalty worker`: what runs beside the service."""

import click

from loyalty_engine.cli.shared.opening import opened
from loyalty_engine.config import doubts
from loyalty_engine.logs import set_up_logs


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
def command(once: bool) -> None:
    """Tell events to plugins, keep balances true, expire points, review tiers.

    Any number of workers may run; what one leaves undone another takes up. SIGTERM ends it.
    """
    from loyalty_engine.worker import run_worker

    for doubt in doubts():
        click.echo(doubt, err=True)
    with opened() as parts:
        set_up_logs(parts.settings.level)
        run_worker(parts, once=once)
