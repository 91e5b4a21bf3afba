"""Bring a database to the schema this version of the engine needs; never back.

Everything happens in one transaction, on SQLite too: a migration that fails leaves no trace.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from loyalty_engine.storage.sql.engines import database_url
from loyalty_engine.storage.sql.statements import POSTGRESQL, SQLITE

HEAD = "head"
_ONE_AT_A_TIME = 7_046_029_254_386_353_131
"""Key of the lock that keeps two starting processes from migrating at once."""


def migrate(url: str, revision: str = HEAD) -> str | None:
    """Upgrade the database to `revision`; answers the revision it is at afterwards."""
    with _transaction(url) as connection:
        configuration = _configuration()
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, revision)
        return _revision_of(connection)


def current_revision(url: str) -> str | None:
    """The revision the database is at, None when it has never been migrated."""
    with _transaction(url) as connection:
        return _revision_of(connection)


def newest_revision() -> str:
    """The revision that this version of the engine needs."""
    newest = ScriptDirectory.from_config(_configuration()).get_current_head()
    assert newest is not None, "there is at least one revision"
    return newest


def is_up_to_date(url: str) -> bool:
    """Whether the database has the schema that this version of the engine needs."""
    return current_revision(url) == newest_revision()


def all_revisions() -> list[str]:
    """Every revision, oldest first."""
    scripts = ScriptDirectory.from_config(_configuration()).walk_revisions()
    return [script.revision for script in scripts][::-1]


def _configuration() -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    return configuration


def _revision_of(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@contextmanager
def _transaction(url: str) -> Iterator[Connection]:
    engine = create_engine(database_url(url), poolclass=NullPool)
    if engine.name == SQLITE:
        event.listen(engine, "connect", _begin_by_hand)
        event.listen(engine, "begin", _begin_immediately)
    with engine.begin() as connection:
        if engine.name == POSTGRESQL:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})"))
        yield connection


def _begin_by_hand(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """Keep Python's driver from beginning transactions itself: it leaves changes of tables out."""
    connection.isolation_level = None


def _begin_immediately(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
