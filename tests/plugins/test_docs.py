"""docs/plugins.md says what is so: every hook with its signature, and an example that works."""

from __future__ import annotations

import inspect
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from loyalty_engine import hookspecs, use_cases
from loyalty_engine.delivery import backoff, reacting
from loyalty_engine.domain.errors import Forbidden
from loyalty_engine.domain.purchase import Line
from loyalty_engine.hookspecs import GuardFails
from loyalty_engine.plugin_host import answers, circuit, plugins
from loyalty_engine.plugin_host.__main__ import MOST_MEMORY
from loyalty_engine.plugin_host.hooked import HOOKS
from loyalty_engine.rule_files import read_programme
from loyalty_engine.rulebook.deciding import word_answers
from loyalty_engine.rulebook.deciding.decide import decide
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from tests.plugins.conftest import Load, purchase
from tests.vocabulary import baskets

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "plugins.md").read_text("utf-8")


def block(mark: str) -> str:
    """The code below a mark."""
    found = re.search(rf"<!-- {mark} -->\n```\w+\n(.*?)```", PAGE, re.DOTALL)
    assert found, f"no code marked {mark}"
    return found[1]


def test_there_are_five_hooks():
    assert HOOKS == (
        "register_words",
        "open_channels",
        "gather_facts",
        "guard",
        "handle_event",
    )


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_is_documented_with_its_signature(hook: str):
    headings = re.findall(r"^### `(.+)`$", PAGE, re.MULTILINE)
    wanted = [it for it in headings if it.startswith(f"{hook}(")]
    assert wanted == [_source_signature(hook)]


def _source_signature(hook: str) -> str:
    """As hookspecs.py has it, on one line."""
    source = inspect.getsource(getattr(hookspecs, hook))
    found = re.search(r"def (\w+\(.*?\) -> .+?):\s*(?:#.*)?$", source, re.DOTALL | re.MULTILINE)
    assert found
    return re.sub(r"\s+", " ", found[1]).replace("( ", "(").replace(" )", ")").replace(",)", ")")


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_says_when_how_often_and_what_a_crash_does(hook: str):
    told = getattr(hookspecs, hook).__doc__
    for part in ("When: ", "How often: ", "What a crash does: "):
        assert part in told


def test_no_hook_is_documented_that_is_none():
    assert len(re.findall(r"^### `", PAGE, re.MULTILINE)) == len(HOOKS)


def test_the_page_lists_every_request_that_a_guard_is_asked_about():
    code = "".join(it.read_text() for it in Path(use_cases.__path__[0]).rglob("*.py"))
    asked = re.findall(r"(?:hooks\.guard|prepare)\([^()]*(?:\([^()]*\))?[^()]*?\"(\w+)\"", code)
    table = PAGE.partition("| `action` |")[2].partition("\n\n")[0]
    listed = [name for row in table.splitlines()[2:] for name in re.findall(r"`(\w+)`", row)]
    assert sorted(listed) == sorted(set(asked))


def test_the_numbers_on_the_page_are_those_in_force():
    assert plugins.DEADLINE == 0.5
    assert (circuit.FAILURES, circuit.PAUSE) == (5, 30.0)
    assert (answers.MOST_FACTS, answers.LONGEST_TEXT) == (100, 500)
    assert answers.LARGEST_NUMBER == 2**63 - 1
    assert MOST_MEMORY == 2**30
    assert (backoff.MOST_ATTEMPTS, reacting.DEADLINE, reacting.MOST_STUCK) == (20, 10.0, 5)
    assert (word_answers.MOST_OUTCOMES, word_answers.LARGEST) == (1000, 10**15)
    assert {f'`"{policy}"`' for policy in GuardFails} == set(
        re.findall(r'^\| (`"\w+"`)', PAGE, re.MULTILINE)
    )


@pytest.fixture
def example(folder: Path, load: Load):
    (folder / "delivery_slots.py").write_text(block("plugin: delivery_slots"))
    return load()


@pytest.mark.parametrize(("hour", "quiet"), [(9, True), (10, False), (14, True), (16, False)])
def test_the_example_gathers_its_fact(example, hour: int, quiet: bool):
    told = replace(purchase(), occurred_at=datetime(2026, 3, 5, hour, tzinfo=UTC))
    assert example.gather_facts("grocer", told) == {"delivery_slots": {"quiet": quiet}}
    assert example.gather_facts("fashion", told) == {}


@pytest.mark.parametrize("quiet", [True, False])
def test_the_examples_rule_works(example, quiet: bool):
    source = {**read_programme(ROOT / "rules" / "grocer"), "quiet.yaml": block("rule")}
    rulebook = parse_rulebook(source, example.words)
    facts = baskets.facts(baskets.line(1000), member=baskets.ada())
    decision = decide(rulebook, replace(facts, plugins={"delivery_slots": {"quiet": quiet}}))
    (verdict,) = (it for it in decision.verdicts if it.rule == "quiet-delivery")
    assert verdict.status == ("applied" if quiet else "not_met")
    assert verdict.granted == ({"points": 25} if quiet else {})


def test_the_examples_guard_refuses(example):
    alone = replace(purchase(), lines=(Line("1", "VAN", 1000, 400, "delivery"),))
    example.guard("grocer", "record_purchase", alone, False)
    example.guard("grocer", "record_purchase", purchase(), True)
    with pytest.raises(Forbidden, match="a delivery alone"):
        example.guard("grocer", "record_purchase", alone, True)


def test_the_examples_reaction_reacts(example, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WAREHOUSE_INBOX", str(tmp_path))
    (plugin,) = example.reactions
    told = {
        "event": "purchase_recorded",
        "body": {"member": "ada", "purchase": "T-1"},
        "id": "abc",
        "program": "grocer",
        "at": datetime(2026, 3, 5, tzinfo=UTC),
    }
    assert [plugin.react(told), plugin.react(told)] == ["", ""]
    assert (tmp_path / "abc").read_text() == "T-1"


def test_the_page_knows_every_constant_a_plugin_may_declare():
    loader = inspect.getsource(__import__("loyalty_engine.plugin_loader", fromlist=["x"]))
    declared = set(re.findall(r'getattr\(module, "([A-Z_]+)"', loader))
    assert declared == {"PROGRAMS", "GUARD_FAILS"}
    assert all(name in PAGE for name in declared)


def test_links_within_the_page_lead_somewhere():
    headings = re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", it.lower()).replace(" ", "-") for it in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) <= anchors
