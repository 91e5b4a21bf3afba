"""Every command is found, explains itself, and ends with the exit code that is documented."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

import click
import pytest

from loyalty_engine import cli
from loyalty_engine.cli import loyalty as group
from tests.cli.conftest import Loyalty, line_of

FOLDER = Path(cli.__file__).parent
NAMES = sorted(
    path.stem.replace("_", "-") for path in FOLDER.glob("*.py") if path.stem != "__init__"
)
DEAD = "postgresql://nobody@127.0.0.1:1/nothing"


def every_command() -> list[list[str]]:
    found = []
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        found.append([name])
        if isinstance(command, click.Group):
            found += [[name, inner] for inner in command.list_commands(context)]
    return found


def test_a_command_is_a_file_and_a_file_is_a_command():
    assert group.list_commands(click.Context(group)) == NAMES
    assert "serve" in NAMES


@pytest.mark.parametrize("words", every_command(), ids=" ".join)
def test_every_command_explains_itself(loyalty: Loyalty, words: list[str]):
    said = loyalty(*words, "--help")
    assert said.code == 0
    lines = [line.strip() for line in said.out.splitlines()]
    assert lines[0].startswith("Usage: loyalty " + " ".join(words))
    assert len(lines[2]) > 20, "a sentence says what it does"


def test_exit_codes_are_told(loyalty: Loyalty):
    said = loyalty("--help").out
    for code in range(5):
        assert f"\n    {code}  " in said


def test_wrong_settings_are_told_all_at_once(loyalty: Loyalty, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LOYALTY_WORKERS", "many")
    monkeypatch.setenv("LOYALTY_DATABASE_URL", "mysql://x")
    said = loyalty("verify")
    assert said.code == 3
    assert "LOYALTY_WORKERS: " in said.err
    assert "LOYALTY_DATABASE_URL: " in said.err
    assert "Traceback" not in said.err


def test_rules_that_are_not_there_are_told(loyalty: Loyalty, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LOYALTY_RULES", "no-such-folder")
    said = loyalty("rules", "check")
    assert said.code == 3
    assert "no-such-folder" in said.err


def test_plugins_that_cannot_be_used_are_told(
    loyalty: Loyalty, home: Path, monkeypatch: pytest.MonkeyPatch
):
    (home / "plugins").mkdir()
    (home / "plugins" / "broken.py").write_text("import no_such_module")
    monkeypatch.setenv("LOYALTY_PLUGINS", str(home / "plugins"))
    said = loyalty("verify")
    assert said.code == 3
    assert "broken.py" in said.err


@pytest.mark.parametrize("words", [("verify",), ("keys", "list"), ("migrate",), ("serve",)])
def test_a_database_that_is_away_is_told(
    loyalty: Loyalty, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
):
    monkeypatch.setenv("LOYALTY_DATABASE_URL", DEAD)
    said = loyalty(*words)
    assert said.code == 4
    assert said.err.startswith("The database cannot be used: ")
    assert "Traceback" not in said.err


def test_a_command_written_wrongly_is_told(loyalty: Loyalty):
    assert loyalty("serv").code == 2
    assert loyalty("keys", "create", "-p", "grocer", "-s", "everything").code == 2
    said = loyalty("keys", "create")
    assert said.code == 2
    assert "there are: fashion, grocer" in said.err


def test_postgresql_is_not_migrated_by_itself(
    loyalty: Loyalty, postgres_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("LOYALTY_DATABASE_URL", postgres_url)
    for words in (("serve",), ("keys", "list"), ("serve", "--no-migrate")):
        said = loyalty(*words)
        assert said.code == 4
        assert "has no tables yet" in said.err
        assert "run `loyalty migrate` first" in said.err
    assert "it was empty" in loyalty("migrate").out
    assert "already" in loyalty("migrate").out
    assert loyalty("keys", "list").code == 0


class Replaced(Exception):
    """This process would be another one by now."""


@pytest.fixture
def executed(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What this process would have become."""
    seen: list[list[str]] = []

    def become(path: str, arguments: list[str]) -> NoReturn:
        seen.append(arguments)
        sys.exit(0)

    monkeypatch.setattr(os, "execv", become)
    return seen


def test_serve_becomes_gunicorn_with_our_configuration(
    loyalty: Loyalty, executed: list[list[str]], monkeypatch: pytest.MonkeyPatch
):
    for variable in ("BIND", "WORKERS", "MIGRATE"):
        monkeypatch.setenv(f"LOYALTY_{variable}", "")  # so that what is set is undone again
        monkeypatch.delenv(f"LOYALTY_{variable}")
    said = loyalty("serve", "--bind", "127.0.0.1:9876", "--workers", "3")
    assert said.code == 0
    assert said.err == ""
    ((_, *arguments),) = executed
    assert arguments == ["-m", "gunicorn", "-c", "python:loyalty_engine.api.gunicorn_conf"]
    assert os.environ["LOYALTY_BIND"] == "127.0.0.1:9876"
    assert os.environ["LOYALTY_WORKERS"] == "3"


def test_serve_tells_faults_and_goes_on(
    loyalty: Loyalty, home: Path, executed: list[list[str]], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("LOYALTY_MIGRATE", "yes")
    rule = home / "rules/grocer/earn/base-points.yaml"
    rule.write_text(rule.read_text().replace("earn_per_amount", "earn_per_amuont"))
    said = loyalty("serve")
    assert said.code == 0
    assert len(executed) == 1
    assert f"earn/base-points.yaml:{line_of(rule, 'amuont')}:5: " in said.err
    assert "'earn_per_amount'" in said.err
    assert "the last good ones stay" in said.err


def test_the_worker_does_what_is_due_and_ends(loyalty: Loyalty):
    assert loyalty("rules", "publish").code == 0
    assert loyalty("worker", "--once").code == 0
