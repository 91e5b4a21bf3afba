"""Fixtures of the documents' tests."""

from collections.abc import Iterator

import pytest

from loyalty_engine.scenarios.stage import open_storage
from loyalty_engine.storage.sql.storage import SqlStorage


@pytest.fixture(scope="session")
def storage() -> Iterator[SqlStorage]:
    storage = open_storage()
    yield storage
    storage.close()
