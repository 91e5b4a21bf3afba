"""`loyalty rules history`: every rulebook that was in force, and what it changed."""

import click

from loyalty_engine.cli.shared.in_force import SHORT, instant
from loyalty_engine.cli.shared.opening import chosen, opened, program_option
from loyalty_engine.cli.shared.telling import json_option, tell_json
from loyalty_engine.use_cases.rules.rule_changes import history


@click.command("history")
@program_option
@click.option("--most", default=20, show_default=True, help="How many, the newest first.")
@json_option
def command(program: str | None, most: int, as_json: bool) -> None:
    """Tell every rulebook that was in force: when, by whom, and what it changed."""
    with opened() as parts:
        name = chosen(program, list(parts.shelf.programs()))
        versions = history(parts.shelf, name, most)
    if as_json:
        tell_json(
            [
                {
                    "rulebook": it.published.hash,
                    "from": instant(it.published.at),
                    "by": it.published.by,
                    "changes": None if it.changes is None else [str(each) for each in it.changes],
                }
                for it in versions
            ]
        )
        return
    for it in versions:
        click.echo(f"{it.published.hash[:SHORT]} from {instant(it.published.at)} {it.published.by}")
        if it.changes is None:
            click.echo("  what changed cannot be told: it has words that are not there any more")
        elif not it.changes:
            click.echo("  nothing but notes changed")
        for each in it.changes or ():
            click.echo(f"  {each}")
