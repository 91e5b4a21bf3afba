"""`loyalty rules rollback`: an earlier rulebook in force again."""

import click

from loyalty_engine.cli.shared.in_force import by_option, tell_in_force
from loyalty_engine.cli.shared.opening import chosen, opened, program_option
from loyalty_engine.use_cases.rules.rule_changes import roll_back


@click.command("rollback")
@click.argument("hash", required=False)
@program_option
@by_option
def command(hash: str | None, program: str | None, by: str) -> None:
    """Put an earlier rulebook in force again: the last different one, or the one with HASH.

    The beginning of a hash is enough. It stays until the rule files change or are published.
    Stopped rules stay stopped.
    """
    with opened() as parts:
        name = chosen(program, list(parts.shelf.programs()))
        tell_in_force(name, roll_back(parts.shelf, name, hash, by, parts.clock.now()))
