"""`loyalty rules status`: what is in force, and what is wrong with the files."""

from typing import Any

import click

from loyalty_engine.bootstrap import Parts
from loyalty_engine.cli.shared.errors import FOUND
from loyalty_engine.cli.shared.in_force import SHORT, instant
from loyalty_engine.cli.shared.opening import chosen, opened, program_option
from loyalty_engine.cli.shared.telling import json_option, tell_json
from loyalty_engine.rulebook.sources import hash_of
from loyalty_engine.rulebook.stopped import without_stopped
from loyalty_engine.storage.sql.files_seen import FilesSeen
from loyalty_engine.use_cases.calling import Caller
from loyalty_engine.use_cases.rules.show_budgets import budgets


@click.command("status")
@program_option
@json_option
def command(program: str | None, as_json: bool) -> None:
    """Tell what is in force since when, which rules are stopped, and what is wrong with the files.

    Budgets of which nothing is left are named, too. The exit code is 1 when files have faults; the
    rulebook in force is then an older one.
    """
    with opened() as parts:
        known = list(parts.shelf.programs())
        names = known if program is None else [chosen(program, known)]
        told = [_status(parts, name) for name in names]
    if as_json:
        tell_json(told)
    else:
        for it in told:
            click.echo(
                f"{it['program']}: {it['rulebook'][:SHORT]} since {it['since']} by {it['by']}"
            )
            if it["stopped"]:
                click.echo(f"  stopped: {', '.join(it['stopped'])}")
            if it["used_up"]:
                click.echo(f"  used up: {', '.join(it['used_up'])}")
            click.echo(f"  files: {it['files']}")
            for fault in it["faults"]:
                click.echo(f"  {fault['at']}: {fault['fault']}")
    if any(it["faults"] for it in told):
        raise click.exceptions.Exit(FOUND)


def _status(parts: Parts, name: str) -> dict[str, Any]:
    last, rulebook = parts.shelf.history(name)[-1], parts.shelf.current(name)
    seen = FilesSeen(parts.storage).seen(name)
    shared = budgets(parts.engine, Caller(name, "command line", parts.clock.now()))
    if seen is None:
        files = "none were ever seen here"
    elif seen.faults:
        files = f"have faults since {instant(seen.at)}, seen on {seen.host}, and are not in force"
    elif seen.files == hash_of(without_stopped(rulebook.source)):
        files = "in force"
    else:
        files = "not in force: others were published since, which stay until the files change"
    return {
        "program": name,
        "rulebook": rulebook.hash,
        "since": instant(last.at),
        "by": last.by,
        "stopped": list(rulebook.stopped),
        "used_up": [it["limit"] for it in shared["budgets"] if not it["left"]],
        "files": files,
        "faults": [
            {
                "at": f"{parts.settings.rules / name}/{it.place}",
                "fault": str(it).removeprefix(f"{it.place}: "),
            }
            for it in (seen.faults if seen else ())
        ],
    }
