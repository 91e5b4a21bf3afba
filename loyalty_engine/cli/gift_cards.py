"""`loyalty gift-cards`: cards by the thousand, for a printer."""

from pathlib import Path

import click

from loyalty_engine.cli.shared.bars import watching
from loyalty_engine.cli.shared.code_files import arithmetic
from loyalty_engine.cli.shared.errors import FOUND, Stopped
from loyalty_engine.cli.shared.making_cards import card_file, make_cards, rows_in
from loyalty_engine.cli.shared.opening import chosen, known_programmes, opened, program_option
from loyalty_engine.storage.sql.card_counts import usable_cards
from loyalty_engine.storage.sql.keys import ApiKeys
from loyalty_engine.use_cases.stored_value.make_gift_cards import Press


@click.group()
def command() -> None:
    """Make gift cards for a printer. How they work stands under stored_value in program.yaml."""


@command.command()
@program_option
@click.option("--count", required=True, type=click.IntRange(1, 10_000_000), help="How many cards.")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path),
    help="A new file: card,code,printed. Nobody can tell the codes again.",
)  # fmt: skip
@click.option("--reason", required=True, help="What they are made for; kept with them.")
@click.option("--by", required=True, help="Who answers for them.")
@click.option("--resume", is_flag=True, help="Go on with the file of a run that broke off.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
def make(
    program: str | None, count: int, out: Path, reason: str, by: str, resume: bool, quiet: bool
) -> None:
    """Make COUNT gift cards, inactive until a till sells them; the database keeps hashes only.

    Refused where somebody who tries without end would find more than one code in a hundred years.
    With --resume COUNT is how many the file is to have in all.
    """
    with opened() as parts:
        name = chosen(program, known_programmes(parts))
        press = Press(parts.engine, parts.shelf.current(name).program, reason, by)
        press.check()
        keys = len(ApiKeys(parts.storage).list_keys(name))
        rows = rows_in(out) if resume else None
        others = max(0, usable_cards(parts.storage, name) - len(rows or ()))
        safety = press.guessing(others, count, keys)
        click.echo(arithmetic(safety), err=True)
        if not safety.safe:
            enough = safety.enough
            way = f"give them characters: {enough}" if enough else "make fewer"
            raise Stopped(f"That is too many for so short a code: {way}.", FOUND)
        with card_file(out, rows) as file, watching(quiet) as watch:
            watch.begin("Cards", count)
            now = parts.clock.now
            make_cards(parts.storage, press, count, file, rows or (), now, watch.reached)
    click.echo(f"{count:,} gift cards are in {out}", err=True)
