"""The engine opened for a command: settings read, the database at its newest schema."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import click

from loyalty_engine.bootstrap import Parts, bootstrap
from loyalty_engine.cli.shared.errors import CANNOT_START, NO_DATABASE, Stopped
from loyalty_engine.config import Settings, read_settings
from loyalty_engine.rule_files import programmes
from loyalty_engine.storage.sql.migrate import current_revision, migrate, newest_revision
from loyalty_engine.storage.sql.programmes import stored_programmes
from loyalty_engine.use_cases.calling import Caller

CLIENT = "command-line"
"""Who asks, in the books."""

F = TypeVar("F", bound=Callable[..., object])


def is_embedded(settings: Settings) -> bool:
    """Whether the database is a file of ours, which needs nobody's leave to be migrated."""
    return settings.database_url.startswith("sqlite:")


def bring_up_to_date(settings: Settings, migrate_too: bool | None = None) -> None:
    """Migrate the database where `migrate_too` says so; without a word, the embedded one only.

    Raises `Stopped` when the database has not the schema that this version needs.
    """
    if is_embedded(settings):
        settings.home.mkdir(parents=True, exist_ok=True)
    if is_embedded(settings) if migrate_too is None else migrate_too:
        migrate(settings.database_url)
        return
    found, needed = current_revision(settings.database_url), newest_revision()
    if found != needed:
        there = f"is at schema {found}" if found else "has no tables yet"
        raise Stopped(
            f"The database {there} and this version needs {needed}: run `loyalty migrate` first.",
            NO_DATABASE,
        )


@contextmanager
def opened(settings: Settings | None = None) -> Iterator[Parts]:
    """The engine on an up-to-date database, every known programme's rulebooks at hand.

    The settings are those of the environment unless others are given.
    """
    settings = settings or read_settings()
    bring_up_to_date(settings)
    parts = bootstrap(settings)
    try:
        for name in stored_programmes(parts.storage):
            parts.shelf.refresh(name)
        yield parts
    finally:
        parts.plugins.close()
        parts.storage.close()


def rules_folder(settings: Settings) -> Path:
    """The folder with the programmes. Raises `Stopped` where there is none."""
    if not settings.rules.is_dir():
        raise Stopped(
            f"There is no folder {settings.rules}; LOYALTY_RULES says where the rules are.",
            CANNOT_START,
        )
    return settings.rules


def program_option(command: F) -> F:
    """The option `--program`; it may be left out where there is only one."""
    return click.option("-p", "--program", help="The programme; needed where there are several.")(
        command
    )


def chosen(name: str | None, known: list[str]) -> str:
    """The programme meant by `--program`. Raises `UsageError` where that cannot be told."""
    if name is None and len(known) == 1:
        return known[0]
    listed = ", ".join(known) or "none"
    if name is None:
        raise click.UsageError(f"Say which programme with --program; there are: {listed}")
    if name not in known:
        raise click.UsageError(f"There is no programme '{name}'; there are: {listed}")
    return name


def known_programmes(parts: Parts) -> list[str]:
    """The programmes in the database and in the rules folder."""
    folder = parts.settings.rules
    there = set(programmes(folder)) if folder.is_dir() else set()
    return sorted(there | set(parts.shelf.programs()))


def caller(parts: Parts, program: str) -> Caller:
    """Who the engine is told is asking."""
    return Caller(program, CLIENT, parts.clock.now())
