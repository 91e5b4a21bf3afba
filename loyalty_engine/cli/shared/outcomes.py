"""How the outcomes of scenarios are told."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.markup import escape

from loyalty_engine.cli.shared.telling import console, table, tell_json
from loyalty_engine.scenarios.run import Failure, Outcome


def tell_outcomes(
    ran: Mapping[Path, Sequence[Outcome]], without: Mapping[str, Sequence[str]], *, as_json: bool
) -> bool:
    """Tell what failed, how much there was, and which rules nothing tried; whether any failed."""
    outcomes = [(folder, it) for folder, each in ran.items() for it in each]
    failed = [(folder, it) for folder, it in outcomes if not it.passed]
    if as_json:
        tell_json(
            {
                "scenarios": [_row(folder, it) for folder, it in outcomes],
                "untouched": {name: list(rules) for name, rules in without.items()},
            }
        )
        return bool(failed)
    out = console()
    for folder, outcome in failed:
        scenario = outcome.scenario
        out.print(f"[bold red]{escape(scenario.name)}[/]  {folder / scenario.place.file}")
        rows = [
            (_step(it), it.difference.what, *_values(it), _place(it)) for it in outcome.failures
        ]
        out.print(table(("step", "figure", "expected", "actual", "line"), rows))
    for folder, each in ran.items():
        good = sum(it.passed for it in each)
        colour = "green" if good == len(each) else "red"
        out.print(f"[{colour}]{folder.name}: {good} of {len(each)} scenarios come true[/]")
    for name, rules in without.items():
        if rules:
            out.print(f"[red]{name}: no scenario touches {', '.join(rules)}[/]")
        else:
            out.print(f"[green]{name}: every rule is touched by a scenario[/]")
    return bool(failed)


def _step(failure: Failure) -> str:
    return f"{failure.step}. {failure.act}" if failure.step else failure.act


def _values(failure: Failure) -> tuple[str, str]:
    return failure.difference.expected, failure.difference.actual


def _place(failure: Failure) -> str:
    return str(failure.difference.place.line)


def _row(folder: Path, outcome: Outcome) -> dict[str, Any]:
    return {
        "scenario": outcome.scenario.name,
        "file": str(folder / outcome.scenario.place.file),
        "passed": outcome.passed,
        "touched": sorted(outcome.touched),
        "failures": [
            {
                "step": it.step,
                "act": it.act,
                "line": it.difference.place.line,
                "figure": it.difference.what,
                "expected": it.difference.expected,
                "actual": it.difference.actual,
            }
            for it in outcome.failures
        ],
    }
