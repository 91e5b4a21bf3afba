"""`loyalty rules check`: all that is wrong with rule files, and what cannot have been meant."""

from datetime import datetime
from pathlib import Path

import click

from loyalty_engine.cli.shared.checking import all_words
from loyalty_engine.cli.shared.errors import CANNOT_START, FOUND, Stopped
from loyalty_engine.cli.shared.findings import FORMATS, tell_as_json, tell_github, tell_text
from loyalty_engine.cli.shared.looking import catalogue_in, folders_in, look_through
from loyalty_engine.cli.shared.opening import chosen, program_option, rules_folder
from loyalty_engine.cli.shared.telling import json_option
from loyalty_engine.clock import open_clock
from loyalty_engine.config import read_settings
from loyalty_engine.rulebook.findings import Level

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("check")
@click.argument("folder", required=False, type=_FOLDER)
@program_option
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="text", show_default=True,
    help="How findings are told; github shows them beside the lines of a pull request.",
)  # fmt: skip
@click.option(
    "--catalogue", type=_FILE,
    help="A CSV file with the columns sku, category and brand, to look up what rules name.",
)  # fmt: skip
@click.option(
    "--today", type=click.DateTime(["%Y-%m-%d"]),
    help="The day to look from; by default today in each programme's zone.",
)  # fmt: skip
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@json_option
def command(
    folder: Path | None,
    program: str | None,
    form: str,
    catalogue: Path | None,
    today: datetime | None,
    strict: bool,
    as_json: bool,
) -> None:
    """Tell every fault of every rule file, table and scenario, and what the checks find.

    Looks at FOLDER, a programme's or one with programmes in it; by default at the folder of the
    rules. Nothing is put in force. What cannot have been meant is an error, what is probably a
    mistake a warning, what is good to know a note. The exit code is 1 when there is any error, or
    with --strict any warning.
    """
    settings = read_settings()
    folders = folders_in(rules_folder(settings) if folder is None else folder)
    if program is not None:
        chosen(program, [it.resolve().name for it in folders])
        folders = [it for it in folders if it.resolve().name == program]
    if not folders:
        raise Stopped(f"There is no programme in {folder}.", CANNOT_START)
    day = open_clock(settings.clock).now() if today is None else today.date()
    assortment = None if catalogue is None else catalogue_in(catalogue)
    with all_words(settings) as words:
        looked = [look_through(it, words, day, assortment) for it in folders]
    tell = {"text": tell_text, "github": tell_github, "json": tell_as_json}
    tell["json" if as_json else form](looked)
    worst = (Level.ERROR, Level.WARNING) if strict else (Level.ERROR,)
    if any(each.count(level) for each in looked for level in worst):
        raise click.exceptions.Exit(FOUND)
