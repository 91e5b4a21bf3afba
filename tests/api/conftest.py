"""Fixtures of the service's tests."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from loyalty_engine.api.app import create_app
from loyalty_engine.bootstrap import Parts
from loyalty_engine.clock import StoppedClock
from loyalty_engine.logs import set_up_logs
from tests.api.service import NOW, Till, give_key, open_parts, settings_for


@pytest.fixture(scope="session", autouse=True)
def _logs() -> Iterator[BytesIO]:
    """Everything that is logged in this process, once the first of these tests runs."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = BytesIO()
    set_up_logs(logging.INFO, stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def logged(_logs: BytesIO) -> Callable[[], list[dict[str, Any]]]:
    """What has been logged since the test began."""
    start = _logs.tell()
    return lambda: [json.loads(line) for line in _logs.getvalue()[start:].splitlines()]


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(NOW)


@pytest.fixture
def parts(tmp_path: Path, clock: StoppedClock) -> Iterator[Parts]:
    parts = open_parts(settings_for(tmp_path), clock)
    yield parts
    parts.storage.close()


@pytest.fixture
def app(parts: Parts) -> Flask:
    return create_app(parts)


@pytest.fixture
def till(app: Flask, parts: Parts) -> Till:
    """Whoever may do everything in the programme `shop`."""
    return Till(app, give_key(parts))


@pytest.fixture
def other(app: Flask, parts: Parts) -> Till:
    """Whoever may do everything in the programme `other`."""
    return Till(app, give_key(parts, "other"))
