"""Rules are checked over HTTP as by `loyalty rules check`, and nothing of it stays."""

from __future__ import annotations

import json
import os
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner
from werkzeug.test import TestResponse

from loyalty_engine.api import checking
from loyalty_engine.bootstrap import Parts
from loyalty_engine.cli import loyalty
from tests.api.service import BASE, GOLD, PROGRAM, TIERS, Till, give_key

DOUBLE = "rule: double\nlane: base\nwhen: [weekday_is: [sat]]\nthen: [multiply_points: 2]\n"
SLIP = "rule: slip\nlane: bse\nwhen: [weekday_iz: [sat]]\nthen: [multiply_points: 2]\n"


def check(till: Till, **files: str | None) -> TestResponse:
    body = {"files": {name.replace("__", "/") + ".yaml": text for name, text in files.items()}}
    return till.post("/v1/rules/check", body)


def test_a_rule_without_fault_is_clean(till: Till):
    before = till.get("/v1/rules").json
    told = check(till, offers__double=DOUBLE).json
    assert (told["clean"], told["rules"], told["more"]) == (True, 5, 0)
    assert [it["level"] for it in told["findings"] if it["file"] == "offers/double.yaml"] == []
    assert till.get("/v1/rules").json == before


def test_every_fault_is_told_with_its_place_and_the_nearest_word(till: Till):
    told = check(till, slip=SLIP).json
    assert told["clean"] is False
    assert told["rulebook"] is None
    found = {(it["file"], it["line"], it["suggestion"]) for it in told["findings"]}
    assert found == {("slip.yaml", 2, "base"), ("slip.yaml", 3, "weekday_is")}


def test_files_take_the_place_of_those_in_force_or_take_them_away(till: Till):
    assert check(till, gold=None).json["rules"] == 3
    assert check(till, gold=GOLD.replace("50", "60")).json["rules"] == 4
    twice = check(till, other=GOLD).json
    assert (twice["clean"], twice["findings"][0]["file"]) == (False, "other.yaml")
    body = {"files": {"program.yaml": PROGRAM.format(name="shop"), "base.yaml": BASE}}
    assert till.post("/v1/rules/check", {**body, "whole": True}).json["rules"] == 1
    lost = till.post("/v1/rules/check", {"files": {"base.yaml": BASE}, "whole": True}).json
    assert (lost["clean"], lost["findings"][0]["file"]) == (False, "program.yaml")


def test_it_finds_what_the_command_finds(till: Till, tmp_path: Path):
    files = {"program.yaml": PROGRAM.format(name="shop"), "tiers.yaml": TIERS, "base.yaml": BASE}
    files |= {"gold.yaml": GOLD, "slip.yaml": "rule: idle\nlane: base\nuntil: 2020-01-01\n"
              "when: [spent_at_least: 1.00, spent_at_least: 2.00]\nthen: [earn_points: 1]\n"}  # fmt: skip
    folder = tmp_path / "shop"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    ran = CliRunner().invoke(
        loyalty, ["rules", "check", str(folder), "--today", "2026-03-05", "--format", "json"]
    )
    by_command = json.loads(ran.output)["findings"]
    for it in by_command:
        it["file"] = str(Path(it["file"]).relative_to(folder))
    by_call = till.post("/v1/rules/check", {"files": files, "whole": True}).json
    assert by_call["findings"] == by_command
    assert by_command


@pytest.mark.parametrize(
    "path", ["../x.yaml", "/x.yaml", "a/../x.yaml", ".x.yaml", "a/.b/x.yaml", "stopped.yaml",
             "x.txt", "x", "a//x.yaml", "a\\x.yaml"],
)  # fmt: skip
def test_a_path_that_leads_elsewhere_is_refused(till: Till, path: str):
    answer = till.post("/v1/rules/check", {"files": {path: BASE}})
    assert (answer.status_code, answer.json["code"]) == (422, "invalid_body")


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n",
        "[" * 10_000,
        "rule: !!python/object/apply:os.system ['true']\n",
        "rule: a\nrule: b\n",
        "\x00\x01",
        "- \t- a",
        "x" * 900_000,
    ],
    ids=["bomb", "deep", "tag", "twice", "binary", "tabs", "long"],
)
def test_hostile_texts_are_refused_in_time(till: Till, text: str):
    answer = check(till, hostile=text)
    assert answer.status_code == 200
    assert answer.json["clean"] is False


def test_a_check_that_takes_too_long_is_ended(till: Till, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(checking, "_process", ["sleep", "60"])
    monkeypatch.setattr(checking, "SECONDS", 1)
    answer = check(till, double=DOUBLE)
    assert (answer.status_code, answer.json["code"]) == (422, "check_too_long")


def test_while_one_check_runs_others_wait_outside(
    till: Till, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    monkeypatch.setattr(checking, "_process", ["sh", "-c", f"read it <{gate}; kill -9 $$"])
    first = Thread(target=check, args=(till,), kwargs={"double": DOUBLE})
    first.start()
    with gate.open("w") as opened:  # waits until the first check reads
        answer = check(till, double=DOUBLE)
        opened.write("on\n")
    first.join()
    assert (answer.status_code, answer.json["code"]) == (429, "too_many_requests")


def test_a_process_that_fails_is_our_fault(till: Till, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(checking, "_process", ["false"])
    answer: Any = check(till, double=DOUBLE)
    assert (answer.status_code, answer.json["code"]) == (500, "internal_error")


def test_reading_rules_is_enough_to_check_them(till: Till, parts: Parts):
    assert check(Till(till.app, give_key(parts, "shop", "rules:read")), double=DOUBLE).json["clean"]
    quotes = Till(till.app, give_key(parts, "shop", "quotes"))
    assert check(quotes, double=DOUBLE).status_code == 403
