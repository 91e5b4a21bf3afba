"""`loyalty points`: what ends when, and corrections of it."""

from datetime import datetime, timedelta
from typing import Any

import click
import msgspec

from loyalty_engine.bootstrap import Parts
from loyalty_engine.cli.shared.opening import CLIENT, chosen, opened, program_option
from loyalty_engine.cli.shared.telling import console, json_option, table, tell_json
from loyalty_engine.domain.local_time import start_of_day
from loyalty_engine.domain.requests import Extension, Reinstatement
from loyalty_engine.use_cases.calling import Answer, Caller
from loyalty_engine.use_cases.points.correct_expiry import extend_points, reinstate_points
from loyalty_engine.use_cases.points.show_expiring import show_expiring

DAY = click.DateTime(["%Y-%m-%d"])
ONE_DAY = timedelta(days=1)

unit_option = click.option("--unit", default="points", show_default=True, help="Which points.")
until_option = click.option(
    "--until", "last", type=DAY, help="The last day; without it, one full period from now."
)
reason_option = click.option("--reason", required=True, help="Why; kept with the entries.")
by_option = click.option("--by", required=True, help="Who answers for it.")


@click.group()
def command() -> None:
    """See which points end when; let them last longer, or give them back."""


@command.command()
@program_option
@click.argument("member")
@click.option("--months", default=12, show_default=True, help="How far ahead to look.")
@json_option
def expiring(program: str | None, member: str, months: int, as_json: bool) -> None:
    """Show which points of MEMBER end when."""
    with opened() as parts:
        told = _read(show_expiring(parts.engine, _caller(parts, program), member, months))
    if as_json:
        tell_json(told)
        return
    rows = [
        (unit, it["last_day"], it["points"]) for unit, its in told["units"].items() for it in its
    ]
    if rows:
        console().print(table(("unit", "last day", ">points"), rows))
    else:
        click.echo(f"Nothing of {member} ends in the next {months} months.")


@command.command()
@program_option
@click.argument("member")
@unit_option
@until_option
@click.option("--before", "before", type=DAY, help="Leave alone what can be spent after this day.")
@reason_option
@by_option
def extend(
    program: str | None,
    member: str,
    unit: str,
    last: datetime | None,
    before: datetime | None,
    reason: str,
    by: str,
) -> None:
    """Let points of MEMBER that end sooner last until a day."""
    with opened() as parts:
        asks = _caller(parts, program)
        asked = Extension(unit, reason, by, _end(parts, asks, last), _end(parts, asks, before))
        _tell(_read(extend_points(parts.engine, asks, member, asked)), "last")


@command.command()
@program_option
@click.argument("member")
@click.argument("points", type=click.IntRange(min=1))
@unit_option
@until_option
@reason_option
@by_option
def reinstate(
    program: str | None,
    member: str,
    points: int,
    unit: str,
    last: datetime | None,
    reason: str,
    by: str,
) -> None:
    """Give MEMBER so many expired POINTS back."""
    with opened() as parts:
        asks = _caller(parts, program)
        asked = Reinstatement(unit, points, reason, by, _end(parts, asks, last))
        _tell(_read(reinstate_points(parts.engine, asks, member, asked)), "are back and last")


def _caller(parts: Parts, program: str | None) -> Caller:
    return Caller(chosen(program, list(parts.shelf.programs())), CLIENT, parts.clock.now())


def _end(parts: Parts, asks: Caller, last: datetime | None) -> datetime | None:
    zone = parts.shelf.current(asks.program).program.zone
    return None if last is None else start_of_day(last.date() + ONE_DAY, zone)


def _read(answer: Answer) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.json.decode(answer.body)
    return told


def _tell(told: dict[str, Any], what: str) -> None:
    until = "for ever" if told["until"] is None else f"until {told['until']}"
    click.echo(f"{told['points']:,} {told['unit']} of {told['member']} {what} {until}.")
