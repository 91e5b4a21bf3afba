"""A storage with all its tables, once on a SQLite file and once on PostgreSQL."""

from collections.abc import Iterator

import pytest

from loyalty_engine.storage.sql.storage import SqlStorage


@pytest.fixture
def storage(database_url: str) -> Iterator[SqlStorage]:
    made = SqlStorage(database_url)
    made.create_schema()
    yield made
    made.close()


@pytest.fixture
def postgres_storage(postgres_url: str) -> Iterator[SqlStorage]:
    made = SqlStorage(postgres_url)
    made.create_schema()
    yield made
    made.close()
