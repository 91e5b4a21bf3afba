"""How findings are told: to people, to GitHub beside the lines they are about, to machines."""

import os
from collections.abc import Sequence

import click

from loyalty_engine.cli.shared.looking import Looked
from loyalty_engine.cli.shared.telling import tell_json
from loyalty_engine.rulebook.findings import Finding, Level

FORMATS = ("text", "github", "json")

_COLOURS = {Level.ERROR: "red", Level.WARNING: "yellow", Level.NOTE: "blue"}
_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


def tell_text(looked: Sequence[Looked]) -> None:
    """A line for each finding, as `file:line:column: level: what`, and one for each programme."""
    for each in looked:
        for it in each.findings:
            place = f"{each.folder / it.place.file}:{it.place.line}:{it.place.column}"
            level = click.style(it.level, fg=_COLOURS[it.level])
            click.echo(f"{place}: {level}: {it.text}{_question(it)}  [{it.check}]")
    for each in looked:
        click.echo(f"{each.folder.name}: {_summary(each)}")


def _summary(looked: Looked) -> str:
    counts = [
        f"{count} {level}{'s' * (count != 1)}" for level in Level if (count := looked.count(level))
    ]
    found = ", ".join(counts) or "no fault"
    if looked.rulebook is None:
        return found
    counted = f"{len(looked.rulebook.rules)} rules, {looked.scenarios} scenarios"
    return f"{counted}, {looked.rulebook.hash[:19]}: {found}"


def tell_github(looked: Sequence[Looked]) -> None:
    """Workflow commands that GitHub shows beside the lines; files from where the command runs."""
    for each in looked:
        for it in each.findings:
            file = os.path.relpath(each.folder / it.place.file)
            click.echo(
                f"::{_COMMANDS[it.level]} file={_property(file)},line={it.place.line},"
                f"col={it.place.column},title={_property(it.check)}"
                f"::{_data(it.text + _question(it))}"
            )


def tell_as_json(looked: Sequence[Looked]) -> None:
    """All of it as one object."""
    tell_json(
        {
            "programmes": [
                {
                    "folder": str(each.folder),
                    "rulebook": each.rulebook and each.rulebook.hash,
                    "rules": each.rulebook and len(each.rulebook.rules),
                    "scenarios": each.scenarios,
                }
                for each in looked
            ],
            "findings": [
                {
                    "level": it.level,
                    "check": it.check,
                    "file": str(each.folder / it.place.file),
                    "line": it.place.line,
                    "column": it.place.column,
                    "text": it.text,
                    "suggestion": it.suggestion,
                }
                for each in looked
                for it in each.findings
            ],
        }
    )


def _question(finding: Finding) -> str:
    return "" if finding.suggestion is None else f". Did you mean '{finding.suggestion}'?"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
