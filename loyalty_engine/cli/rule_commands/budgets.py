"""`loyalty rules budgets`: how much is left of what everybody shares."""

from typing import Any

import click

from loyalty_engine.cli.shared.opening import chosen, opened, program_option
from loyalty_engine.cli.shared.telling import console, json_option, table, tell_json
from loyalty_engine.domain.limits import Measure
from loyalty_engine.rulebook.telling.languages import language_of
from loyalty_engine.use_cases.calling import Caller
from loyalty_engine.use_cases.rules import show_budgets


@click.command("budgets")
@program_option
@click.option("--language", help="A language of the programme, such as fr.")
@json_option
def command(program: str | None, language: str | None, as_json: bool) -> None:
    """Show how much is used and left of each limit that everybody shares, the scarcest first.

    Those of rules in all and those of campaigns, each for the day, week, month or year of today.
    """
    with opened() as parts:
        name = chosen(program, list(parts.shelf.programs()))
        caller = Caller(name, "command line", parts.clock.now())
        told = show_budgets.budgets(parts.engine, caller, (language,) if language else ())
        spoken = language or parts.shelf.current(name).program.languages[0]
    if as_json:
        tell_json(told)
        return
    if not told["budgets"]:
        click.echo(f"{name}: nothing is limited for everybody together.")
        return
    rows = [
        (
            it.get("campaign", it.get("rule")), it["says"], it["period"],
            *(_amount(it, told["currency"], key, spoken) for key in ("used", "left")),
        )
        for it in told["budgets"]
    ]  # fmt: skip
    console().print(table(("of", "limit", "period", ">used", ">left"), rows))


def _amount(row: dict[str, Any], currency: str, key: str, language: str) -> object:
    if not Measure(row["measure"]).is_money:
        return row[key]
    return language_of(language).money(row[key], currency)
