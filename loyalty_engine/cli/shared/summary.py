"""What programmes come to, side by side: members, purchases, points, tiers, what rules gave."""

from collections.abc import Mapping, Sequence

from babel.numbers import format_currency
from rich.table import Table

from loyalty_engine.cli.shared.telling import table
from loyalty_engine.domain.currencies import decimals_of
from loyalty_engine.domain.program import Program
from loyalty_engine.imports.totals import RuleTotals, Totals

MOST_RULES = 8


def money(minor: int, program: Program) -> str:
    """An amount of minor units as people write it."""
    from decimal import Decimal

    amount = Decimal(minor).scaleb(-decimals_of(program.currency))
    return format_currency(amount, program.currency, locale="en")


def counted(sums: Mapping[str, tuple[Program, Totals]]) -> Table:
    """Members by tier, purchases and money, a column for each programme."""
    rows: list[tuple[object, ...]] = []

    def row(name: str, figures: Sequence[object]) -> None:
        rows.append((name, *figures))

    each = list(sums.values())
    row("members", [it.members for _, it in each])
    for name in dict.fromkeys(tier.name for program, _ in each for tier in program.tiers.tiers):
        known = [name in program.tiers.rank for program, _ in each]
        counts = [
            it.tiers[name] if there else None for (_, it), there in zip(each, known, strict=True)
        ]
        row(f"  {name}", counts)
    row("purchases", [it.purchases for _, it in each])
    row("  of guests", [it.of_guests for _, it in each])
    row("returns", [it.returns for _, it in each])
    row("paid", [money(it.paid, program) for program, it in each])
    row("refunded", [money(it.refunded, program) for program, it in each])
    return table(("", *(f">{program.title}" for program, _ in each)), rows)


def points(sums: Mapping[str, tuple[Program, Totals]]) -> Table:
    """What became of every kind of point, and what is owed of it in money."""
    rows = [
        (
            program.name, unit, it.issued + sum(it.brought.values()), it.taken_back, it.spent,
            it.expired + it.withdrawn, it.outstanding, money(it.liability, program),
        )
        for program, totals in sums.values()
        for unit, it in totals.units.items()
    ]  # fmt: skip
    columns = (
        "programme", "points", ">issued", ">taken back", ">spent", ">expired", ">outstanding",
        ">liability",
    )  # fmt: skip
    return table(columns, rows)


def top_rules(program: Program, totals: Totals) -> Table:
    """The rules that gave most often."""
    most = sorted(totals.rules.items(), key=lambda it: (-it[1].times, it[0]))[:MOST_RULES]
    rows = [
        (name, it.times, _points(it), money(it.discount, program) if it.discount else "")
        for name, it in most
    ]
    return table((f"rules of {program.name}", ">times", ">points", ">discount"), rows)


def _points(rule: RuleTotals) -> str:
    return ", ".join(f"{points:,} {unit}" for unit, points in sorted(rule.points.items()))
