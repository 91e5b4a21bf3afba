"""`loyalty rules`: what is wrong, what is said, what comes true, what is in force."""

from __future__ import annotations

import re
from pathlib import Path

from loyalty_engine.cli.shared.opening import opened
from tests.cli.conftest import Loyalty, line_of


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_rules_without_fault_are_counted(loyalty: Loyalty, home: Path):
    said = loyalty("rules", "check")
    assert said.code == 0
    scenarios = len([*(home / "rules/grocer/scenarios").glob("*.yaml")])
    assert re.search(rf"grocer: \d\d rules, {scenarios} scenarios, sha256:", said.out)


def test_every_fault_is_told_with_its_place(loyalty: Loyalty, home: Path):
    grocer = home / "rules/grocer"
    change(grocer / "earn/gold-fresh.yaml", "tier_is", "teir_is")
    change(grocer / "earn/fuel-points.yaml", "every: 2", "every: two")
    change(grocer / "scenarios/fuel.yaml", "unit_price", "unitprice")
    change(home / "rules/fashion/primes/anniversaire.yaml", "100", "1,5")
    said = loyalty("rules", "check", "-p", "grocer")
    assert said.code == 1
    line = line_of(grocer / "earn/gold-fresh.yaml", "teir_is")
    assert f"{grocer}/earn/gold-fresh.yaml:{line}:5: " in said.out
    assert "Did you mean 'tier_is'?" in said.out
    assert f"{grocer}/earn/fuel-points.yaml:" in said.out
    assert "fashion" not in said.out

    said = loyalty("rules", "check", "--json")
    assert said.code == 1
    rows = said.json["findings"]
    assert {Path(row["file"]).name for row in rows} >= {"gold-fresh.yaml", "anniversaire.yaml"}
    assert {"level", "line", "column", "text", "suggestion"} <= rows[0].keys()


def test_faults_of_scenarios_are_told_once_the_rules_are_right(loyalty: Loyalty, home: Path):
    change(home / "rules/grocer/scenarios/fuel.yaml", "unit_price", "unitprice")
    said = loyalty("rules", "check", "-p", "grocer")
    assert said.code == 1
    line = line_of(home / "rules/grocer/scenarios/fuel.yaml", "unitprice")
    assert f"scenarios/fuel.yaml:{line}:" in said.out
    assert "Did you mean 'unit_price'?" in said.out


def test_rules_are_read_aloud(loyalty: Loyalty):
    said = loyalty("rules", "list", "-p", "grocer")
    assert "offers (all)" in said.out
    assert "Fresh Tuesday: when the day is Tuesday, on fresh/fruit" in said.out
    assert "[2026-06-01 … 2026-08-31]" in said.out
    french = loyalty("rules", "list", "-p", "fashion").out.replace("\N{NO-BREAK SPACE}", " ")
    assert "Cadeau d'anniversaire : quand " in french
    assert "Birthday gift: " in loyalty("rules", "list", "-p", "fashion", "--language", "en").out
    rules = loyalty("rules", "list", "-p", "grocer", "--json").json
    assert next(it for it in rules if it["rule"] == "fresh-tuesday")["lane"] == "points"


def test_scenarios_come_true(loyalty: Loyalty):
    said = loyalty("rules", "test", "--coverage")
    assert said.code == 0
    assert "grocer: every rule is touched by a scenario" in said.out


def test_a_scenario_that_fails_shows_what_was_expected_and_what_came(loyalty: Loyalty, home: Path):
    change(home / "rules/grocer/earn/base-points.yaml", "points: 1,", "points: 2,")
    said = loyalty("rules", "test", "-p", "grocer", "-k", "first-shop")
    assert said.code == 1
    assert "the first shop earns points and the welcome bonus" in said.out
    row = next(line.split() for line in said.out.splitlines() if "points.points" in line)
    line = line_of(home / "rules/grocer/scenarios/first-shop.yaml", "points: {points: 112}")
    assert row == ["1.", "purchase", "points.points", "112", "124", str(line)]
    assert "grocer: 0 of 1 scenarios come true" in said.out

    told = loyalty("rules", "test", "-p", "grocer", "-k", "first-shop", "--json")
    assert told.code == 1
    (scenario,) = told.json["scenarios"]
    assert not scenario["passed"]
    assert scenario["failures"][0]["expected"] == "112"


def test_a_rule_that_no_scenario_touches_is_named(loyalty: Loyalty, home: Path):
    (home / "rules/grocer/scenarios/fuel.yaml").unlink()
    assert loyalty("rules", "test", "-p", "grocer").code == 0
    said = loyalty("rules", "test", "-p", "grocer", "--coverage")
    assert said.code == 1
    assert "no scenario touches fuel-points" in said.out


def test_what_is_published_is_in_force_and_faults_are_not(loyalty: Loyalty, home: Path):
    said = loyalty("rules", "publish")
    assert said.code == 0
    assert said.out.count("in force ") == 2
    assert loyalty("rules", "publish").out.count("in force already") == 2

    change(home / "rules/grocer/earn/base-points.yaml", "points: 1,", "points: 2,")
    change(home / "rules/fashion/points/points-de-base.yaml", "points: 1,", "points: one,")
    with opened() as parts:
        before = {name: parts.shelf.current(name).hash for name in ("grocer", "fashion")}
    said = loyalty("rules", "publish", "--by", "marie")
    assert said.code == 1
    assert "points-de-base.yaml" in said.err
    with opened() as parts:
        after = {name: parts.shelf.current(name).hash for name in ("grocer", "fashion")}
    assert after["fashion"] == before["fashion"]
    assert after["grocer"] != before["grocer"]
