"""`loyalty rules take-up`: one look at the rule files, for `watch`."""

import click

from loyalty_engine.cli.shared.taking_up import taking_up


@click.command("take-up", hidden=True)
def command() -> None:
    """Look at the rule files once, as `watch` does after each change."""
    taking_up(again_and_again=False)()
