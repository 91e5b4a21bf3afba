"""`loyalty rules new`: a rule file to begin with."""

import os
from pathlib import Path

import click

from loyalty_engine.cli.shared.checking import all_words, check_folder
from loyalty_engine.cli.shared.errors import FOUND, Stopped
from loyalty_engine.cli.shared.opening import chosen, program_option, rules_folder
from loyalty_engine.config import read_settings
from loyalty_engine.domain.program import Program
from loyalty_engine.rule_files import programmes
from loyalty_engine.rulebook.parsing.plain_values import Misread, read_name
from loyalty_engine.scenarios.schema import RULE


@click.command("new")
@click.argument("name")
@program_option
@click.option("--lane", help="The lane it works in; by default the programme's last.")
@click.option("--folder", default=".", show_default=True, help="Where in the programme's folder.")
def command(name: str, program: str | None, lane: str | None, folder: str) -> None:
    """Write a rule file called NAME to begin with; it gives nothing before its dates are set."""
    settings = read_settings()
    root = rules_folder(settings)
    where = root / chosen(program, programmes(root))
    try:
        read_name(name)
    except Misread as misread:
        question = f" Did you mean '{misread.suggestion}'?" if misread.suggestion else ""
        raise click.UsageError(f"{misread.text}.{question}") from None
    with all_words(settings) as words:
        rulebook = check_folder(where, words).rulebook
    lanes = [it.name for it in rulebook.program.lanes]
    if lane is not None and lane not in lanes:
        raise click.UsageError(f"There is no lane '{lane}'; there are: {', '.join(lanes)}")
    file = where / folder / f"{name}.yaml"
    if not file.resolve().is_relative_to(where.resolve()):
        raise click.UsageError(f"{folder} lies outside of the programme's folder.")
    if name in rulebook.by_id or file.exists():
        raise Stopped(f"There is a rule '{name}' already.", FOUND)
    file.parent.mkdir(parents=True, exist_ok=True)
    schema = os.path.relpath(root / "schemas" / RULE, file.parent)
    file.write_text(_text(name, lane or lanes[-1], rulebook.program, schema), "utf-8")
    click.echo(_shown(file))


def _text(name: str, lane: str, program: Program, schema: str) -> str:
    title = name.replace("-", " ").replace("_", " ").capitalize()
    titles = "".join(f"  {language}: {title}\n" for language in program.languages)
    unit = next(iter(program.units))
    return (
        "# What does this rule do for the business?\n"
        f"# yaml-language-server: $schema={schema}\n"
        f"rule: {name}\ntitle:\n{titles}lane: {lane}\n"
        "# It works on these days, the last one included.\n"
        "from: 2000-01-01\nuntil: 2000-01-01\n"
        "when:\n  - is_member\n"
        f"then:\n  - earn_points: {{points: 1, unit: {unit}}}\n"
    )


def _shown(file: Path) -> str:
    return os.path.relpath(file)
