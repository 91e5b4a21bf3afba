"""`loyalty verify`: the books prove themselves."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from loyalty_engine.bootstrap import Parts
from loyalty_engine.cli.shared.errors import FOUND
from loyalty_engine.cli.shared.opening import chosen, opened, program_option
from loyalty_engine.cli.shared.telling import console, json_option, table, tell_json
from loyalty_engine.storage.sql.decisions import stored_cases
from loyalty_engine.storage.sql.integrity import Finding, Report, verify
from loyalty_engine.use_cases.deciding import codec
from loyalty_engine.use_cases.explanations.explain_purchase import decide_again
from loyalty_engine.use_cases.points.begin_expiry import units_with_moved_ends

MOST = 1000
VALUE = ("issued", "used", "expired", "outstanding")
SUMS = ("issued", "adjusted", "redeemed", "expired", "clawed", "outstanding")


@click.command()
@program_option
@click.option("--decisions", is_flag=True, help="Decide every stored purchase once more, too.")
@json_option
def command(program: str | None, decisions: bool, as_json: bool) -> None:
    """Prove the books: entries, lots, balances, limits, tiers and purchases agree.

    Reads everything by plain SQL and changes nothing. The exit code is 1 when there is a finding;
    each says which promise is broken and where. With --decisions every purchase is decided again
    on what is stored and compared byte by byte.
    """
    with opened() as parts:
        known = list(parts.shelf.programs())
        names = known if program is None else [chosen(program, known)]
        reports = [prove(parts, name, decisions=decisions, quiet=as_json) for name in names]
    if as_json:
        tell_json([_as_json(report) for report in reports])
    else:
        for report in reports:
            tell_report(report)
    if not all(report.clean for report in reports):
        raise click.exceptions.Exit(FOUND)


def prove(parts: Parts, program: str, *, decisions: bool = False, quiet: bool = False) -> Report:
    """The report of one programme, with decisions among its findings where that is asked for."""
    with _progress(quiet) as tell:
        report = verify(
            parts.storage, program, lambda done: tell(f"{program}: {done:,} accounts and members"),
            moving=units_with_moved_ends(parts.engine, program),
        )  # fmt: skip
        if not decisions:
            return report
        count = 0
        found: list[Finding] = []
        for count, finding in enumerate(_other_decisions(parts, program), 1):
            if finding is not None and len(found) < MOST:
                found.append(finding)
            if count % 100 == 0:
                tell(f"{program}: {count:,} decisions")
    counts = {**report.counts, "decisions": count}
    return replace(report, counts=counts, findings=(*report.findings, *found))


def _other_decisions(parts: Parts, program: str) -> Iterator[Finding | None]:
    """For every revision of every purchase: what is wrong when it is decided again, or None."""
    for case in stored_cases(parts.storage, program):
        rulebook = parts.shelf.by_hash(program, case.rulebook)
        facts = codec.facts_of(rulebook.program, case.body, case.facts)
        _, same = decide_again(rulebook, facts, case.decision)
        where = f"purchase {case.purchase}, revision {case.revision}"
        detail = f"decided again under {case.rulebook} it comes out otherwise"
        yield None if same else Finding("same_decision", where, detail)


def tell_report(report: Report) -> None:
    """The report as tables."""
    out = console()
    counted = ", ".join(f"{count:,} {what}" for what, count in report.counts.items())
    state = "[green]clean[/]" if report.clean else f"[red]{len(report.findings)} findings[/]"
    out.print(f"[bold]{report.program}[/]: {state}. Looked at {counted}.")
    if report.totals:
        rows = [(unit, *(getattr(it, s) for s in SUMS)) for unit, it in report.totals.items()]
        out.print(table(("unit", *(f">{name}" for name in SUMS)), rows))
    if report.stored_value:
        value = [
            (it, *(getattr(sums, s) for s in VALUE)) for it, sums in report.stored_value.items()
        ]
        out.print(table(("stored value", *(f">{name}" for name in VALUE)), value))
    if report.findings:
        found = [(it.check, it.where, it.detail) for it in report.findings]
        out.print(table(("broken promise", "where", "how"), found))


def _as_json(report: Report) -> dict[str, Any]:
    return {
        "program": report.program,
        "clean": report.clean,
        "counts": report.counts,
        "findings": report.findings,
        "totals": report.totals,
        "stored_value": report.stored_value,
    }


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[str], object]]:
    """Something that tells how far it is, on standard error; nothing in a pipe."""
    terminal = Console(stderr=True)
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), console=terminal, transient=True,
        disable=quiet or not terminal.is_terminal,
    ) as progress:  # fmt: skip
        task = progress.add_task("")
        yield lambda text: progress.update(task, description=text)
