"""`loyalty rules schema`: the JSON Schemas that editors complete and check rule files with."""

from pathlib import Path

import click

from loyalty_engine.cli.shared.checking import all_words, check_folder
from loyalty_engine.cli.shared.opening import chosen, program_option, rules_folder
from loyalty_engine.config import read_settings
from loyalty_engine.rule_files import programmes
from loyalty_engine.rulebook.schemas.values import Known, known_in
from loyalty_engine.scenarios.schema import all_schemas, as_text


@click.command("schema")
@program_option
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path),
    help="The folder to write to; by default schemas/ beside the programmes.",
)  # fmt: skip
def command(program: str | None, out: Path | None) -> None:
    """Write the schemas of rule, programme, tier and scenario files for editors.

    With --program they know that programme's tiers, units, lanes, attributes, touchpoints and
    languages, and are for its files alone. Words that plugins add are in them too.
    """
    settings = read_settings()
    root = rules_folder(settings)
    folder = root / "schemas" if out is None else out
    with all_words(settings) as words:
        known = Known()
        if program is not None:
            name = chosen(program, programmes(root))
            known = known_in(check_folder(root / name, words).rulebook.program)
        schemas = all_schemas(words, known)
    folder.mkdir(parents=True, exist_ok=True)
    for file, schema in schemas.items():
        (folder / file).write_text(as_text(schema), "utf-8")
        click.echo(folder / file)
