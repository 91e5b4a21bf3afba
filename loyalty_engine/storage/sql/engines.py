"""SQLAlchemy engines: how to connect to each database, and with which promises and limits.

Only their pools are used; transactions are begun and ended by the wires.
"""

from typing import Any

from sqlalchemy import URL, Engine, StaticPool, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from loyalty_engine.storage.sql.statements import POSTGRESQL, SQLITE

PGBOUNCER = "pgbouncer"
BUSY_SECONDS = 5
POOL_SECONDS = 3
SESSION_LIMITS = {
    "statement_timeout": 3000,
    "lock_timeout": 2000,
    "idle_in_transaction_session_timeout": 5000,
}
"""PostgreSQL's own limits in milliseconds: nobody waits for ever, nobody is left holding a lock."""
PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "cache_size = -8000")
"""SQLite's settings for each connection; the cache is in KiB."""
BULK_CACHE = "cache_size = -64000"
"""For a single process that writes a lot, so that pages which it needs again are still there."""
PATIENCE_SECONDS = 6.0
"""How long a round trip may take before the server is taken for gone; longer than its own limits."""
LONG_PATIENCE_SECONDS = 120.0
"""The same for questions that look through whole tables; the server's limit follows it."""


def database_url(url: str) -> URL:
    """The URL with its driver; raises ValueError for a database that is not supported."""
    parsed = make_url(url)
    database = parsed.get_backend_name()
    if database == POSTGRESQL:
        return parsed.set(drivername="postgresql+psycopg")
    if database == SQLITE:
        return parsed.set(drivername="sqlite+pysqlite")
    raise ValueError(
        f"{database} is not supported: write sqlite:///loyalty.db or postgresql://user@host/name"
    )


def is_in_memory(url: URL) -> bool:
    """Whether the SQLite database lives in this process only."""
    return url.database in {None, "", ":memory:"}


def make_engine(url: URL, *, pooler: str | None = None, pool_size: int = 5) -> Engine:
    """An engine whose connections commit by themselves unless told otherwise.

    Behind `pooler="pgbouncer"` nothing may stay with a session: no prepared statements, and the
    limits are set by each transaction. What the URL itself says (`options`, `timeout`) wins.
    """
    if pooler not in {None, PGBOUNCER}:
        raise ValueError(f"pooler {pooler!r} is not known: leave it out or write {PGBOUNCER!r}")
    if url.get_backend_name() == SQLITE:
        return _sqlite(url, pool_size)
    arguments: dict[str, Any] = {"client_encoding": "utf8", "connect_timeout": 3}
    if pooler == PGBOUNCER:
        arguments["prepare_threshold"] = None
    else:
        limits = [f"-c {name}={value}" for name, value in SESSION_LIMITS.items()]
        arguments["options"] = " ".join([*limits, str(url.query.get("options", ""))]).strip()
        url = url.difference_update_query(["options"])
    return create_engine(
        url,
        connect_args=arguments,
        isolation_level="AUTOCOMMIT",
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=POOL_SECONDS,
        pool_reset_on_return=None,
        use_native_hstore=False,
    )


def _sqlite(url: URL, pool_size: int) -> Engine:
    arguments: dict[str, Any] = {"check_same_thread": False, "cached_statements": 512}
    if "timeout" not in url.query:
        arguments["timeout"] = BUSY_SECONDS
    options: dict[str, Any] = {"pool_size": pool_size, "max_overflow": pool_size}
    if is_in_memory(url):
        options = {"poolclass": StaticPool}
    else:
        options["pool_timeout"] = POOL_SECONDS
    engine = create_engine(
        url,
        connect_args=arguments,
        isolation_level="AUTOCOMMIT",
        pool_reset_on_return=None,
        **options,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def widen_cache(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """Give a SQLite connection the cache for bulk work."""
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA {BULK_CACHE}")
    cursor.close()


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """Acknowledged means on disk: WAL with a sync at each commit."""
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
