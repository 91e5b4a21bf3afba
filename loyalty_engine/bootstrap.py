"""Puts the engine together: the one place that knows every part."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from socket import gethostname

from loyalty_engine.balances import NEVER, Balances, Cached, open_balances
from loyalty_engine.clock import Clock, open_clock
from loyalty_engine.config import Settings
from loyalty_engine.plugin_host.plugins import Plugins
from loyalty_engine.plugin_loader import load_plugins
from loyalty_engine.rule_files import footprint, programmes, read_programme
from loyalty_engine.rulebook.faults import RulebookErrors
from loyalty_engine.rulebook.parsing.parse import PROGRAM_FILE, parse_rulebook
from loyalty_engine.rulebook.sources import hash_of, rule_files
from loyalty_engine.secret import service_secret
from loyalty_engine.storage.sql.files_seen import FilesSeen, Seen
from loyalty_engine.storage.sql.instants import micros
from loyalty_engine.storage.sql.programmes import stored_programmes
from loyalty_engine.storage.sql.statements import SQLITE
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.use_cases.calling import Engine
from loyalty_engine.use_cases.codes import Codes
from loyalty_engine.use_cases.rules.rulebook_shelf import RulebookShelf

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
        *,
        wait: bool = True,
    ) -> bool:
        """Keep a committed balance for look-ups."""
        kept = Cached(version, NEVER if until is None else micros(until), body)
        if wait:
            return self.balances.put(program, member, kept, stamp)
        self.balances.post(program, member, kept, stamp)
        return True


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
    embedded = storage.database == SQLITE
    plugins = load_plugins(settings.plugins, settings.plugins_off)
    shelf = RulebookShelf(storage, plugins.words)
    engine = Engine(
        storage=storage,
        rulebooks=shelf,
        hooks=plugins,
        board=RedisBoard(balances),
        new_number=new_number,
        new_secret=new_secret,
        codes=Codes(service_secret(settings.secret, settings.home, embedded=embedded)),
    )
    return Parts(settings, clock, storage, balances, plugins, shelf, engine)


def load_rules(
    parts: Parts, folder: Path, by: str = "start", *, again: bool = False
) -> Mapping[str, RulebookErrors]:
    """Put every programme under `folder` in force, where it can be; answers what is wrong.

    Those whose files have faults go on with the rulebook stored last, if there is one, which is
    loaded, as are those that were published from elsewhere. See `take_up_rules`.
    """
    faults = take_up_rules(parts, folder, by, again=again)
    for name in stored_programmes(parts.storage):
        if name in faults or name not in parts.shelf.programs():
            parts.shelf.refresh(name)
    return faults


def take_up_rules(
    parts: Parts, folder: Path, by: str, *, again: bool = False
) -> Mapping[str, RulebookErrors]:
    """Publish the rule files of every programme under `folder`; answers what is wrong.

    Nothing is loaded besides. What has faults, is being written or was put in force before stays
    as it is, so that a rollback holds; with `again` the latter is put in force once more.
    """
    notes = FilesSeen(parts.storage)
    stored = stored_programmes(parts.storage)
    faults: dict[str, RulebookErrors] = {}
    try:
        there = programmes(folder)
    except OSError:
        if not stored:
            raise
        there = []
    for name in sorted({*there, *stored}):
        seen = notes.seen(name)
        if name not in there and seen is None:
            continue  # published from elsewhere
        try:
            files = _settled_files(folder / name)
            if again or seen is None or hash_of(files) != seen.files:
                parts.shelf.publish(name, files, by, parts.clock.now())
            found = Seen(hash_of(files), gethostname())
        except RulebookErrors as errors:
            faults[name] = errors
            found = Seen(seen.files if seen else "", gethostname(), errors.faults)
        except Unsettled:
            continue  # whoever watches looks at the files again
        if seen is None or (seen.files, tuple(seen.faults)) != (found.files, tuple(found.faults)):
            notes.note(name, found, parts.clock.now())
    return faults


def publish_folder(parts: Parts, folder: Path, by: str) -> Mapping[str, RulebookErrors]:
    """Put the programme in `folder`, or every one in a folder below it, in force as `load_rules`
    does, but leave what is noted of the service's own rule files as it is.
    """
    faults: dict[str, RulebookErrors] = {}
    one = (folder / PROGRAM_FILE).is_file()
    for each in [folder] if one else [folder / name for name in programmes(folder)]:
        try:
            files = rule_files(read_programme(each))
            name = parse_rulebook(files, parts.plugins.words).program.name
            parts.shelf.publish(name, files, by, parts.clock.now())
        except RulebookErrors as errors:
            faults[each.resolve().name] = errors
    return faults


class Unsettled(Exception):
    """The files are being written at this moment."""


def _settled_files(folder: Path) -> Mapping[str, str]:
    """The rule files of one programme. Raises `Unsettled`, or RulebookErrors for unreadable ones."""
    before = footprint(folder)
    files = rule_files(read_programme(folder))
    if footprint(folder) != before:
        raise Unsettled
    return files
