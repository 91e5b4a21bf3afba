"""Plans of purchases, as they are written on the command line and told as tables."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

import click

from loyalty_engine.cli.shared.telling import console, table
from loyalty_engine.domain.currencies import decimals_of
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.tier_plan import PlannedMonth
from loyalty_engine.domain.tiers import SPEND, TENURE, VISITS, Standing
from loyalty_engine.rulebook.parsing.plain_values import Misread, read_integer, read_scaled


def read_counts(program: Program, text: str) -> dict[str, int]:
    """`spend=60.00,visits=2`: by measure, spend in minor units. Raises `UsageError`."""
    known = (SPEND, VISITS, *program.units)
    counts: dict[str, int] = {}
    for part in filter(None, (it.strip() for it in text.split(","))):
        measure, _, amount = (it.strip() for it in part.partition("="))
        if measure not in known:
            raise click.UsageError(f"'{measure}' is none of {', '.join(known)}")
        try:
            places = decimals_of(program.currency) if measure == SPEND else None
            counts[measure] = (
                read_integer(amount) if places is None else read_scaled(amount, places, "an amount")
            )
        except Misread as fault:
            raise click.UsageError(f"{part}: {fault}") from None
        if counts[measure] < 0:
            raise click.UsageError(f"{part}: an amount is not below zero")
    return counts


def read_month(program: Program, text: str) -> tuple[date, dict[str, int]]:
    """`2026-12:spend=500.00`: a month by its first day, and what it counts."""
    month, _, counts = text.partition(":")
    try:
        first = datetime.strptime(month.strip(), "%Y-%m").date()  # noqa: DTZ007 - a month only
    except ValueError:
        raise click.UsageError(f"'{month}' is not a month such as 2026-12") from None
    return first, read_counts(program, counts)


def tell_plan(
    program: Program, standings: Sequence[Standing], months: Sequence[PlannedMonth]
) -> None:
    """The months with what they count and the tier at their end, then the standings."""
    measures = [it for it in (SPEND, VISITS, *program.units) if it in _counted(months)]
    rows = [
        (f"{it.first:%Y-%m}", *(_amount(program, name, it.counts) for name in measures), it.tier)
        for it in months
    ]
    out = console()
    out.print(table(("month", *(f">{it}" for it in measures), "tier at its end"), rows))
    stays = [
        (
            f"{it.since.astimezone(program.zone):%Y-%m-%d}", it.tier, str(it.why),
            "" if it.until is None else f"{it.until.astimezone(program.zone):%Y-%m-%d}",
        )
        for it in standings
    ]  # fmt: skip
    out.print(table(("since", "tier", "why", "at least until"), stays))


def _counted(months: Sequence[PlannedMonth]) -> set[str]:
    return {measure for it in months for measure in it.counts} - {TENURE}


def _amount(program: Program, measure: str, counts: Mapping[str, int]) -> str:
    amount = counts.get(measure, 0)
    places = decimals_of(program.currency) if measure == SPEND else 0
    return f"{Decimal(amount).scaleb(-places):,}"
