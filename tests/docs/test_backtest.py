"""The commands of docs/backtest.md print what the document says, run in a folder as it tells."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from loyalty_engine.cli.rule_commands.backtest import command
from tests.docs.reading import ROOT, blocks, tables

DOCUMENT = ROOT / "docs/backtest.md"
GIT = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository with the grocer's rules, and a `loyalty` that runs this engine."""
    shutil.copytree(ROOT / "rules" / "grocer", tmp_path / "rules" / "grocer")
    for more in (["init", "-q"], ["add", "rules"], ["commit", "-q", "-m", "Rules"]):
        subprocess.run([*GIT, *more], cwd=tmp_path, check=True)
    there = tmp_path / "bin"
    there.mkdir()
    script = there / "loyalty"
    script.write_text(
        f"#!{sys.executable}\nfrom loyalty_engine.cli import main\n"
        "if __name__ == '__main__':\n    main()\n"
    )
    script.chmod(0o755)
    return tmp_path


def run(folder: Path, command: str) -> str:
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("LOYALTY_")},
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "LOYALTY_HOME": str(folder / "home"),
    }
    ran = subprocess.run(
        ["sh", "-e", "-c", command],
        cwd=folder,
        env=environment,
        text=True,
        capture_output=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_the_document_is_true(folder: Path):
    printed = ""
    for block in blocks(DOCUMENT):
        if block.mark.startswith("file "):
            (folder / block.mark.removeprefix("file ")).write_text(block.text)
        elif block.kind == "sh":
            opens = "loyalty replay" in block.text or "history" in block.text
            printed = run(folder, block.text)
            assert opens or not (folder / "home").exists(), "a backtest of files opens no database"
        elif block.mark == "prints":
            assert plain(printed) == plain(block.text)


def plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def test_every_option_is_told():
    (rows,) = (rows for _, rows in tables(DOCUMENT) if "option" in rows[0])
    told = " ".join(row["option"] for row in rows)
    names = {max(it.opts, key=len) for it in command.params}
    assert {name for name in names if f"`{name}" not in told} == set()
