"""`loyalty tier`: give a tier by hand, or see what a plan of purchases would come to."""

from datetime import datetime, timedelta

import click
import msgspec

from loyalty_engine.cli.shared.opening import caller, chosen, opened, program_option
from loyalty_engine.cli.shared.telling import json_option, tell_json
from loyalty_engine.cli.shared.tier_plans import read_counts, read_month, tell_plan
from loyalty_engine.domain.local_time import months_later, start_of_day
from loyalty_engine.domain.tier_plan import simulate as run_plan
from loyalty_engine.domain.tiers import Grant, GrantMode
from loyalty_engine.use_cases.tiers.grant_tier import grant_tier

ONE_DAY = timedelta(days=1)
DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def command() -> None:
    """Give members a tier by hand, or see what a plan of purchases would come to."""


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


@command.command()
@program_option
@click.option("--joined", type=DAY, required=True, help="The day of joining.")
@click.option("--months", type=click.IntRange(1, 240), default=24, show_default=True)
@click.option(
    "--each-month", "usual", default="", metavar="COUNTS",
    help="What each month counts, such as spend=60.00,visits=2.",
)  # fmt: skip
@click.option(
    "--in",
    "others",
    multiple=True,
    metavar="MONTH:COUNTS",
    help="Other counts for a month, such as 2026-12:spend=500.00,visits=3; may be repeated.",
)
@json_option
def simulate(
    program: str | None,
    joined: datetime,
    months: int,
    usual: str,
    others: tuple[str, ...],
    as_json: bool,
) -> None:
    """See how somebody who buys so much month by month would climb and fall.

    By the rules in force; nothing is written.
    """
    with opened() as parts:
        name = chosen(program, list(parts.shelf.programs()))
        found = parts.shelf.current(name).program
    first = joined.date().replace(day=1)
    plan = {months_later(first, index): read_counts(found, usual) for index in range(months)}
    for text in others:
        month, counts = read_month(found, text)
        if month not in plan:
            raise click.UsageError(f"{month:%Y-%m} is not one of the {months} months of the plan")
        plan[month] = counts
    standings, told = run_plan(found.tiers, joined.date(), list(plan.values()), found.zone)
    if as_json:
        tell_json({"standings": standings, "months": told})
    else:
        tell_plan(found, standings, told)
