"""Plugins written down in a test, and what they are asked about."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent

import pytest

from loyalty_engine.domain.purchase import Line, Purchase
from loyalty_engine.plugin_host.plugins import Plugins
from loyalty_engine.plugin_loader import load_plugins

HEAD = "from loyalty_engine.hookspecs import Refusal, Request, hookimpl\n"
PATIENT = 20.0

Write = Callable[..., Path]
Load = Callable[..., Plugins]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "plugins"
    found.mkdir()
    return found


@pytest.fixture
def write(folder: Path) -> Write:
    """Write a plugin: its name and its code, which finds hookimpl imported."""

    def write_one(name: str, code: str) -> Path:
        path = folder / (name if "." in name else f"{name}.py")
        path.parent.mkdir(exist_ok=True)
        path.write_text(HEAD + dedent(code))
        return path

    return write_one


@pytest.fixture
def load(folder: Path) -> Iterator[Load]:
    """Load the folder; helper processes end with the test."""
    opened: list[Plugins] = []

    def load_all(
        off: frozenset[str] = frozenset(), *, deadline: float = PATIENT, installed: bool = False
    ) -> Plugins:
        plugins = load_plugins(folder, off, installed=installed, deadline=deadline)
        opened.append(plugins)
        return plugins

    yield load_all
    for plugins in opened:
        plugins.close()
    for name in [name for name in sys.modules if name.startswith("loyalty_plugin_")]:
        del sys.modules[name]


def purchase(store: str = "high-street", spend: dict[str, int] | None = None) -> Purchase:
    return Purchase(
        id="P-1",
        occurred_at=datetime(2026, 3, 5, 10, 12, tzinfo=UTC),
        currency="GBP",
        lines=(Line("1", "COF-250", 2000, 450, "grocery/coffee", attributes={"organic": True}),),
        member="ada",
        store=store,
        spend=spend or {},
    )


def eventually(holds: Callable[[], object]) -> bool:
    """Whether it holds within half a minute; the machine may be busy."""
    for _ in range(600):
        if holds():
            return True
        time.sleep(0.05)
    return False
