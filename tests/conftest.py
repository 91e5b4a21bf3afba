"""Fixtures every test may ask for: real servers, started by the first test that needs one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.servers import PostgresServer, RedisServer

# The machine may be busy: a slow example is no fault, a wrong one is. `make test` tries the same
# examples every time, so that what it says of a change is about the change; `make explore` draws
# others at every run, and keeps those that fail.
_patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("repeatable", _patient, derandomize=True, database=None)
settings.register_profile("exploring", _patient)
settings.load_profile(os.environ.get("LOYALTY_EXAMPLES", "repeatable"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if {"postgres_server", "postgres_url"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("postgres")


@pytest.fixture(scope="session")
def _postgres() -> Iterator[PostgresServer]:
    server = PostgresServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def _redis() -> Iterator[RedisServer]:
    server = RedisServer()
    yield server
    server.close()


@pytest.fixture
def postgres_server(_postgres: PostgresServer) -> PostgresServer:
    """The PostgreSQL of this test process, running; a test may stop, kill or pause it."""
    _postgres.ensure_running()
    return _postgres


@pytest.fixture
def redis_server(_redis: RedisServer) -> RedisServer:
    """The Redis of this test process, running and empty; a test may stop, kill or pause it."""
    _redis.ensure_running()
    _redis.flush()
    return _redis


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A fresh, empty PostgreSQL database of this test's own."""
    url = postgres_server.create_database()
    yield url
    postgres_server.ensure_running()
    postgres_server.drop_database(url)


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    """An empty Redis."""
    return redis_server.url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'loyalty.db'}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The test runs twice: on a SQLite file and on PostgreSQL, both empty."""
    fixture = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(fixture))
