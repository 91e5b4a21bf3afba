"""A marketer's day goes as docs/a-marketers-day.md tells: each command is run, each answer compared."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.docs.reading import ROOT, blocks

DOCUMENT = ROOT / "docs/a-marketers-day.md"
GIT = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository with the grocer's rules, and a `loyalty` that runs this engine."""
    shutil.copytree(ROOT / "rules" / "grocer", tmp_path / "rules" / "grocer")
    for more in (["init", "-q"], ["add", "rules"], ["commit", "-q", "-m", "Rules"]):
        subprocess.run([*GIT, *more], cwd=tmp_path, check=True)
    (tmp_path / "bin").mkdir()
    script = tmp_path / "bin/loyalty"
    # Backtests start processes that import whatever was started.
    script.write_text(
        f"#!{sys.executable}\nfrom loyalty_engine.cli import main\n"
        "if __name__ == '__main__':\n    main()\n"
    )
    script.chmod(0o755)
    return tmp_path


def run(folder: Path, commands: str) -> tuple[int, str]:
    """The exit code, and what the last of the commands has printed."""
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("LOYALTY_")},
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "LOYALTY_HOME": str(folder / "home"),
        "LOYALTY_CLOCK": str(folder / "clock"),
    }
    ran = subprocess.run(
        ["sh", "-e", "-c", commands],
        cwd=folder, env=environment, text=True, capture_output=True, check=False, timeout=300,
    )  # fmt: skip
    assert ran.returncode in (0, 1), ran.stderr
    return ran.returncode, ran.stdout


def set_clock(folder: Path, instant: str) -> None:
    ahead = datetime.fromisoformat(instant) - datetime.now(UTC)
    (folder / "clock").write_text(str(int(ahead.total_seconds())))


def lines_of(text: str) -> list[str]:
    plain = text.replace("\N{NO-BREAK SPACE}", " ")
    return [line.rstrip() for line in plain.strip("\n").splitlines()]


def alike(told: str, printed: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, told.split("…"))), printed) is not None


def lost(told: list[str], printed: list[str]) -> list[str]:
    """The lines told that were not printed, in this order."""
    rest = iter(printed)
    return [line for line in told if not any(alike(line, each) for each in rest)]


@pytest.mark.slow
def test_the_day_goes_as_it_is_told(folder: Path):
    printed: list[str] = []
    compared = 0
    for block in blocks(DOCUMENT):
        if block.mark.startswith("file "):
            (folder / block.mark.removeprefix("file ")).write_text(block.text)
        elif block.kind == "sh":
            if block.mark.startswith("at "):
                set_clock(folder, block.mark.removeprefix("at "))
            code, out = run(folder, block.text)
            assert code == (block.mark == "fails"), (block.text, out)
            printed = lines_of(out)
        elif block.mark == "prints":
            assert printed == lines_of(block.text)
            compared += 1
        elif block.mark == "prints part":
            assert lost(lines_of(block.text), printed) == [], "\n".join(printed)
            compared += 1
    assert compared == 11


def test_a_line_that_is_not_printed_is_noticed():
    assert lost(["a", "c…"], ["a", "b", "cd"]) == []
    assert lost(["c", "a"], ["a", "b", "c"]) == ["a"]
    assert lost(["sha256:…"], ["sha1:12"]) == ["sha256:…"]
