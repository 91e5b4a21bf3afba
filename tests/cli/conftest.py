"""Fixtures of the command line's tests: a home of its own, and a way to run commands in it."""

from __future__ import annotations

import json
import logging
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from loyalty_engine import cli
from loyalty_engine.bootstrap import Parts
from loyalty_engine.cli.shared.opening import opened

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Loyalty = Callable[..., Said]


def line_of(path: Path, text: str) -> int:
    """The first line of a file with this text in it, counted from 1."""
    lines = path.read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the grocer's and the fashion house's rules; nothing else is set."""
    for name in ("grocer", "fashion"):
        shutil.copytree(ROOT / "rules" / name, tmp_path / "rules" / name)
    for variable in ("DATABASE_URL", "REDIS_URL", "MIGRATE", "WORKERS", "BIND"):
        monkeypatch.delenv(f"LOYALTY_{variable}", raising=False)
    monkeypatch.setenv("LOYALTY_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOYALTY_RULES", str(tmp_path / "rules"))
    monkeypatch.setenv("LOYALTY_PLUGINS", str(ROOT / "plugins"))
    monkeypatch.setenv("COLUMNS", "140")
    return tmp_path


@pytest.fixture
def loyalty(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Loyalty]:
    """Run `loyalty ...` in this process, as its console script does."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def run(*words: str) -> Said:
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["loyalty", *words])
        with pytest.raises(SystemExit) as end:
            cli.main()
        said = capsys.readouterr()
        return Said(int(end.value.code or 0), said.out, said.err)

    yield run
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def parts(home: Path) -> Iterator[Parts]:
    """The engine on the home's database, the rules in force."""
    from loyalty_engine.bootstrap import load_rules

    with opened() as parts:
        load_rules(parts, home / "rules")
        yield parts
