"""Explanations for people: a table of rules, and what came near."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.markup import escape

from loyalty_engine.cli.shared.telling import console, table

_COLOURS = {"applied": "green", "capped": "yellow", "overshadowed": "yellow", "error": "red"}


def tell_reasons(told: Mapping[str, Any]) -> None:
    """Every rule with its status and why, then the near misses."""
    out = console()
    if told.get("same") is False:
        out.print("[bold red]Decided again, it does not come out as it is stored.[/]")
    shown = table(("rule", "status", "why"), ())
    for row in told["rules"]:
        status = row["status"]
        lines = list(_why(row))
        colour = _COLOURS.get(status, "default")
        shown.add_row(escape(row["rule"]), f"[{colour}]{status}[/]", escape("\n".join(lines)))
    out.print(shown)
    if told["nearest"]:
        out.print("\nnearest")
    for it in told["nearest"]:
        out.print(f"  {escape(it['rule'])}: {escape(it['says'])}", soft_wrap=True)


def _why(row: Mapping[str, Any]) -> Iterator[str]:
    if row["status"] == "not_live":
        yield f"from {row.get('from', 'always')} until {row.get('until', 'further notice')}"
    if "gives" in row:
        yield row["gives"]
    if "by" in row:
        yield f"stands behind {row['by']}"
    if limited := row.get("limited"):
        yield f"{limited.get('says', row['limit'])}{_left(limited)}"
    if failed := row.get("failed"):
        yield f"wanted: {failed['wanted']}"
        if "actual" in failed:
            yield f"actual: {failed['actual']}"
        yield f"at:     {failed['at']}"
    elif "missing" in row:
        yield row["missing"]
    would = row.get("would", {})
    if says := would.get("says"):
        yield says
    if limited := would.get("limited"):
        yield f"limited: {limited['says']}"
    yield from _conditions(row.get("conditions", ()), 0)


def _left(limited: Mapping[str, Any]) -> str:
    if "before" not in limited:
        return ""
    return f"; {limited['before']:,} were left, {limited['left']:,} are now"


def _conditions(judged: Sequence[Mapping[str, Any]], depth: int) -> Iterator[str]:
    for it in judged:
        mark = {True: "+", False: "-", None: "!"}[it["holds"]]
        actual = f" ({it['actual']})" if "actual" in it else ""
        yield f"{'  ' * depth}{mark} {it['says']}{actual}"
        yield from _conditions(it.get("parts", ()), depth + 1)
