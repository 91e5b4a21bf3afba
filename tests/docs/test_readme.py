"""The README can be followed: its commands run, word for word, against a running service."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from loyalty_engine.cli import loyalty
from tests.docs.reading import ROOT, blocks, tables
from tests.end_to_end.running import free_port

README = ROOT / "README.md"
LOYALTY = [sys.executable, "-c", "from loyalty_engine.cli import main; main()"]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[dict[str, str]]:
    """`loyalty serve` on an embedded database of its own; answers URL and KEY."""
    url = f"http://127.0.0.1:{free_port()}"
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("LOYALTY_")},
        "LOYALTY_HOME": str(tmp_path),
        "LOYALTY_LOG_LEVEL": "ERROR",
    }
    made = subprocess.run(
        [*LOYALTY, "keys", "create", "-p", "grocer", "-s", "admin"],
        cwd=ROOT, env=environment, text=True, capture_output=True, check=True,
    )  # fmt: skip
    process = subprocess.Popen(
        [*LOYALTY, "serve", "--bind", url.removeprefix("http://")], cwd=ROOT, env=environment
    )
    try:
        wait_for(url)
        yield {"URL": url, "KEY": made.stdout.strip()}
    finally:
        process.terminate()
        process.wait(30)


def wait_for(url: str) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError("the service does not come up")


def is_part(told: Any, whole: Any) -> bool:
    """Whether everything that is told is in the whole."""
    if isinstance(told, dict):
        return isinstance(whole, dict) and all(
            key in whole and is_part(value, whole[key]) for key, value in told.items()
        )
    return bool(told == whole)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("curl") is None, reason="the README speaks curl")
def test_the_curl_lines_answer_what_is_written_beside_them(service: dict[str, str]):
    every = blocks(README)
    helpers = next(block.text for block in every if "ask()" in block.text)
    asked = [block.text for block in every if block.mark == "try"]
    answers = [json.loads(block.text) for block in every if block.mark == "answer"]
    assert len(asked) == len(answers) > 6
    helpers = re.sub(r"^export URL=.*\n", "", helpers)
    script = helpers + "".join(f"{command}printf '\\0'\n" for command in asked)
    ran = subprocess.run(
        ["bash", "-eu", "-c", script], env={**os.environ, **service}, text=True,
        capture_output=True, check=True, timeout=60,
    )  # fmt: skip
    for command, told, answer in zip(asked, answers, ran.stdout.split("\0"), strict=False):
        assert is_part(told, json.loads(answer)), f"{command}\nanswers {answer}"


def test_files_are_shown_as_they_are():
    shown = [block for block in blocks(README) if block.mark.startswith("file: ")]
    assert shown
    for block in shown:
        text = (ROOT / block.mark.removeprefix("file: ")).read_text()
        assert re.sub(r"^# yaml-language-server: .*\n", "", text, flags=re.MULTILINE) == block.text


def test_every_command_is_listed():
    (listed,) = (rows for _, rows in tables(README) if "command" in rows[0])
    names = [row["command"].strip("`").removeprefix("loyalty ") for row in listed]
    assert sorted(names) == loyalty.list_commands(click.Context(loyalty))


def test_every_document_is_found_by_following_links():
    found: set[Path] = set()
    ahead = [README]
    while ahead:
        page = ahead.pop()
        if page in found or page.suffix != ".md" or not page.is_file():
            continue
        found.add(page)
        links = re.findall(r"\]\(([^)#\s]+)", page.read_text())
        ahead += [(page.parent / link).resolve() for link in links if ":" not in link]
    assert [path.name for path in ROOT.glob("docs/**/*.md") if path not in found] == []
