"""Fixtures of the service's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from loyalty_engine.bootstrap import Parts
from loyalty_engine.clock import StoppedClock
from tests.api.service import NOW, Till, give_key, make_app, open_parts, settings_for


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
    return make_app(parts)


@pytest.fixture
def till(app: Flask, parts: Parts) -> Till:
    """Whoever may do everything in the programme `shop`."""
    return Till(app, give_key(parts))
