"""`loyalty replay`: the purchases of a file, driven through the engine as they happened."""

from dataclasses import replace
from pathlib import Path

import click

from loyalty_engine.bootstrap import Parts
from loyalty_engine.cli.shared.bars import watching
from loyalty_engine.cli.shared.errors import FOUND, Stopped
from loyalty_engine.cli.shared.opening import opened
from loyalty_engine.cli.shared.telling import console, json_option, tell_json
from loyalty_engine.config import Settings, read_settings
from loyalty_engine.imports.job import Machine, Outcome, Wanted, mapping_of, replay_file
from loyalty_engine.imports.report import as_json, tables
from loyalty_engine.imports.tables import UnusableFile

INTERRUPTED = 130

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=_FILE)
@click.option("-m", "--mapping", type=_FILE, required=True, help="What is in which column.")
@click.option(
    "-p",
    "--program",
    help="A folder of programme files, or the name of a programme in the database; "
    "left out, the one that the mapping names.",
)
@click.option("--database", help="Its URL; left out, the one of the settings.")
@click.option("--limit", type=click.IntRange(1), help="Only the first baskets of the file.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the lines that were left out are written, as CSV; left out, beside the database.",
)
@json_option
def command(
    file: Path,
    mapping: Path,
    program: str | None,
    database: str | None,
    limit: int | None,
    report: Path | None,
    as_json: bool,
) -> None:
    """Play the purchases and returns of FILE (Parquet or CSV) through the engine.

    Members are enrolled when they are first seen, purchases recorded in the order of time, and
    what comes back is found to the purchases it belongs to. Every line of the file is accounted
    for. Running it again changes nothing, so it may be stopped at any time and started anew.
    docs/replay.md explains the mapping.
    """
    settings = read_settings()
    if database is not None:
        settings = replace(settings, database_url=database)
    wanted = Wanted(file, mapping, program, limit)
    try:
        source = mapping_of(mapping).source
        left_out = report or settings.home / f"replay-{source}.csv"
        outcome = replayed(settings, wanted, left_out, quiet=as_json)
    except UnusableFile as error:
        raise Stopped(str(error), FOUND) from None
    except KeyboardInterrupt:
        raise Stopped(
            "Stopped. What is recorded stays recorded; the same command goes on from there.",
            INTERRUPTED,
        ) from None
    _tell(outcome, left_out, as_json)
    if not outcome.well:
        raise click.exceptions.Exit(FOUND)


def replayed(settings: Settings, wanted: Wanted, left_out: Path, *, quiet: bool) -> Outcome:
    """Replay with a progress bar; what is left out is written to a file."""
    left_out.parent.mkdir(parents=True, exist_ok=True)
    with (
        opened(settings) as parts,
        left_out.open("w", encoding="utf-8", newline="") as report,
        watching(quiet) as watch,
    ):
        return replay_file(_machine(parts), wanted, report, watch)


def _machine(parts: Parts) -> Machine:
    return Machine(parts.engine, parts.storage, parts.shelf, parts.plugins.words)


def _tell(outcome: Outcome, left_out: Path, as_json_too: bool) -> None:
    if as_json_too:
        tell_json(as_json(outcome))
        return
    out = console()
    out.print(tables(outcome))
    if outcome.account.left_out:
        out.print(f"The lines that were left out stand in {left_out}.", soft_wrap=True)
