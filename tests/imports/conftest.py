"""A shop on SQLite, one on each database, and the real data where it is at hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.imports.making import Shop


@pytest.fixture
def shop(tmp_path: Path, sqlite_url: str) -> Shop:
    return Shop(tmp_path, sqlite_url)


@pytest.fixture
def any_shop(tmp_path: Path, database_url: str) -> Shop:
    """The test runs on SQLite and on PostgreSQL."""
    return Shop(tmp_path, database_url)


@pytest.fixture
def real_data() -> Path:
    """The folder with real purchases."""
    where = os.environ.get("LOYALTY_REAL_DATA")
    if not where:
        pytest.skip("LOYALTY_REAL_DATA names no folder with real purchases")
    folder = Path(where)
    if not folder.is_dir():
        pytest.skip(f"LOYALTY_REAL_DATA: there is no folder {folder}")
    return folder
