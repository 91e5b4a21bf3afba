"""`loyalty rules stop`: one rule stopped within seconds."""

import click

from loyalty_engine.cli.shared.in_force import by_option, tell_in_force
from loyalty_engine.cli.shared.opening import chosen, opened, program_option
from loyalty_engine.use_cases.rules.rule_changes import stop_rule


@click.command("stop")
@click.argument("rule")
@program_option
@by_option
def command(rule: str, program: str | None, by: str) -> None:
    """Stop one rule within seconds, until it is started again; its file may stay as it is."""
    with opened() as parts:
        name = chosen(program, list(parts.shelf.programs()))
        tell_in_force(name, stop_rule(parts.shelf, name, rule, by, parts.clock.now()))
