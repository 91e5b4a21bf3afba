"""A scenario that does not come true is told step by step, with what came instead."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from loyalty_engine.domain.ledger import Cause
from loyalty_engine.ports import Address
from loyalty_engine.rulebook.faults import RulebookErrors
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.scenarios import run as running
from loyalty_engine.scenarios.acts import all_acts
from loyalty_engine.scenarios.reading import read_scenarios
from loyalty_engine.scenarios.run import Outcome, run_scenario, untouched
from loyalty_engine.scenarios.stage import Stage, open_storage
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.use_cases.points.booking import open_book
from loyalty_engine.vocabulary import standard_words
from tests.shop import BASE, PROGRAM

ROOT = Path(__file__).parents[2]
GIFT = "rule: gift\nlane: bonus\nwhen: [spent_at_least: 50.00]\nthen: [earn_points: 5]\n"
HEAD = """
scenario: one purchase
given:
  member: {id: ada, enrolled_at: "2026-01-05T10:00:00+01:00"}
steps:
"""
BUY = """
  - purchase:
      {id: T-1, member: ada, occurred_at: "2026-03-05T12:00:00",
       lines: [{sku: A, unit_price: 1000}]}
"""


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    source = {"program.yaml": PROGRAM, "base.yaml": BASE, "gift.yaml": GIFT}
    return parse_rulebook(source, standard_words())


@pytest.fixture(scope="module")
def storage() -> Iterator[SqlStorage]:
    storage = open_storage()
    yield storage
    storage.close()


def play(rulebook: Rulebook, storage: SqlStorage, steps: str, head: str = HEAD) -> Outcome:
    (scenario,) = read_scenarios({"scenarios/one.yaml": head + steps}, rulebook)
    return run_scenario(rulebook, scenario, storage)


def told(outcome: Outcome) -> list[tuple[int, str, str, str]]:
    return [
        (it.step, it.difference.what, it.difference.expected, it.difference.actual)
        for it in outcome.failures
    ]


def faults(rulebook: Rulebook, steps: str, head: str = HEAD) -> list[str]:
    with pytest.raises(RulebookErrors) as caught:
        read_scenarios({"scenarios/one.yaml": head + steps}, rulebook)
    return [str(fault) for fault in caught.value.faults]


def test_what_comes_true_passes(rulebook: Rulebook, storage: SqlStorage):
    outcome = play(rulebook, storage, BUY + "    expect: {points: {points: 10}, discount: 0}\n")
    assert outcome.passed
    assert outcome.touched == {"base"}
    assert untouched(rulebook, [outcome]) == ["gift"]


def test_one_row_of_a_table_is_enough(rulebook: Rulebook, storage: SqlStorage):
    rows = "id;then earn_points\none;1\ntwo;2\n"
    source = {**rulebook.source, "rows.yaml": "table: rows\nlane: base\n", "rows.csv": rows}
    with_table = parse_rulebook(source, standard_words())
    bought = play(with_table, storage, BUY + "    expect: {rules: {rows-one: applied}}\n")
    assert untouched(with_table, [bought]) == ["gift"]
    assert untouched(with_table, []) == ["base", "gift", "table rows.csv"]


@pytest.mark.parametrize(
    ("expect", "what", "expected", "actual"),
    [
        ("{points: {points: 11}}", "points.points", "11", "10"),
        ("{points: {points: 10}, net: 1001}", "net", "1001", "1000"),
        ("{rules: {gift: applied}}", "rules.gift", "applied", "not_met"),
        ("{rules: {base: {points: {points: 9}}}}", "rules.base.points.points", "9", "10"),
        ("{flags: [late]}", "flags", "late", "nothing"),
        ("{tier: {before: gold}}", "tier.before", "gold", ""),
        ("{late: yes}", "late", "yes", "no"),
        ("{status: 200}", "status", "200", "201"),
        ("{refused: member_unknown}", "refused", "member_unknown", "nothing"),
        ("{balance: {points: {debt: 1}}}", "balance.points.debt", "1", "0"),
        ('{lines: {"1": {net: 5}}}', "lines.1.net", "5", "1000"),
        ('{lines: {"2": {net: 5}}}', "lines.2.net", "5", "0"),
        ("{messages: {gift: Thank you}}", "messages.gift", "Thank you", "nothing"),
    ],
)
def test_what_comes_otherwise_is_told(
    rulebook: Rulebook, storage: SqlStorage, expect: str, what: str, expected: str, actual: str
):
    outcome = play(rulebook, storage, f"{BUY}    expect: {expect}\n")
    assert told(outcome) == [(1, what, expected, actual)]
    assert outcome.failures[0].difference.place.line == 10


def test_a_refusal_that_nobody_expected_is_told_with_its_words(
    rulebook: Rulebook, storage: SqlStorage
):
    outcome = play(rulebook, storage, BUY.replace("ada", "zoe"))
    ((step, what, expected, actual),) = told(outcome)
    assert (step, what, expected) == (1, "answer", "done")
    assert actual.startswith("refused: member_unknown: ")


def test_another_refusal_than_expected_is_told(rulebook: Rulebook, storage: SqlStorage):
    outcome = play(rulebook, storage, BUY.replace("ada", "zoe") + "    expect: {refused: other}\n")
    assert told(outcome) == [(1, "refused", "other", "member_unknown")]


def test_a_member_who_cannot_be_is_told(rulebook: Rulebook, storage: SqlStorage):
    outcome = play(rulebook, storage, BUY, HEAD.replace("id: ada", "id: ada, language: xx"))
    ((step, what, _, actual),) = told(outcome)
    assert (step, what) == (0, "members")
    assert "language_unknown" in actual


def test_scenarios_know_nothing_of_one_another(rulebook: Rulebook, storage: SqlStorage):
    for _ in range(2):
        outcome = play(rulebook, storage, BUY + "    expect: {balance: {points: 10}}\n")
        assert outcome.passed


def test_instants_are_compared_and_not_how_they_are_written(
    rulebook: Rulebook, storage: SqlStorage
):
    looked = '  - tier: {member: ada}\n    expect: {since: "2026-01-05T09:00:00Z"}\n'
    assert play(rulebook, storage, looked).passed
    wrong = looked.replace("09:00", "09:01")
    assert told(play(rulebook, storage, wrong)) == [
        (1, "since", "2026-01-05T09:01:00Z", "2026-01-05T09:00:00Z")
    ]


def test_the_clock_never_goes_back(rulebook: Rulebook, storage: SqlStorage):
    late = BUY.replace("T-1", "T-0").replace("03-05", "03-01") + "    expect: {late: yes}\n"
    assert play(rulebook, storage, BUY + late).passed


def test_books_that_do_not_add_up_are_told(
    rulebook: Rulebook, storage: SqlStorage, monkeypatch: pytest.MonkeyPatch
):
    def give_from_nowhere(stage: Stage, member: object) -> None:
        caller = stage.caller()
        with stage.engine.storage.begin(stage.room, caller.now) as work:
            record = work.find_member(Address("member", "ada"))
            assert record is not None
            book = open_book(work, record, caller.now)
            lot = book.issue(
                "points", 7, Cause("adjust", record.number, caller.now), active_from=caller.now
            )
            lot.remaining -= 1
            work.save_book(book)

    monkeypatch.setattr(running, "_give_lots", give_from_nowhere)
    head = HEAD.replace("id: ada", "id: ada, lots: [{unit: points, points: 7}]")
    outcome = play(rulebook, storage, "  - balance: {member: ada}\n", head)
    assert outcome.failures
    assert {failure.act for failure in outcome.failures} == {"verify"}


@pytest.mark.parametrize(
    ("steps", "fault"),
    [
        (
            "  - purchase: {id: T-1}\n",
            "6:15: steps.purchase: a purchase needs 'occurred_at' and 'lines'",
        ),
        ("  - buy: {}\n", "6:5: steps: no key 'buy' in a step"),
        (f"{BUY}    expect: {{pointz: {{}}}}\n", "Did you mean 'points'?"),
        (f"{BUY}    expect: {{points: {{point: 1}}}}\n", "no unit 'point'. Did you mean 'points'?"),
        (f"{BUY}    expect: {{rules: {{bese: applied}}}}\n", "Did you mean 'base'?"),
        (BUY.replace("1000", "10.00"), "amounts of purchases are in minor units"),
        (BUY.replace("1000", "-1"), "is negative"),
        (BUY.replace("2026-03-05T12:00:00", "5 March"), "is not an instant"),
        (BUY.replace("2026-03-05T12:00:00", "0001-01-01T00:00:00+23:59"), "is not an instant"),
        (BUY.replace("sku: A", "sku: A, skuu: B"), "no key 'skuu' in a line. Did you mean 'sku'?"),
        ('  - at: "2026-03-05T12:00:00"\n', "a step says one of adjust, "),
        (f"{BUY}    balance: {{member: ada}}\n", "a step says one of adjust, "),
        ("  - adjust: {member: ada, unit: coins, points: 1}\n", "no unit 'coins'"),
        ('  - grant: {member: ada, tier: gold, from: "2026-03-05"}\n', "no tier 'gold'"),
        ("  - balance: ada\n", "written as a mapping"),
        ("", "steps: a list is needed"),
    ],
)
def test_a_slip_is_told_with_its_place(rulebook: Rulebook, steps: str, fault: str):
    found = faults(rulebook, steps)
    assert len(found) == 1, found
    assert fault in found[0]
    assert found[0].startswith("scenarios/one.yaml:")


def test_every_fault_of_every_file_is_told_at_once(rulebook: Rulebook):
    with pytest.raises(RulebookErrors) as caught:
        read_scenarios(
            {
                "scenarios/a.yaml": HEAD + "  - buy: {}\n",
                "scenarios/b.yaml": "",
                "scenarios/c.yaml": HEAD + BUY.replace("1000", "1.5") + "    expect: {pt: 1}\n",
                "base.yaml": "no scenario",
            },
            rulebook,
        )
    files = [fault.place.file for fault in caught.value.faults]
    assert files == ["scenarios/a.yaml", "scenarios/b.yaml", "scenarios/c.yaml", "scenarios/c.yaml"]


def test_every_kind_of_step_is_used_by_a_scenario_of_ours():
    used: set[str] = set()
    for path in [*ROOT.glob("rules/*/scenarios/*"), *ROOT.glob("tests/programmes/*/scenarios/*")]:
        used.update(*(step.keys() for step in yaml.safe_load(path.read_text())["steps"]))
    assert set(all_acts()) - used == set()
