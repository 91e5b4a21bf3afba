"""`loyalty rules`: check, list, test and publish what the rule files say."""

from collections.abc import Mapping
from pathlib import Path

import click

from loyalty_engine.cli.rule_commands import rule_commands
from loyalty_engine.cli.shared.checking import all_words, check_folder
from loyalty_engine.cli.shared.errors import FOUND
from loyalty_engine.cli.shared.opening import chosen, program_option, rules_folder
from loyalty_engine.cli.shared.outcomes import tell_outcomes
from loyalty_engine.cli.shared.telling import json_option, tell_json
from loyalty_engine.config import Settings, read_settings
from loyalty_engine.rule_files import programmes
from loyalty_engine.rulebook.telling.sentences import rule_sentence
from loyalty_engine.scenarios.run import Outcome, run_scenario, untouched
from loyalty_engine.scenarios.stage import open_storage


@click.group()
def command() -> None:
    """Check, list, test and publish the rules, and change what is in force."""


def _named(settings: Settings, program: str | None) -> list[str]:
    known = programmes(rules_folder(settings))
    return known if program is None else [chosen(program, known)]


@command.command("list")
@program_option
@click.option("--language", help="A language of the programme, such as fr.")
@json_option
def list_rules(program: str | None, language: str | None, as_json: bool) -> None:
    """Read every rule of the files aloud, lane by lane."""
    settings = read_settings()
    root = rules_folder(settings)
    name = chosen(program, programmes(root))
    with all_words(settings) as words:
        rulebook = check_folder(root / name, words).rulebook
    declared = rulebook.program
    told = [
        {
            "rule": rule.id,
            "lane": lane.name,
            "from": rule.start,
            "until": rule.end,
            "at": f"{root / name / rule.place.file}:{rule.place.line}",
            "says": rule_sentence(rule, language or declared.languages[0], declared),
        }
        for lane in declared.lanes
        for rule in rulebook.by_lane.get(lane.name, ())
    ]
    if as_json:
        tell_json(told)
        return
    for lane in declared.lanes:
        click.echo(f"{lane.name} ({lane.stacking})")
        for row in told:
            if row["lane"] == lane.name:
                click.echo(f"  {row['says']}{_dates(row)}\n      {row['at']}")


def _dates(row: Mapping[str, object]) -> str:
    first, last = row["from"], row["until"]
    if first is None and last is None:
        return ""
    return f" [{' '.join(str(it) for it in (first, '…', last) if it is not None)}]"


@command.command()
@program_option
@click.option("-k", "only", help="Only scenarios with this in their name or file.")
@click.option("--coverage", is_flag=True, help="Name the rules that no scenario touches.")
@json_option
def test(program: str | None, only: str | None, coverage: bool, as_json: bool) -> None:
    """Run the scenarios beside the rules over the real engine.

    What came out otherwise than expected is told step by step. The exit code is 1 when anything
    did, or, with --coverage, when a rule is touched by no scenario.
    """
    settings = read_settings()
    root = rules_folder(settings)
    ran: dict[Path, list[Outcome]] = {}
    without: dict[str, list[str]] = {}
    storage = open_storage()
    with all_words(settings) as words:
        for name in _named(settings, program):
            checked = check_folder(root / name, words)
            meant = [
                it
                for it in checked.scenarios
                if only is None or only in f"{it.name} {it.place.file}"
            ]
            outcomes = [run_scenario(checked.rulebook, it, storage) for it in meant]
            ran[root / name] = outcomes
            if coverage:
                without[name] = list(untouched(checked.rulebook, outcomes))
    storage.close()
    failed = tell_outcomes(ran, without, as_json=as_json)
    if failed or any(without.values()):
        raise click.exceptions.Exit(FOUND)


for it in rule_commands():
    command.add_command(it)
