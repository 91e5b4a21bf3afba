"""Puts the engine together: the one place that knows every part."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from loyalty_engine.balances import NEVER, Balances, Cached, open_balances
from loyalty_engine.clock import Clock, open_clock
from loyalty_engine.config import Settings
from loyalty_engine.plugin_host.plugins import Plugins
from loyalty_engine.plugin_loader import load_plugins
from loyalty_engine.rule_files import programmes, read_programme
from loyalty_engine.rulebook.faults import RulebookErrors
from loyalty_engine.storage.sql.instants import micros
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.use_cases.calling import Engine
from loyalty_engine.use_cases.rulebook_shelf import RulebookShelf

RECEIPT_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Letters and digits that nobody mistakes for one another on a printed receipt."""


def new_number() -> int:
    """A random positive number of 62 bits, to name a member by."""
    return secrets.randbits(62) | 1


def new_secret() -> str:
    """Twelve random letters: about 58 bits."""
    return "".join(secrets.choice(RECEIPT_LETTERS) for _ in range(12))


@dataclass(frozen=True)
class RedisBoard:
    """The board of the use cases over the kept balances."""

    balances: Balances

    def stamp(self) -> float:
        """See `Balances.stamp`."""
        return self.balances.stamp()

    def show(
        self,
        program: str,
        member: str,
        version: int,
        until: datetime | None,
        body: bytes,
        stamp: float,
    ) -> bool:
        """Keep a committed balance for look-ups."""
        kept = Cached(version, NEVER if until is None else micros(until), body)
        return self.balances.put(program, member, kept, stamp)


@dataclass(frozen=True)
class Parts:
    """The engine and the parts that only the ways in (service, worker, command line) use."""

    settings: Settings
    clock: Clock
    storage: SqlStorage
    balances: Balances
    plugins: Plugins
    shelf: RulebookShelf
    engine: Engine


def bootstrap(settings: Settings) -> Parts:
    """Open storage, Redis and plugins. Rulebooks come from what is stored; see `load_rules`."""
    storage = SqlStorage(
        settings.database_url, pooler=settings.db_pooler, pool_size=settings.connections
    )
    clock = open_clock(settings.clock)
    balances = open_balances(
        settings.redis_url, clock.micros, clock.monotonic, settings.secret.encode()
    )
    plugins = load_plugins(settings.plugins, settings.plugins_off)
    shelf = RulebookShelf(storage, plugins.words)
    engine = Engine(
        storage=storage,
        rulebooks=shelf,
        hooks=plugins,
        board=RedisBoard(balances),
        new_number=new_number,
        new_secret=new_secret,
    )
    return Parts(settings, clock, storage, balances, plugins, shelf, engine)


def load_rules(parts: Parts, folder: Path, by: str = "start") -> Mapping[str, RulebookErrors]:
    """Put every programme under `folder` in force, where it can be; answers what is wrong.

    A programme whose files have faults goes on with the rulebook stored last, if there is one.
    """
    faults: dict[str, RulebookErrors] = {}
    for name in programmes(folder):
        try:
            parts.shelf.publish(name, read_programme(folder / name), by, parts.clock.now())
        except RulebookErrors as errors:
            faults[name] = errors
            parts.shelf.refresh(name)
    return faults
