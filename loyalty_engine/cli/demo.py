"""`loyalty demo`: the service with a shop day played through it, to look at and to try."""

import signal
from collections.abc import Mapping
from datetime import date, datetime, timedelta

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from loyalty_engine.bootstrap import Parts
from loyalty_engine.cli.keys import make_key
from loyalty_engine.cli.sample_day.fashion import fashion_day
from loyalty_engine.cli.sample_day.grocer import grocer_day
from loyalty_engine.cli.sample_day.plan import Day
from loyalty_engine.cli.sample_day.playing import Played, Player
from loyalty_engine.cli.sample_day.service import free_address, running_service
from loyalty_engine.cli.shared.errors import CANNOT_START, FOUND, Stopped
from loyalty_engine.cli.shared.opening import is_embedded, opened
from loyalty_engine.cli.shared.summary import counted, points, top_rules
from loyalty_engine.cli.shared.telling import console
from loyalty_engine.cli.verify import prove, tell_report
from loyalty_engine.config import read_settings
from loyalty_engine.imports.totals import totals_of
from loyalty_engine.storage.sql.keys import ApiKeys

LABEL = "demo"


@click.command()
@click.option("--once", is_flag=True, help="End after the summary instead of serving on.")
@click.option(
    "--day", type=click.DateTime(["%Y-%m-%d"]), help="The day to play; yesterday if left out."
)
def command(once: bool, day: datetime | None) -> None:
    """Serve the API and play a shop day of both programmes through it.

    Everything lies in the embedded database under LOYALTY_HOME; nothing else has to run. A day is
    always the same, so playing it again records nothing twice; tomorrow brings another one. Goes on
    serving until Ctrl-C.
    """
    settings = read_settings()
    if not is_embedded(settings):
        raise Stopped(
            "The demo plays made-up purchases and does so on SQLite only: "
            "unset LOYALTY_DATABASE_URL, or name a SQLite file.",
            CANNOT_START,
        )
    chosen = day.date() if day else None
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the service must end with us
    with opened() as parts:
        played = _demonstrate(parts, chosen, once=once)
    if played.refused:
        raise click.exceptions.Exit(FOUND)


def _demonstrate(parts: Parts, day: date | None, *, once: bool) -> Played:
    out = console()
    settings = parts.settings
    host, port = free_address(settings)
    with running_service(settings, host, port) as service:
        out.print(f"The service listens at [bold]http://{host}:{port}[/], its log is {service.log}")
        for name in ("grocer", "fashion"):
            parts.shelf.refresh(name)
        when = day or parts.clock.now().date() - timedelta(days=1)
        keys = {it.program: _demo_key(parts, it.program) for it in _days(when)}
        played = _play(host, port, keys, when)
        _summary(parts, out, when, played)
        if not once:
            service.wait(lambda: _how_to_try(out, f"http://{host}:{port}", keys["grocer"]))
    return played


def _days(day: date) -> tuple[Day, ...]:
    return grocer_day(day), fashion_day(day)


def _play(host: str, port: int, keys: Mapping[str, str], when: date) -> Played:
    """Play every programme's day; what was sent, known and refused, all together."""
    together = Played()
    days = _days(when)
    terminal = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        console=terminal, transient=True, disable=not terminal.is_terminal,
    )  # fmt: skip
    with bar:
        for day in days:
            task = bar.add_task(f"{day.program}, {when:%A %d %B %Y}", total=len(day.asks))
            player = Player(host, port, keys[day.program])
            played = player.play(day, lambda task=task: bar.advance(task))  # type: ignore[misc]
            together.sent += played.sent
            together.known += played.known
            together.refused += played.refused
    return together


def _summary(parts: Parts, out: Console, when: date, played: Played) -> None:
    sent = ", ".join(_counted(count, what) for what, count in played.sent.items())
    out.print(f"\nPlayed {when:%A %d %B %Y}: {sent or 'nothing new'}.")
    if known := played.known["purchases"]:
        out.print(f"{known} purchases were there already: nothing is recorded twice.")
    for code, count in sorted(played.refused.items()):
        out.print(f"[red]{count} refused: {code}[/]")
    sums = {}
    for name in ("grocer", "fashion"):
        program = parts.shelf.current(name).program
        sums[name] = (program, totals_of(parts.storage, program))
    out.print()
    out.print(counted(sums))
    out.print()
    out.print(points(sums))
    for program, totals in sums.values():
        out.print()
        out.print(top_rules(program, totals))
    out.print()
    for name in sums:
        tell_report(prove(parts, name, quiet=True))


def _counted(count: int, what: str) -> str:
    return f"{count} {what.removesuffix('s') if count == 1 else what}"


def _how_to_try(out: Console, url: str, key: str) -> None:
    out.print("\nIn a second terminal:\n", markup=False)
    click.echo(f"export URL={url} KEY={key}")
    click.echo('curl -s $URL/v1/members/grace/balance -H "Authorization: Bearer $KEY"')
    click.echo(
        'curl -s "$URL/v1/members?identifier=card:633000001026" -H "Authorization: Bearer $KEY"'
    )
    click.echo('curl -s $URL/v1/integrity -H "Authorization: Bearer $KEY"')
    out.print("\nThe README goes on from here. Ctrl-C ends the service.", markup=False)


def _demo_key(parts: Parts, program: str) -> str:
    """A fresh key that may do everything; those of earlier demos end."""
    kept, now = ApiKeys(parts.storage), parts.clock.now()
    for key in kept.list_keys(program):
        if key.label == LABEL and key.revoked_at is None:
            kept.revoke_key(program, key.key, now)
    text, _ = make_key(parts, program, ("admin",), LABEL)
    return text
