"""`loyalty tier`: give a tier by hand."""

from datetime import datetime, timedelta

import click
import msgspec

from loyalty_engine.cli.shared.opening import caller, chosen, opened, program_option
from loyalty_engine.domain.local_time import start_of_day
from loyalty_engine.domain.tiers import Grant, GrantMode
from loyalty_engine.use_cases.grant_tier import grant_tier

ONE_DAY = timedelta(days=1)
DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def command() -> None:
    """Give members a tier by hand."""


@command.command()
@program_option
@click.argument("member")
@click.argument("tier")
@click.option("--from", "first", type=DAY, help="The first day, in the programme's zone.")
@click.option("--until", "last", type=DAY, help="The last day; without it, for good.")
@click.option(
    "--mode", type=click.Choice([str(mode) for mode in GrantMode]),
    help="What it does beside the tier that is earned; the programme's choice where left out.",
)  # fmt: skip
@click.option("--reason", required=True, help="Why; kept with the grant.")
@click.option("--by", required=True, help="Who answers for it.")
def grant(
    program: str | None,
    member: str,
    tier: str,
    first: datetime | None,
    last: datetime | None,
    mode: str | None,
    reason: str,
    by: str,
) -> None:
    """Put MEMBER into TIER, from now or a day on."""
    with opened() as parts:
        name = chosen(program, list(parts.shelf.programs()))
        declared = parts.shelf.current(name).program
        zone, usual = declared.zone, declared.switches.hand_given_tiers
        start = start_of_day(first.date(), zone) if first else parts.clock.now()
        end = start_of_day(last.date() + ONE_DAY, zone) if last else None
        answer = grant_tier(
            parts.engine, caller(parts, name), member,
            Grant(tier, start, end, GrantMode(mode) if mode else usual), reason, by,
        )  # fmt: skip
    click.echo(f"{member} stands in {msgspec.json.decode(answer.body)['tier']} now.")
