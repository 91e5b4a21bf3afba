"""`loyalty keys`: make, list and revoke the keys of those who call the service."""

from datetime import datetime

import click

from loyalty_engine.api.keys import SCOPES, new_key
from loyalty_engine.bootstrap import Parts
from loyalty_engine.cli.shared.errors import FOUND
from loyalty_engine.cli.shared.opening import chosen, known_programmes, opened, program_option
from loyalty_engine.cli.shared.telling import console, json_option, table, tell_json
from loyalty_engine.storage.sql.keys import ApiKey, ApiKeys

TILL = ("members:read", "members:write", "purchases:read", "purchases:write", "quotes")
"""What a till needs: the scopes of a key for which none are named."""


@click.group()
def command() -> None:
    """Make, list and revoke API keys. Each belongs to one programme."""


def make_key(
    parts: Parts, program: str, scopes: tuple[str, ...], label: str, until: datetime | None = None
) -> tuple[str, ApiKey]:
    """A new key, kept as a hash only: the whole text, to be shown once, and what is kept."""
    key, text, secret_hash = new_key()
    kept = ApiKey(program, key, secret_hash, scopes, label, parts.clock.now(), until)
    ApiKeys(parts.storage).add_key(kept)
    return text, kept


@command.command(epilog=f"Scopes: {'; '.join(f'{name}: {what}' for name, what in SCOPES.items())}.")
@program_option
@click.option(
    "-s", "--scope", "scopes", multiple=True, type=click.Choice(list(SCOPES)), metavar="SCOPE",
    help="What it may do; may be given several times. By default what a till needs.",
)  # fmt: skip
@click.option("--label", default="", help="What it is for, in words of yours.")
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), help="The day (UTC) from which it is refused."
)
@json_option
def create(
    program: str | None,
    scopes: tuple[str, ...],
    label: str,
    until: datetime | None,
    as_json: bool,
) -> None:
    """Make a key and show it, once: only its hash is kept."""
    with opened() as parts:
        name = chosen(program, known_programmes(parts))
        ends = until.replace(tzinfo=parts.clock.now().tzinfo) if until else None
        text, kept = make_key(parts, name, scopes or TILL, label, ends)
    if as_json:
        tell_json({"key": text, "id": kept.key, "program": name, "scopes": kept.scopes})
        return
    click.echo(f"The key for {name}, which is not shown again:", err=True)
    click.echo(text)


@command.command("list")
@program_option
@json_option
def list_keys(program: str | None, as_json: bool) -> None:
    """List the keys of a programme, or of all; never the keys themselves."""
    with opened() as parts:
        known = known_programmes(parts)
        names = known if program is None else [chosen(program, known)]
        keys = [key for name in names for key in ApiKeys(parts.storage).list_keys(name)]
        now = parts.clock.now()
    if as_json:
        tell_json([_row(key) for key in keys])
        return
    rows = [
        (it.program, it.key, _state(it, now), " ".join(it.scopes), it.label, f"{it.created_at:%Y-%m-%d}")
        for it in keys
    ]  # fmt: skip
    console().print(table(("programme", "id", "", "scopes", "label", "made"), rows))


def _state(key: ApiKey, now: datetime) -> str:
    if key.revoked_at is not None:
        return "revoked"
    if key.expires_at is not None and key.expires_at <= now:
        return "expired"
    return "valid"


def _row(key: ApiKey) -> dict[str, object]:
    return {
        "program": key.program,
        "id": key.key,
        "scopes": key.scopes,
        "label": key.label,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
    }


@command.command()
@program_option
@click.argument("key_id")
def revoke(program: str | None, key_id: str) -> None:
    """End a key for good, by its id; a running service refuses it within five seconds."""
    with opened() as parts:
        known = known_programmes(parts)
        names = known if program is None else [chosen(program, known)]
        keys = ApiKeys(parts.storage)
        done = any(keys.revoke_key(name, key_id, parts.clock.now()) for name in names)
    if not done:
        click.echo(
            f"There is no key with the id {key_id}; `loyalty keys list` shows them.", err=True
        )
        raise click.exceptions.Exit(FOUND)
    click.echo(f"Key {key_id} is revoked.")
