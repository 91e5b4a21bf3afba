"""What commands on rules that are in force have in common."""

from datetime import datetime
from getpass import getuser

import click

from loyalty_engine.rulebook.rulebook import Rulebook

SHORT = 19
"""So much of a hash tells rulebooks apart: `sha256:` and twelve digits."""


def me() -> str:
    """Who runs the command, as the machine knows them."""
    try:
        return getuser()
    except (KeyError, OSError):  # a container may run as nobody in particular
        return "command line"


by_option = click.option("--by", default=me, help="Who answers for it; by default your account.")


def instant(at: datetime | None) -> str:
    """An instant of UTC as people read it; nothing for none."""
    return "" if at is None else at.isoformat(timespec="seconds").replace("+00:00", "Z")


def tell_in_force(name: str, rulebook: Rulebook) -> None:
    """Say which rulebook is in force, and which rules are stopped."""
    stopped = f", without {', '.join(rulebook.stopped)}" if rulebook.stopped else ""
    click.echo(f"{name}: {rulebook.hash[:SHORT]} is in force{stopped}")
