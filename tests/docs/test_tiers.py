"""docs/tiers.md: its ladders can be read, and each plan comes to what stands below it."""

from __future__ import annotations

import re
import shlex
from datetime import date

import pytest

from loyalty_engine.cli.shared.tier_plans import read_counts, read_month
from loyalty_engine.domain.local_time import months_later
from loyalty_engine.domain.tier_plan import simulate
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.vocabulary import standard_words
from tests.docs.reading import ROOT, blocks

PATH = ROOT / "docs" / "tiers.md"
PROGRAM = """
program: corner
title: Corner
zone: Europe/London
currency: GBP
languages: [en, fr]
units: {points: {}}
lanes: [base: all, bonus: all]
"""
MARKED = {it.mark: it.text for it in blocks(PATH) if it.mark}
LADDERS = [mark for mark in MARKED if mark.startswith("tiers ")]


def rulebook(tiers: str, *rules: str) -> Rulebook:
    source = {"program.yaml": PROGRAM, "tiers.yaml": tiers}
    more = {f"rules/{place}.yaml": rule for place, rule in enumerate(rules)}
    return parse_rulebook(source | more, {it.word: it for it in standard_words()})


def told(ladder: str) -> tuple[str, list[tuple[str, ...]]]:
    """The command below a ladder, and the rows of the table below that."""
    section = PATH.read_text("utf-8").split(f"<!-- {ladder} -->")[1].split("\n## ")[0]
    command = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)[0]
    lines = [it for it in section.splitlines() if it.startswith("| ")]
    return command, [tuple(cell.strip() for cell in it.strip("|").split("|")) for it in lines[1:]]


def come_to(ladder: str, command: str) -> list[tuple[str, ...]]:
    """What the command says of the ladder."""
    program = rulebook(MARKED[ladder]).program
    words = shlex.split(command)
    assert words[:3] == ["loyalty", "tier", "simulate"]
    options = list(zip(words[3::2], words[4::2], strict=True))
    single = dict(options)
    joined = date.fromisoformat(single["--joined"])
    usual = read_counts(program, single.get("--each-month", ""))
    first = joined.replace(day=1)
    plan = {months_later(first, it): usual for it in range(int(single["--months"]))}
    plan |= dict(read_month(program, text) for name, text in options if name == "--in")
    standings, _ = simulate(program.tiers, joined, list(plan.values()), program.zone)
    return [
        (
            f"{it.since.astimezone(program.zone):%Y-%m-%d}", it.tier, str(it.why),
            f"{it.until.astimezone(program.zone):%Y-%m-%d}" if it.until else "",
        )
        for it in standings
    ]  # fmt: skip


@pytest.mark.parametrize("ladder", LADDERS)
def test_a_plan_comes_to_what_the_page_says(ladder: str) -> None:
    command, rows = told(ladder)
    assert rows == come_to(ladder, command)
    assert len(rows) > 1


def test_every_window_has_its_section() -> None:
    text = "".join(MARKED[it] for it in LADDERS)
    for window in ("calendar_year", "anniversary", "rolling", "tier_start", "lifetime"):
        assert window in text


def test_benefits_are_told_and_rules_do_them() -> None:
    read = rulebook(MARKED["benefits"], MARKED["rule"])
    assert [it.id for it in read.rules] == ["gold-weekends"]
    assert read.program.tiers.ladder[1].benefits[0]["fr"].startswith("Les points")
