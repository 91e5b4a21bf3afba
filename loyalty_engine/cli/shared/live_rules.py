"""The commands of `loyalty rules` that look at and change what is in force."""

from datetime import datetime
from getpass import getuser
from pathlib import Path
from typing import Any

import click

from loyalty_engine.bootstrap import Parts, load_rules, publish_folder
from loyalty_engine.cli.shared.errors import CANNOT_START, FOUND, Stopped
from loyalty_engine.cli.shared.opening import chosen, opened, program_option, rules_folder
from loyalty_engine.cli.shared.taking_up import taking_up
from loyalty_engine.cli.shared.telling import console, json_option, table, tell_json
from loyalty_engine.cli.shared.watching import step_back, watch_folder
from loyalty_engine.config import read_settings
from loyalty_engine.rule_files import watching_alone
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.sources import hash_of
from loyalty_engine.rulebook.stopped import without_stopped
from loyalty_engine.storage.sql.files_seen import FilesSeen
from loyalty_engine.use_cases.calling import Caller
from loyalty_engine.use_cases.rule_changes import history, roll_back, start_rule, stop_rule
from loyalty_engine.use_cases.show_budgets import budgets
from loyalty_engine.vocabulary import standard_words

SHORT = 19
"""So much of a hash tells rulebooks apart: `sha256:` and twelve digits."""


def me() -> str:
    """Who runs the command, as the machine knows them."""
    try:
        return getuser()
    except (KeyError, OSError):  # a container may run as nobody in particular
        return "command line"


by_option = click.option("--by", default=me, help="Who answers for it; by default your account.")


@click.command()
@program_option
@json_option
def status(program: str | None, as_json: bool) -> None:
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
        files = f"have faults since {_instant(seen.at)}, seen on {seen.host}, and are not in force"
    elif seen.files == hash_of(without_stopped(rulebook.source)):
        files = "in force"
    else:
        files = "not in force: others were published since, which stay until the files change"
    return {
        "program": name,
        "rulebook": rulebook.hash,
        "since": _instant(last.at),
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


def _instant(at: datetime | None) -> str:
    return "" if at is None else at.isoformat(timespec="seconds").replace("+00:00", "Z")


@click.command("history")
@program_option
@click.option("--most", default=20, show_default=True, help="How many, the newest first.")
@json_option
def show_history(program: str | None, most: int, as_json: bool) -> None:
    """Tell every rulebook that was in force: when, by whom, and what it changed."""
    with opened() as parts:
        name = chosen(program, list(parts.shelf.programs()))
        versions = history(parts.shelf, name, most)
    if as_json:
        tell_json(
            [
                {
                    "rulebook": it.published.hash,
                    "from": _instant(it.published.at),
                    "by": it.published.by,
                    "changes": None if it.changes is None else [str(each) for each in it.changes],
                }
                for it in versions
            ]
        )
        return
    for it in versions:
        click.echo(
            f"{it.published.hash[:SHORT]} from {_instant(it.published.at)} {it.published.by}"
        )
        if it.changes is None:
            click.echo("  what changed cannot be told: it has words that are not there any more")
        elif not it.changes:
            click.echo("  nothing but notes changed")
        for each in it.changes or ():
            click.echo(f"  {each}")


@click.command()
@click.argument("hash", required=False)
@program_option
@by_option
def rollback(hash: str | None, program: str | None, by: str) -> None:
    """Put an earlier rulebook in force again: the last different one, or the one with HASH.

    The beginning of a hash is enough. It stays until the rule files change or are published.
    Stopped rules stay stopped.
    """
    with opened() as parts:
        name = chosen(program, list(parts.shelf.programs()))
        _tell_in_force(name, roll_back(parts.shelf, name, hash, by, parts.clock.now()))


@click.command()
@click.argument("rule")
@program_option
@by_option
def stop(rule: str, program: str | None, by: str) -> None:
    """Stop one rule within seconds, until it is started again; its file may stay as it is."""
    with opened() as parts:
        name = chosen(program, list(parts.shelf.programs()))
        _tell_in_force(name, stop_rule(parts.shelf, name, rule, by, parts.clock.now()))


@click.command()
@click.argument("rule")
@program_option
@by_option
def start(rule: str, program: str | None, by: str) -> None:
    """Start a rule that was stopped."""
    with opened() as parts:
        name = chosen(program, list(parts.shelf.programs()))
        _tell_in_force(name, start_rule(parts.shelf, name, rule, by, parts.clock.now()))


def _tell_in_force(name: str, rulebook: Rulebook) -> None:
    stopped = f", without {', '.join(rulebook.stopped)}" if rulebook.stopped else ""
    click.echo(f"{name}: {rulebook.hash[:SHORT]} is in force{stopped}")


@click.command("take-up", hidden=True)
def take_up_once() -> None:
    """Look at the rule files once, as `watch` does after each change."""
    taking_up(again_and_again=False)()


@click.command()
@click.option("--beside", is_flag=True, hidden=True, help="End when standard input does.")
def watch(beside: bool) -> None:
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


@click.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False))
@by_option
def publish(folder: str | None, by: str) -> None:
    """Put rule files in force, in a running service within five seconds.

    Those of LOYALTY_RULES, or those in FOLDER, of one programme or of several. A programme with faults stays as it is;
    they are told and the exit code is 1.
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


COMMANDS = (status, show_history, rollback, stop, start, take_up_once, watch, publish)
