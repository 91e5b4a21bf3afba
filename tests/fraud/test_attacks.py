"""Every attack ends with nothing gained: what was paid, refunded, kept and held is added up."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from loyalty_engine.rule_files import read_programme
from loyalty_engine.rulebook.faults import Findings
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.sources import SCENARIOS
from loyalty_engine.scenarios.reading import read_scenario
from loyalty_engine.scenarios.run import Run
from loyalty_engine.scenarios.stage import Stage, open_storage
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.use_cases.deciding import codec
from loyalty_engine.vocabulary import standard_words

HERE = Path(__file__).parents[1] / "programmes" / "fraud"
SOURCE = read_programme(HERE)
ATTACKS = sorted(Path(name).stem for name in SOURCE if name.startswith(SCENARIOS))
GIVEN = {"account-takeover": 5000, "dormant-balance": 5000}
"""What the accounts held before, in points: the victims', not the attackers'."""


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return parse_rulebook(SOURCE, standard_words())


@pytest.fixture(scope="module")
def storage() -> Iterator[SqlStorage]:
    opened = open_storage()
    yield opened
    opened.close()


def gained(stage: Stage) -> Fraction:
    """What all members of a scenario have made of it, in cents: money back less money paid, goods
    that are kept at their price, and points at their value.
    """
    program, total = stage.program, Fraction(0)
    with stage.storage.read(stage.room) as view:
        numbers = view.members_after(0)
        members = [it for it in map(view.member, numbers) if it is not None]
        for account in {it.account for it in members} | set(numbers):
            for unit, it in view.balances(account).items():
                held = it.available + it.pending + it.held - it.debt
                total += held * program.units[unit].value
        for id_ in stage.recorded:
            stored = view.purchase(id_)
            assert stored is not None
            bought, kept = codec.purchase_of(stored.body), codec.kept_of(stored.kept)
            tender = sum(
                (program.units[unit].tender or 0) * points for unit, points in bought.spend.items()
            )
            cash = (stored.refunded - kept.tender_back) - (stored.paid - tender)
            prices = {line.id: line.unit_price for line in bought.lines}
            goods = sum(prices[it] * Fraction(milli, 1000) for it, milli in kept.lines.items())
            total += cash + goods
    return total


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_gains_nothing(attack: str, rulebook: Rulebook, storage: SqlStorage):
    file = f"{SCENARIOS}{attack}.yaml"
    findings = Findings(file)
    scenario = read_scenario(SOURCE[file], findings, rulebook)
    assert findings.faults == []
    assert scenario is not None
    stage = Stage(rulebook, storage)
    outcome = Run(scenario, stage).play()
    assert [str(it.difference) for it in outcome.failures] == []
    assert gained(stage) - GIVEN.get(attack, 0) <= 0


def test_a_gain_would_be_seen(rulebook: Rulebook, storage: SqlStorage):
    """Goods that are kept are worth what was paid; the points on top are honestly earned."""
    text = SOURCE[f"{SCENARIOS}earn-spend-return.yaml"].split("  - return")[0]
    scenario = read_scenario(text, Findings("honest.yaml"), rulebook)
    assert scenario is not None
    stage = Stage(rulebook, storage)
    Run(scenario, stage).play()
    assert gained(stage) == 3540  # the bottle that the points have bought
