"""`loyalty surveys`: what members have answered to the surveys of a programme."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import click
import msgspec

from loyalty_engine.cli.shared.opening import caller, chosen, opened, program_option
from loyalty_engine.cli.shared.telling import console, json_option, table, tell_json
from loyalty_engine.domain.program import Program
from loyalty_engine.use_cases.happenings.survey_results import show_survey_results

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@program_option
@click.argument("survey", required=False)
@click.option("--from", "since", type=DAY, help="The first day, in the programme's zone.")
@click.option("--until", type=DAY, help="The last day.")
@click.option("--by", help="Tell apart by `tier`, or by an attribute of members.")
@json_option
def command(
    program: str | None,
    survey: str | None,
    since: datetime | None,
    until: datetime | None,
    by: str | None,
    as_json: bool,
) -> None:
    """Show the results of SURVEY, or of all surveys, by month and segment.

    The mean of each factor, and how many answers it is made of where that is not all of them.
    """
    with opened() as parts:
        name = chosen(program, list(parts.shelf.programs()))
        declared = parts.shelf.current(name).program
        surveys = [survey] if survey is not None else surveys_of(declared)
        answers = [
            show_survey_results(
                parts.engine, caller(parts, name), each, _day(since), _day(until), by
            )
            for each in surveys
        ]
    told = [msgspec.json.decode(it.body) for it in answers]
    if as_json:
        tell_json(told)
        return
    if not told:
        click.echo(f"Programme {name} declares no survey: an event of which a value has a factor.")
    for results in told:
        console().print(_table(results))


def surveys_of(program: Program) -> list[str]:
    """The kinds of event that measure something, by name."""
    return sorted(name for name, kind in program.events.items() if kind.factors)


def _day(at: datetime | None) -> date | None:
    return None if at is None else at.date()


def _table(results: Mapping[str, Any]) -> Any:
    by, factors = results["by"], results["factors"]
    heads = ("month", *((by,) if by else ()), ">answers", *(f">{it}" for it in factors))
    rows = [_row(it["month"], it["segment"], by, it, factors) for it in results["rows"]]
    rows.append(_row("all", "", by, results["total"], factors))
    title = f"{results['title']} ({results['survey']})"
    return table(heads, rows, title)


def _row(
    month: str, segment: str | None, by: str | None, cell: Mapping[str, Any], factors: Sequence[str]
) -> tuple[Any, ...]:
    told = "unknown" if segment is None else segment
    return (month, *((told,) if by else ()), cell["answers"], *_means(cell, factors))


def _means(cell: Mapping[str, Any], factors: Sequence[str]) -> Iterator[str]:
    """The means, with the number of answers where some left the factor out."""
    for name in factors:
        found = cell["factors"].get(name)
        if found is None:
            yield ""
        elif found["answers"] == cell["answers"]:
            yield found["mean"]
        else:
            yield f"{found['mean']} of {found['answers']}"
