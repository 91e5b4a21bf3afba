"""Whether the service can answer, part by part, and in words an operator can act on."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from sqlalchemy import text

from loyalty_engine.bootstrap import Parts
from loyalty_engine.domain.errors import LoyaltyError
from loyalty_engine.storage.errors import StorageBug
from loyalty_engine.storage.sql.files_seen import FilesSeen
from loyalty_engine.storage.sql.migrate import newest_revision
from loyalty_engine.storage.sql.statements import Statement

_SCHEMA = Statement(text("SELECT version_num FROM alembic_version"))


@dataclass(frozen=True, slots=True)
class Condition:
    """How one part is. Without one that is not `needed` others do its work, more slowly."""

    name: str
    ready: bool
    needed: bool
    detail: str


def conditions(parts: Parts) -> list[Condition]:
    """How each part is right now. Never raises."""
    return [
        _database(parts),
        *_rulebooks(parts),
        *_rule_files(parts),
        *_codes(parts),
        _redis(parts),
    ]


def _database(parts: Parts) -> Condition:
    def told(detail: str, *, ready: bool = False) -> Condition:
        return Condition("database", ready, needed=True, detail=detail)

    try:
        with parts.storage.wire(writes=False) as wire:
            rows = wire.ask((_SCHEMA, ()))[0].rows
    except StorageBug:
        return told("it has no tables yet; run `loyalty migrate`")
    except LoyaltyError as fault:
        return told(fault.detail)
    found = rows[0][0] if rows else None
    if found != _newest():
        return told(
            f"its schema is at {found} and this version needs {_newest()}; run `loyalty migrate`"
        )
    return told(f"schema {found}", ready=True)


@cache
def _newest() -> str:
    return newest_revision()


def _rulebooks(parts: Parts) -> Iterator[Condition]:
    names = parts.shelf.programs()
    if not names:
        yield Condition("rulebooks", ready=False, needed=True, detail="no programme is in force")
    for name in names:
        try:
            rulebook = parts.shelf.current(name)
        except LoyaltyError as fault:
            yield Condition(f"rulebook {name}", ready=False, needed=True, detail=fault.detail)
        else:
            yield Condition(f"rulebook {name}", ready=True, needed=True, detail=rulebook.hash)


def _rule_files(parts: Parts) -> Iterator[Condition]:
    """The programmes whose files are not in force because of their faults."""
    for name in parts.shelf.programs():
        try:
            seen = FilesSeen(parts.storage).seen(name)
        except (LoyaltyError, StorageBug):
            return  # told of the database
        if seen is not None and seen.faults:
            more = f" (and {len(seen.faults) - 1} more)" if len(seen.faults) > 1 else ""
            detail = f"an older rulebook stays in force: {name}/{seen.faults[0]}{more}"
            yield Condition(f"rule files {name}", ready=False, needed=False, detail=detail)


def _codes(parts: Parts) -> Iterator[Condition]:
    """Only where it matters: without a secret, purchases go on but give no vouchers."""
    if parts.engine.codes.ready:
        return
    for name in parts.shelf.programs():
        try:
            kinds = parts.shelf.current(name).voucher_kinds
        except LoyaltyError:
            continue
        if kinds:
            detail = "no codes can be made or recognised; set LOYALTY_SECRET"
            yield Condition(f"vouchers {name}", ready=False, needed=False, detail=detail)


def _redis(parts: Parts) -> Condition:
    def told(detail: str, *, ready: bool) -> Condition:
        return Condition("redis", ready, needed=False, detail=detail)

    if parts.settings.redis_url is None:
        return told("not configured; the database answers balance look-ups", ready=False)
    if parts.balances.server_time() is None:
        return told("it does not answer; the database answers balance look-ups", ready=False)
    return told("answers", ready=True)
