"""Run the benchmarks and report them: `python -m benchmarks [--only NAME]`."""

import argparse
import importlib
import json
import pkgutil
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

import benchmarks

REPORT = Path("build/bench.json")
PREFIX = "bench_"


def names() -> list[str]:
    """Every module `bench_<name>` beside this file; each gives rows by `run()`."""
    found = (module.name for module in pkgutil.iter_modules(benchmarks.__path__))
    return sorted(name.removeprefix(PREFIX) for name in found if name.startswith(PREFIX))


def main() -> int:
    """Print a table, write `build/bench.json`; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", choices=names(), help="measure one")
    chosen = parser.parse_args().only
    console = Console()
    rows: list[dict[str, Any]] = []
    for name in [chosen] if chosen else names():
        console.print(f"[bold]{name}[/bold] ...")
        rows.extend(importlib.import_module(f"benchmarks.{PREFIX}{name}").run())
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps(_merged(rows), indent=1) + "\n")
    console.print(_table(rows))
    missed = [row["name"] for row in rows if row["met"] is False]
    if missed:
        console.print(f"[red]missed: {', '.join(missed)}[/red]")
    return 1 if missed else 0


def _merged(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The report with these rows in the place of older ones of the same name."""
    there = json.loads(REPORT.read_text()) if REPORT.exists() else []
    new = {row["name"] for row in rows}
    return [row for row in there if row["name"] not in new] + rows


def _table(rows: list[dict[str, Any]]) -> Table:
    table = Table("figure", "value", "unit", "limit", "ratio", "goal", "met")
    for row in rows:
        cells = [row["name"], *(_text(row[key]) for key in ("value",)), row["unit"]]
        cells += [_text(row[key]) for key in ("limit", "ratio", "goal")]
        met = {True: "[green]yes[/green]", False: "[red]no[/red]", None: ""}[row["met"]]
        table.add_row(*cells, met)
    return table


def _text(figure: float | None) -> str:
    return "" if figure is None else f"{figure:,.3f}".rstrip("0").rstrip(".")


if __name__ == "__main__":
    sys.exit(main())
