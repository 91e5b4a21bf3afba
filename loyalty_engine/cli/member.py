"""`loyalty member`: look at a member as support does."""

from datetime import datetime, timedelta
from typing import Any

import click
import msgspec

from loyalty_engine.bootstrap import Parts
from loyalty_engine.cli.shared.opening import caller, chosen, opened, program_option
from loyalty_engine.cli.shared.summary import money
from loyalty_engine.cli.shared.telling import console, json_option, table, tell_json
from loyalty_engine.domain.local_time import local_day
from loyalty_engine.domain.program import Program
from loyalty_engine.ports import Address
from loyalty_engine.use_cases.members.show_member import show_member
from loyalty_engine.use_cases.points.list_entries import list_entries
from loyalty_engine.use_cases.points.show_balance import show_balance
from loyalty_engine.use_cases.tiers.show_tier import show_tier

MOST_ENTRIES = 10_000


@click.group()
def command() -> None:
    """Look at members as support does."""


@command.command()
@program_option
@click.argument("member")
@click.option("--entries", default=20, show_default=True, help="So many of the last movements.")
@json_option
def show(program: str | None, member: str, entries: int, as_json: bool) -> None:
    """Show a member's profile, balances, tier and last movements.

    MEMBER is the id, or kind:value of an identifier, such as card:4711.
    """
    with opened() as parts:
        name = chosen(program, list(parts.shelf.programs()))
        asks, engine = caller(parts, name), parts.engine
        profile = _read(show_member(engine, asks, _address(parts, name, member)).body)
        known = profile["member"]
        told = {
            **profile,
            "balance": _read(show_balance(engine, asks, known).body)["units"],
            "standing": _read(show_tier(engine, asks, known).body),
            "entries": _read(list_entries(engine, asks, known, None, MOST_ENTRIES).body)["entries"],
        }
    told["entries"] = told["entries"][-entries:] if entries else []
    if as_json:
        tell_json(told)
    else:
        _tell(told, parts.shelf.current(name).program)


def _address(parts: Parts, program: str, text: str) -> Address:
    """Where the member is found: an identifier where its kind is declared, else the id."""
    kind, colon, value = text.partition(":")
    if colon and kind in parts.shelf.current(program).program.identifiers:
        return Address(f"identifier:{kind}", value)
    return Address("member", text)


def _read(body: bytes) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.json.decode(body)
    return told


def _tell(told: dict[str, Any], program: Program) -> None:
    out, standing = console(), told["standing"]
    out.print(f"[bold]{told['member']}[/], {told['status']}, enrolled {told['enrolled_at'][:10]}")
    for it in told["identifiers"]:
        out.print(f"  {it['kind']} {it['value']}")
    for key, value in told["attributes"].items():
        out.print(f"  {key}: {value}")
    until = f" to {_last_day(standing['until'], program)}" if standing["until"] else ""
    out.print(f"Tier {standing['tier'] or 'none'} since {standing['since'][:10]}{until}")
    if standing["next_tier"]:
        missing = [_amount(it, program) for it in standing["missing"].items()]
        out.print(f"  missing for {standing['next_tier']}: {', '.join(missing)}")
    if standing["keep_missing"]:
        missing = [_amount(it, program) for it in standing["keep_missing"].items()]
        out.print(f"  missing to keep {standing['tier']}: {', '.join(missing)}")
    rows = [
        (unit, it["available"], it["pending"], it["held"], it.get("debt", 0), _expiry(it, program))
        for unit, it in told["balance"].items()
    ]
    out.print(
        table(
            ("unit", ">available", ">pending", ">held", ">debt", "next to expire, last day"), rows
        )
    )
    moves = [
        (it["at"][:16], it["kind"], it["unit"], it["from"], it["to"], it["points"], it["purchase"],
         it["rule"] or it.get("reason"))
        for it in told["entries"]
    ]  # fmt: skip
    if moves:
        named = ("at", "kind", "unit", "from", "to", ">points", "purchase", "rule or reason")
        out.print(table(named, moves))


def _amount(missing: tuple[str, int], program: Program) -> str:
    what, amount = missing
    return f"{what} {money(amount, program) if what == 'spend' else format(amount, ',')}"


def _expiry(balance: dict[str, Any], program: Program) -> str:
    due = balance["next_expiry"]
    return f"{due['points']:,} on {_last_day(due['at'], program)}" if due else ""


def _last_day(end: str, program: Program) -> str:
    """The last day before an end, in the programme's zone."""
    before = datetime.fromisoformat(end) - timedelta(microseconds=1)
    return local_day(before, program.zone).isoformat()
