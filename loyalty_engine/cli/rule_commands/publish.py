"""`loyalty rules publish`: rule files put in force by hand."""

from pathlib import Path

import click

from loyalty_engine.bootstrap import load_rules, publish_folder
from loyalty_engine.cli.shared.errors import FOUND
from loyalty_engine.cli.shared.in_force import SHORT, by_option
from loyalty_engine.cli.shared.opening import opened, rules_folder
from loyalty_engine.cli.shared.telling import console, table


@click.command("publish")
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False))
@by_option
def command(folder: str | None, by: str) -> None:
    """Put rule files in force, in a running service within five seconds.

    Those of LOYALTY_RULES, or those in FOLDER, of one programme or of several. A programme with
    faults stays as it is; they are told and the exit code is 1.
    """
    with opened() as parts:
        root = Path(folder) if folder else rules_folder(parts.settings)
        before = {name: parts.shelf.current(name).hash for name in parts.shelf.programs()}
        if folder is None or root.resolve() == parts.settings.rules.resolve():
            faults = load_rules(parts, root, by, again=True)
        else:
            faults = publish_folder(parts, root, by)
        rows = [
            (name, "in force" if before.get(name) != found else "in force already", found[:SHORT])
            for name in parts.shelf.programs()
            if name not in faults and (found := parts.shelf.current(name).hash)
        ]
    console().print(table(("programme", "", "rulebook"), rows))
    for name, errors in faults.items():
        click.echo(f"{name}: not put in force:\n{errors}", err=True)
    if faults:
        raise click.exceptions.Exit(FOUND)
