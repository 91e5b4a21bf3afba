"""`loyalty rules watch`: changes of the rule files in force as they are made."""

import click

from loyalty_engine.cli.shared.errors import CANNOT_START, Stopped
from loyalty_engine.cli.shared.taking_up import taking_up
from loyalty_engine.cli.shared.watching import step_back, watch_folder
from loyalty_engine.config import read_settings
from loyalty_engine.rule_files import watching_alone
from loyalty_engine.vocabulary import standard_words


@click.command("watch")
@click.option("--beside", is_flag=True, hidden=True, help="End when standard input does.")
def command(beside: bool) -> None:
    """Put changes of the rule files in force as they are made, until stopped.

    `loyalty serve` does so by itself. Files are taken when nothing has changed for a moment, and
    only if they are without fault.
    """
    settings = read_settings()
    settings.home.mkdir(parents=True, exist_ok=True)
    with watching_alone(settings.home) as alone:
        if not alone and beside:
            return  # another worker was faster
        if not alone:
            raise Stopped(f"Another process with {settings.home} watches the rules.", CANNOT_START)
        step_back()
        standard_words()  # imported here, they need not be again where a copy has ended
        watch_folder(settings.rules, taking_up, beside=beside)
