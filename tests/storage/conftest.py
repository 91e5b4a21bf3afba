"""A storage with all its tables, once on a SQLite file and once on PostgreSQL."""

from collections.abc import Iterator

import pytest

from loyalty_engine.storage.sql.migrate import migrate
from loyalty_engine.storage.sql.storage import SqlStorage
from tests.servers import PostgresServer


@pytest.fixture(scope="session")
def _prepared(_postgres: PostgresServer) -> str:
    """A migrated PostgreSQL database to copy: much quicker than to migrate for every test."""
    _postgres.ensure_running()
    url = _postgres.create_database()
    migrate(url)
    return url


@pytest.fixture
def migrated_postgres_url(postgres_server: PostgresServer, _prepared: str) -> Iterator[str]:
    url = postgres_server.create_database(template=_prepared)
    yield url
    postgres_server.ensure_running()
    postgres_server.drop_database(url)


@pytest.fixture
def postgres_storage(migrated_postgres_url: str) -> Iterator[SqlStorage]:
    made = SqlStorage(migrated_postgres_url)
    yield made
    made.close()


@pytest.fixture
def sqlite_storage(sqlite_url: str) -> Iterator[SqlStorage]:
    made = SqlStorage(sqlite_url)
    made.create_schema()
    yield made
    made.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def storage(request: pytest.FixtureRequest) -> SqlStorage:
    """The test runs twice: on a SQLite file and on PostgreSQL, with tables and nothing in them."""
    name = "sqlite_storage" if request.param == "sqlite" else "postgres_storage"
    made: SqlStorage = request.getfixturevalue(name)
    return made
