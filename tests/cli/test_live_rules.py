"""`loyalty rules` status, history, rollback, stop and start; the commands of docs/live-rules.md."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from loyalty_engine.cli.shared.opening import opened
from tests.cli.conftest import ROOT, Loyalty
from tests.cli.test_rules import change
from tests.docs.reading import blocks

PAGE = ROOT / "docs/live-rules.md"


@pytest.fixture
def grocer(home: Path, loyalty: Loyalty) -> Path:
    """The grocer's folder, in force."""
    shutil.rmtree(home / "rules/fashion")
    assert loyalty("rules", "publish", "--by", "ada").code == 0
    return home / "rules/grocer"


def current() -> str:
    with opened() as parts:
        return parts.shelf.current("grocer").hash


def dearer(grocer: Path) -> None:
    change(grocer / "earn/base-points.yaml", "points: 1,", "points: 2,")


def test_the_page_can_be_followed(grocer: Path, loyalty: Loyalty):
    dearer(grocer)
    lines = [
        line
        for block in blocks(PAGE)
        if block.mark == "run"
        for line in block.text.splitlines()
        if line
    ]
    assert len(lines) == 8
    said = {}
    for line in lines:
        told = loyalty(*shlex.split(line)[1:])
        assert told.code == 0, (line, told)
        said[line] = told.out
    assert "marie, stopping fuel-points" in said["loyalty rules status -p grocer"]
    assert "stopped: fuel-points" in said["loyalty rules status -p grocer"]
    assert "changed base-points: " in said["loyalty rules history -p grocer"]
    assert "in force, without fuel-points" in said[lines[-1]]


def test_history_tells_who_when_and_what(grocer: Path, loyalty: Loyalty):
    first = current()
    dearer(grocer)
    loyalty("rules", "publish", "--by", "marie")
    newest, oldest = loyalty("rules", "history", "--json").json
    assert (newest["by"], oldest["by"]) == ("marie", "ada")
    assert (newest["rulebook"], oldest["rulebook"]) == (current(), first)
    assert newest["from"] >= oldest["from"]
    (line,) = newest["changes"]
    assert re.match(r"changed base-points: .*2 points.*; before: .*1 point", line)
    assert all(line.startswith("added ") for line in oldest["changes"])
    assert loyalty("rules", "history", "--most", "1").out.count("sha256:") == 1


def test_a_rollback_goes_back_and_names_can_be_short(grocer: Path, loyalty: Loyalty):
    first = current()
    dearer(grocer)
    loyalty("rules", "publish")
    second = current()
    assert loyalty("rules", "rollback").code == 0
    assert current() == first
    assert "stay until the files change" in loyalty("rules", "status").out
    assert loyalty("rules", "rollback", second[7:15]).code == 0
    assert current() == second
    assert loyalty("rules", "rollback", "f00").code == 1
    assert current() == second


def test_a_rollback_holds_until_files_are_published(grocer: Path, loyalty: Loyalty):
    first = current()
    dearer(grocer)
    loyalty("rules", "take-up")
    second = current()
    assert first != second
    loyalty("rules", "rollback")
    loyalty("rules", "take-up")
    assert current() == first
    loyalty("rules", "publish")
    assert current() == second


def test_without_anything_before_there_is_no_going_back(grocer: Path, loyalty: Loyalty):
    said = loyalty("rules", "rollback")
    assert (said.code, "no other rules before" in said.err) == (1, True)


def test_a_stopped_rule_stays_so_until_it_is_started(grocer: Path, loyalty: Loyalty):
    first = current()
    assert loyalty("rules", "stop", "fuel-points", "--by", "ada").code == 0
    dearer(grocer)
    loyalty("rules", "publish")
    loyalty("rules", "rollback")
    (told,) = loyalty("rules", "status", "--json").json
    assert told["stopped"] == ["fuel-points"]
    with opened() as parts:
        assert "fuel-points" not in parts.shelf.current("grocer").by_id
    loyalty("rules", "start", "fuel-points")
    assert current() == first
    assert loyalty("rules", "start", "fuel-points").code == 1
    assert loyalty("rules", "stop", "no-such-rule").code == 1


def test_two_stops_at_once_both_count(grocer: Path, loyalty: Loyalty):
    from loyalty_engine.use_cases.rules.rule_changes import stop_rule

    with opened() as one, opened() as two:
        for parts, rule in ((one, "fuel-points"), (two, "base-points")):
            stop_rule(parts.shelf, "grocer", rule, "ada", parts.clock.now())
        one.shelf.refresh("grocer")
        assert one.shelf.current("grocer").stopped == ("base-points", "fuel-points")


def test_the_engines_own_list_has_no_place_in_the_folder(grocer: Path, loyalty: Loyalty):
    (grocer / "stopped.yaml").write_text("stopped: [base-points]\n")
    said = loyalty("rules", "check")
    assert (said.code, "stopped.yaml:1:1" in said.out) == (1, True)


def test_another_folder_is_published_and_leaves_the_service_alone(
    grocer: Path, home: Path, loyalty: Loyalty
):
    shutil.copytree(grocer, home / "next")
    dearer(home / "next")
    assert loyalty("rules", "publish", str(home / "next")).code == 0
    published = current()
    loyalty("rules", "take-up")
    assert current() == published
    assert "not in force" in loyalty("rules", "status").out


@pytest.mark.parametrize("part", range(1, 21))
def test_what_is_cut_off_is_never_in_force(grocer: Path, loyalty: Loyalty, part: int):
    """At 20 places: either it is told as broken, or what is left is a whole rule as well."""
    first = current()
    rule = grocer / "earn/base-points.yaml"
    whole = rule.read_text()
    rule.write_text(whole[: len(whole) * part // 21])
    faulty = loyalty("rules", "check").code == 1
    loyalty("rules", "take-up")
    told = loyalty("rules", "status")
    assert told.code == int(faulty)
    if faulty:
        assert "earn/base-points.yaml:" in told.out
        assert current() == first
    rule.write_text(whole)
    loyalty("rules", "take-up")
    assert (loyalty("rules", "status").code, current()) == (0, first)
