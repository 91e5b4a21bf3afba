"""A replay's outcome as tables for people, and as plain values for machines."""

from collections.abc import Iterable
from typing import Any

from msgspec import to_builtins
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from loyalty_engine.imports.account import Account, Tally, in_major
from loyalty_engine.imports.job import Outcome
from loyalty_engine.imports.totals import RuleTotals, UnitTotals

MOST_RULES = 10
MOST_FINDINGS = 20


def tables(outcome: Outcome) -> RenderableType:
    """All there is to say, the most important last."""
    return Group(
        _lines(outcome),
        _programme(outcome),
        *(_points(outcome, unit, sums) for unit, sums in outcome.totals.units.items()),
        _rules(outcome),
        *_proof(outcome),
    )


def as_json(outcome: Outcome) -> dict[str, Any]:
    """The same as values; money in minor units."""
    account = outcome.account
    return {
        "program": outcome.program.name,
        "currency": outcome.program.currency,
        "well": outcome.well,
        "lines": {
            "read": to_builtins(account.read),
            "recorded": to_builtins(account.recorded),
            "returned": to_builtins(account.returned),
            "left_out": {
                reason: to_builtins(it) for reason, it in sorted(account.left_out.items())
            },
            "tie": account.ties,
        },
        "run": to_builtins(outcome.counts),
        "totals": to_builtins(outcome.totals),
        "source_points": {unit: to_builtins(it) for unit, it in outcome.agreement.items()},
        "verified": {"clean": outcome.proof.clean, "findings": outcome.proof.findings},
    }


def whole(number: int) -> str:
    """A number with its thousands apart."""
    return f"{number:,}"


def _table(title: str, *columns: str) -> Table:
    table = Table(
        title=f"\n{title}",
        title_justify="left",
        title_style="bold",
        box=None,
        pad_edge=False,
        padding=(0, 2, 0, 0),
        show_header=any(columns),
    )
    for index, column in enumerate(columns):
        table.add_column(column, justify="right" if index else "left", overflow="fold")
    return table


def _money(outcome: Outcome, minor: int) -> str:
    major = in_major(abs(minor), outcome.account.decimals)
    head, point, tail = major.partition(".")
    return f"{'-' if minor < 0 else ''}{int(head):,}{point}{tail}"


def _lines(outcome: Outcome) -> Table:
    account = outcome.account
    table = _table("Every line of the file", "", "lines", "parts", f"value {_currency(outcome)}")

    def row(name: str, tally: Tally, style: str = "") -> None:
        parts = whole(tally.parts) if tally.parts else ""
        money = _money(outcome, tally.value)
        table.add_row(name, whole(tally.lines), parts, money, style=style)

    row("read", account.read)
    row("recorded as bought", account.recorded)
    row("recorded as come back", account.returned)
    for reason, tally in _by_size(account):
        row(f"left out: {reason}", tally)
    row("accounted for", account.accounted, "bold" if account.ties else "bold red")
    return table


def _by_size(account: Account) -> Iterable[tuple[str, Tally]]:
    return sorted(account.left_out.items(), key=lambda it: (-abs(it[1].value), it[0]))


def _programme(outcome: Outcome) -> Table:
    totals, counts = outcome.totals, outcome.counts
    table = _table(f"Programme {outcome.program.name}", "", "")
    table.add_row("members", whole(totals.members))
    for name in _tiers(outcome):
        table.add_row(f"  in tier {name or '(none)'}", whole(totals.tiers[name]))
    table.add_row("purchases", whole(totals.purchases))
    table.add_row("  without a member's name", whole(totals.of_guests))
    table.add_row("returns", whole(totals.returns))
    table.add_row(f"paid {_currency(outcome)}", _money(outcome, totals.paid))
    table.add_row(f"refunded {_currency(outcome)}", _money(outcome, totals.refunded))
    table.add_row("recorded before this run", whole(counts.there_already))
    if counts.refused:
        table.add_row("refused by the engine", whole(counts.refused), style="yellow")
    return table


def _tiers(outcome: Outcome) -> list[str]:
    order = [tier.name for tier in outcome.program.tiers.tiers]
    return [name for name in (*order, "") if outcome.totals.tiers.get(name)]


def _points(outcome: Outcome, unit: str, sums: UnitTotals) -> Table:
    table = _table(f"Points: {unit}", "", "")
    table.add_row("issued", whole(sums.issued))
    for reason, points in sorted(sums.brought.items()):
        table.add_row(reason, whole(points))
    table.add_row("taken back", whole(-sums.taken_back))
    table.add_row("spent", whole(-sums.spent))
    table.add_row("expired", whole(-sums.expired))
    if sums.withdrawn:
        table.add_row("withdrawn by hand", whole(-sums.withdrawn))
    table.add_row("outstanding", whole(sums.outstanding), style="bold")
    if sums.debt:
        table.add_row("owed by members", whole(sums.debt))
    table.add_row(f"liability {_currency(outcome)}", _money(outcome, sums.liability), style="bold")
    if it := outcome.agreement.get(unit):
        table.add_row("the source gave", whole(it.received))
        table.add_row("the rules gave", whole(it.granted))
        share = it.equal / it.receipts if it.receipts else 0
        table.add_row("receipts with the same points", f"{whole(it.equal)} ({share:.1%})")
    return table


def _rules(outcome: Outcome) -> Table:
    rules = outcome.totals.rules
    units = list(outcome.totals.units)
    table = _table("What rules gave", "rule", "times", *units, f"discount {_currency(outcome)}")
    for name in _most(rules, units):
        it = rules[name]
        points = [whole(it.points[unit]) if it.points[unit] else "" for unit in units]
        discount = _money(outcome, it.discount) if it.discount else ""
        table.add_row(name, whole(it.times), *points, discount)
    return table


def _most(rules: dict[str, RuleTotals], units: list[str]) -> list[str]:
    """Those that gave most, by points and by discount."""
    by_points = sorted(rules, key=lambda it: (-sum(rules[it].points[u] for u in units), it))
    by_discount = sorted(rules, key=lambda it: (-rules[it].discount, it))
    most = {it for it in by_points[:MOST_RULES] if any(rules[it].points.values())}
    most |= {it for it in by_discount[:MOST_RULES] if rules[it].discount}
    return [it for it in by_points if it in most]


def _proof(outcome: Outcome) -> list[Text]:
    account, proof = outcome.account, outcome.proof
    if account.ties:
        said = [Text("Every line is accounted for, and its value: the sums tie out.", "green")]
    else:
        said = [Text("Lines or value are not accounted for: see the first table.", "bold red")]
    for unit, sums in outcome.totals.units.items():
        if not sums.ties:
            said.append(Text(f"The sums of {unit} do not add up.", "bold red"))
    if proof.clean:
        checked = ", ".join(f"{whole(count)} {name}" for name, count in proof.counts.items())
        said.append(Text(f"Verified: {checked}. Nothing is wrong.", "green"))
    else:
        said.append(Text(f"{len(proof.findings)} findings:", "bold red"))
        said += [
            Text(f"{it.check}: {it.where}: {it.detail}", "red")
            for it in proof.findings[:MOST_FINDINGS]
        ]
    return said


def _currency(outcome: Outcome) -> str:
    return outcome.program.currency
