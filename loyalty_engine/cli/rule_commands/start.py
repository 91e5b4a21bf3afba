"""`loyalty rules start`: a rule that was stopped."""

import click

from loyalty_engine.cli.shared.in_force import by_option, tell_in_force
from loyalty_engine.cli.shared.opening import chosen, opened, program_option
from loyalty_engine.use_cases.rules.rule_changes import start_rule


@click.command("start")
@click.argument("rule")
@program_option
@by_option
def command(rule: str, program: str | None, by: str) -> None:
    """Start a rule that was stopped."""
    with opened() as parts:
        name = chosen(program, list(parts.shelf.programs()))
        tell_in_force(name, start_rule(parts.shelf, name, rule, by, parts.clock.now()))
