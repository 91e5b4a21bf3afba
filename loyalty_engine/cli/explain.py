"""`loyalty explain`: why each rule did or did not apply, or would or would not."""

from pathlib import Path
from typing import Any

import click
import msgspec

from loyalty_engine.api.errors import Refused
from loyalty_engine.api.reading import Body
from loyalty_engine.api.schemas.suppositions import SuppositionBody
from loyalty_engine.cli.shared.checking import all_words, check_folder
from loyalty_engine.cli.shared.errors import FOUND, Stopped
from loyalty_engine.cli.shared.looking import folders_in
from loyalty_engine.cli.shared.opening import caller, chosen, opened, program_option, rules_folder
from loyalty_engine.cli.shared.telling import tell_json
from loyalty_engine.cli.shared.why import tell_reasons
from loyalty_engine.config import read_settings
from loyalty_engine.domain.requests import Supposition
from loyalty_engine.use_cases.explanations.explain_purchase import explain_purchase
from loyalty_engine.use_cases.explanations.explain_supposed import explain_alone
from loyalty_engine.use_cases.explanations.explaining import refuse_unspoken

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("purchase", required=False)
@program_option
@click.option(
    "--purchase", "file", type=_FILE,
    help="A JSON file with a purchase that nobody makes, as POST /v1/rules/explain takes it.",
)  # fmt: skip
@click.option(
    "--rules", "folder", type=_FOLDER,
    help="With --purchase: the folder of rules to ask; by default the one in the rules folder.",
)  # fmt: skip
@click.option("--rule", help="Only this rule, with all its conditions.")
@click.option("--language", help="Such as en or fr; by default the member's.")
@click.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True
)
def command(
    purchase: str | None,
    program: str | None,
    file: Path | None,
    folder: Path | None,
    rule: str | None,
    language: str | None,
    form: str,
) -> None:
    """Explain why each rule did or did not apply to PURCHASE, and what came near.

    PURCHASE is the id of a recorded purchase. With --purchase one is made up instead and asked of
    the files in a folder, without any database: nothing of any limit is used then, no code is
    known, and whoever is named is a new member, but for what the file supposes.
    """
    if (purchase is None) == (file is None):
        raise click.UsageError("Name a PURCHASE that is recorded, or a file with --purchase.")
    if file is not None:
        told = _supposed(file, folder, program, rule, language)
    else:
        told = _recorded(purchase or "", program, rule, language)
    if form == "json":
        tell_json(told)
    else:
        tell_reasons(told)


def _recorded(
    purchase: str, program: str | None, rule: str | None, language: str | None
) -> dict[str, Any]:
    with opened() as parts:
        name = chosen(program, list(parts.shelf.programs()))
        refuse_unspoken(parts.shelf.current(name).program, language)
        asks = caller(parts, name)
        answer = explain_purchase(
            parts.engine, asks, purchase, [language] if language else [], rule
        )
    told: dict[str, Any] = msgspec.json.decode(answer.body)
    return told


def _supposed(
    file: Path, folder: Path | None, program: str | None, rule: str | None, language: str | None
) -> dict[str, Any]:
    asked = _read(file)
    settings = read_settings()
    folders = {it.resolve().name: it for it in folders_in(folder or rules_folder(settings))}
    name = chosen(program, sorted(folders))
    with all_words(settings) as words:
        rulebook = check_folder(folders[name], words).rulebook
        refuse_unspoken(rulebook.program, language)
        return explain_alone(rulebook, asked, [language] if language else [], rule)


def _read(file: Path) -> Supposition:
    """The purchase in a file. Raises `Stopped` with everything that is wrong with it."""
    try:
        asked: Supposition = Body(SuppositionBody(), example={}).load(file.read_bytes())
    except Refused as refused:
        lines = [f"  {it.pointer or '/'}: {it.detail}" for it in refused.faults]
        raise Stopped("\n".join([f"{file}: {refused.detail}", *lines]), FOUND) from None
    return asked
