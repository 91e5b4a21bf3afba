"""`loyalty vouchers`: codes of single use, made by the million into a file; pictures of codes."""

import sys
from pathlib import Path

import click

from loyalty_engine.barcodes import LARGEST, USUAL, Form, Symbology, Undrawable, draw
from loyalty_engine.cli.shared.bars import watching
from loyalty_engine.cli.shared.code_files import arithmetic, new_file
from loyalty_engine.cli.shared.errors import FOUND, Stopped
from loyalty_engine.cli.shared.making_codes import make_codes
from loyalty_engine.cli.shared.opening import chosen, known_programmes, opened, program_option
from loyalty_engine.domain import gs1
from loyalty_engine.domain.currencies import decimals_of
from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.parsing.plain_values import read_scaled
from loyalty_engine.storage.sql.keys import ApiKeys
from loyalty_engine.storage.sql.voucher_batches import live_codes
from loyalty_engine.use_cases.vouchers.generate_vouchers import guessing
from loyalty_engine.use_cases.vouchers.voucher_issuing import issuable, worth_of

FEWER = "make fewer, or lower the programme's switch wrong_codes"


@click.group()
def command() -> None:
    """Make codes of vouchers, and draw them. What they give is a file under vouchers/."""


@command.command()
@click.argument("voucher")
@program_option
@click.option("--count", required=True, type=click.IntRange(1, 100_000_000), help="How many codes.")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path),
    help="A new file for the codes, one a line. Nobody can tell them again.",
)  # fmt: skip
@click.option(
    "--worth", help="What each of them is worth, as 7.50, where `worth_off` takes it off."
)
@click.option("--quiet", is_flag=True, help="Show no progress.")
def generate(
    voucher: str, program: str | None, count: int, out: Path, worth: str | None, quiet: bool
) -> None:
    """Make COUNT codes of single use of VOUCHER; the database keeps their keyed hashes only.

    Refused where somebody who tries without end would find more than one code in a hundred years.
    """
    with opened() as parts:
        name = chosen(program, known_programmes(parts))
        rulebook = parts.shelf.current(name)
        kind = issuable(parts.engine, rulebook, voucher)
        each = worth_of(kind, None if worth is None else _minor(worth, rulebook.program))
        live = live_codes(parts.storage, name)
        there = sum(live.get(it.id, 0) for it in rulebook.voucher_kinds.values() if it.alike(kind))
        keys = len(ApiKeys(parts.storage).list_keys(name))
        safety = guessing(kind, rulebook, there, count, keys)
        click.echo(arithmetic(safety), err=True)
        if not safety.safe:
            enough = safety.enough
            way = f"give the voucher characters: {enough}" if enough else FEWER
            raise Stopped(f"That is too many for so short a code: {way}.", FOUND)
        with new_file(out) as file, watching(quiet) as watch:
            watch.begin("Codes", count)
            make_codes(
                parts.storage, parts.engine.codes, rulebook.program, kind, count, file,
                parts.clock.now(), by="loyalty vouchers generate", worth=each,
                reached=watch.reached,
            )  # fmt: skip
    click.echo(f"{count:,} codes are in {out}", err=True)


@command.command()
@click.argument("code")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path),
    help="The picture's file, new; its ending .svg or .png says which form it has.",
)  # fmt: skip
@click.option(
    "--kind", type=click.Choice([it.value for it in Symbology]), default="qr", show_default=True
)
@click.option("--scale", type=click.IntRange(1, LARGEST), default=USUAL, show_default=True,
              help="Dots that the smallest square or bar is wide.")  # fmt: skip
@click.option("--content", type=click.Choice(["code", "gs1", "link"]), default="code",
              show_default=True,
              help="Of a GS1 number also its element string or its Digital Link.")  # fmt: skip
def image(code: str, out: Path, kind: str, scale: int, content: str) -> None:
    """Draw CODE for print: - reads it from the standard input, where no history keeps it.

    Any code or card number can be drawn; whether it can be used is not looked at.
    """
    text = sys.stdin.readline().strip() if code == "-" else code
    form = {".svg": Form.SVG, ".png": Form.PNG}.get(out.suffix.lower())
    if form is None:
        raise Stopped(f"{out} ends neither in .svg nor in .png.", FOUND)
    application = gs1.COUPON if gs1.is_coupon(text) else gs1.PERSON
    ways = {
        "code": text,
        "gs1": gs1.element(text, application),
        "link": gs1.link(text, application),
    }
    drawn = ways[content]
    if not drawn:
        raise Stopped("There is no such number of GS1's to draw.", FOUND)
    try:
        picture = draw(drawn, Symbology(kind), form, scale, gs1=content == "gs1")
    except Undrawable as fault:
        raise Stopped(f"Not drawn: {fault}.", FOUND) from fault
    with new_file(out) as file:
        file.buffer.write(picture.body)


def _minor(text: str, program: Program) -> int:
    """An amount in minor units of the programme's currency; raises `Stopped`."""
    try:
        amount = read_scaled(
            text, decimals_of(program.currency), f"an amount in {program.currency}"
        )
    except ValueError as fault:
        raise Stopped(f"--worth: {fault}.", FOUND) from fault
    if not amount:
        raise Stopped("--worth: must be more than 0.", FOUND)
    return amount
