"""`loyalty rules backtest`: what changed rules would have cost on past purchases."""

import os
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from rich.console import Console

from loyalty_engine.backtest.as_json import as_json
from loyalty_engine.backtest.job import Comparison, Source, Wanted, run_backtest
from loyalty_engine.backtest.page import page
from loyalty_engine.backtest.running import BacktestFailed
from loyalty_engine.backtest.sections import phrases_for, sections
from loyalty_engine.cli.shared.bars import watching
from loyalty_engine.cli.shared.checking import all_words
from loyalty_engine.cli.shared.errors import CANNOT_START, FOUND, Stopped
from loyalty_engine.cli.shared.opening import chosen, rules_folder
from loyalty_engine.cli.shared.pasts import past_of
from loyalty_engine.cli.shared.telling import console, table, tell_json
from loyalty_engine.cli.shared.versions import version_of
from loyalty_engine.config import Settings, read_settings
from loyalty_engine.imports.tables import UnusableFile
from loyalty_engine.rule_files import programmes, read_programme
from loyalty_engine.rulebook.parsing.parse import PROGRAM_FILE, parse_rulebook
from loyalty_engine.rulebook.rulebook import Rulebook

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("backtest")
@click.option(
    "--against", required=True,
    help="What the rules are compared with: a folder, a commit or branch of git, or `live` for "
    "those in force.",
)  # fmt: skip
@click.option(
    "--purchases", required=True,
    help="Past purchases: a file, as Parquet or CSV, or `history` for what the engine itself has "
    "recorded.",
)  # fmt: skip
@click.option("-m", "--mapping", type=_FILE, help="What is in which column of the file.")
@click.option(
    "-p", "--program", help="The programme, or its folder; needed where there are several.",
)  # fmt: skip
@click.option(
    "--from", "since", type=_DAY,
    help="The day on which the change goes live: what is before goes by the old rules on both "
    "sides and is not counted.",
)  # fmt: skip
@click.option("--until", type=_DAY, help="The last day that is played.")
@click.option("--limit", type=click.IntRange(1), help="Only the first purchases.")
@click.option("--top", type=click.IntRange(0), default=10, show_default=True,
              help="How many who gain and who lose most are named.")  # fmt: skip
@click.option(
    "--member-ids",
    is_flag=True,
    help="Name members of the history by the shop's ids and not by their numbers.",
)
@click.option("--jobs", type=click.IntRange(1), help="Processes; by default one for each core.")
@click.option("--language", help="en or fr; by default the programme's first language.")
@click.option(
    "--html", "html_file", type=click.Path(dir_okay=False, path_type=Path),
    help="Where a report with charts is written, one file to open in a browser.",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="How it is told.",
)  # fmt: skip
def command(
    against: str,
    purchases: str,
    mapping: Path | None,
    program: str | None,
    since: datetime | None,
    until: datetime | None,
    limit: int | None,
    top: int,
    member_ids: bool,
    jobs: int | None,
    language: str | None,
    html_file: Path | None,
    form: str,
) -> None:
    """Play past purchases under two versions of the rules, and tell the difference.

    The version in the rules folder is compared with the one that --against names. Both are played
    in memory with everything that goes on from one purchase to the next: tiers, limits, running
    sums, returns, points that expire or pay. Nothing is written to the database.
    docs/backtest.md explains the figures.
    """
    settings = read_settings()
    past = past_of(purchases, mapping, limit, with_ids=member_ids)
    folder = _folder(settings, program)
    with all_words(settings) as words, ExitStack() as closing:
        after = parse_rulebook(read_programme(folder), words)
        source = closing.enter_context(past(settings, after.program.name))
        before = version_of(against, folder, settings, words)
        wanted = _wanted(
            settings, (before, after), folder, against, source, since, until, top, jobs
        )
        try:
            with watching(form == "json") as watch:
                compared = run_backtest(wanted, watch)
        except UnusableFile as error:
            raise Stopped(str(error), FOUND) from None
        except BacktestFailed as error:
            raise Stopped(f"The backtest could not be ended: {error}", CANNOT_START) from None
    if html_file is not None:
        html_file.write_text(page(compared, phrases_for(compared, language)), "utf-8")
    if form == "json":
        tell_json(as_json(compared))
    else:
        tell(compared, language, console())


def _folder(settings: Settings, program: str | None) -> Path:
    if program is not None and (Path(program) / PROGRAM_FILE).is_file():
        return Path(program)
    root = rules_folder(settings)
    return root / chosen(program, programmes(root))


def _wanted(
    settings: Settings,
    rulebooks: tuple[Rulebook, Rulebook],
    folder: Path,
    against: str,
    source: Source,
    since: datetime | None,
    until: datetime | None,
    top: int,
    jobs: int | None,
) -> Wanted:
    before, after = rulebooks
    zone = after.program.zone
    return Wanted(
        before=before,
        after=after,
        names=(against, str(folder)),
        source=source,
        since=None if since is None else _midnight(since, zone),
        until=None if until is None else _midnight(until + timedelta(days=1), zone),
        workers=jobs or len(os.sched_getaffinity(0)),
        top=top,
        plugins=settings.plugins,
        plugins_off=settings.plugins_off,
    )


def _midnight(day: datetime, zone: ZoneInfo) -> datetime:
    """The beginning of a day in the programme's zone."""
    return day.replace(tzinfo=zone).astimezone(UTC)


def tell(compared: Comparison, language: str | None, out: Console) -> None:
    """A comparison as tables."""
    say = phrases_for(compared, language)
    for section in sections(compared, say):
        if section.columns:
            rows = [*section.rows, section.total] if section.total else section.rows
            made = table(section.columns, rows, title=f"[b]{section.title}[/b]")
            for column in made.columns[1:]:
                column.no_wrap = True
            out.print(made)
        else:
            out.print(f"[b]{section.title}[/b]")
            for (sentence,) in section.rows:
                out.print(f"  {sentence}", markup=False, soft_wrap=True)
        out.print()
