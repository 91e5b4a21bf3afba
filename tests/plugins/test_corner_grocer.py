"""The retailer's own plugin that comes with the engine does what its page says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from loyalty_engine.domain.errors import Forbidden
from loyalty_engine.domain.purchase import Line, Purchase
from loyalty_engine.plugin_host.plugins import Plugins
from loyalty_engine.plugin_loader import PluginFaults, load_plugins
from loyalty_engine.rule_files import read_programme
from loyalty_engine.rulebook.deciding.decide import decide
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.telling.sentences import rule_sentence
from tests.plugins.conftest import PATIENT, purchase
from tests.vocabulary import baskets

ROOT = Path(__file__).parents[2]
RULE = """\
rule: market-fresh
title: Market mornings
lane: points
when:
  - on_market_day
on:
  - category: fresh
then:
  - multiply_points: 2
"""


@pytest.fixture(scope="module")
def plugins() -> Iterator[Plugins]:
    found = load_plugins(ROOT / "plugins", installed=False, deadline=PATIENT)
    yield found
    found.close()


def at(local: str, store: str = "bath-1") -> Purchase:
    return replace(purchase(store), occurred_at=datetime.fromisoformat(local).astimezone(UTC))


@pytest.mark.parametrize(
    ("local", "store", "market"),
    [
        ("2026-03-04T08:00:00+00:00", "bath-1", "Guildhall"),
        ("2026-03-04T07:59:59+00:00", "bath-1", ""),
        ("2026-03-04T13:59:59+00:00", "bath-2", "Guildhall"),
        ("2026-03-04T14:00:00+00:00", "bath-2", ""),
        ("2026-03-05T10:00:00+00:00", "bath-1", ""),
        ("2026-07-01T08:00:00+01:00", "bath-1", "Guildhall"),
        ("2026-07-01T08:00:00+00:00", "bath-1", "Guildhall"),
        ("2026-07-01T13:30:00+00:00", "bath-1", ""),
        ("2026-12-26T10:00:00+00:00", "bath-1", ""),
        ("2026-03-08T10:00:00+00:00", "bath-1", "Growers"),
        ("2026-03-08T10:00:00+00:00", "bath-2", ""),
        ("2026-03-06T06:30:00+00:00", "bristol-1", "Harbour"),
        ("2026-03-04T10:00:00+00:00", "", ""),
    ],
)
def test_a_market_is_held_at_its_local_hours(plugins: Plugins, local: str, store: str, market: str):
    facts = plugins.gather_facts("grocer", at(local, store))
    assert facts == {"corner_grocer": {"market": market}}


def test_the_fashion_house_is_none_of_its_business(plugins: Plugins):
    market = at("2026-03-04T08:00:00+00:00")
    assert plugins.gather_facts("fashion", market) == {}
    tobacco = replace(market, lines=(Line("1", "X", 1000, 500, "tobacco"),))
    plugins.guard("fashion", "record_purchase", tobacco, True)
    (plugin,) = plugins.reactions
    assert not plugin.serves("fashion")


@pytest.mark.parametrize("category", ["tobacco", "tobacco/cigars", "lottery", "gift-cards/books"])
def test_points_do_not_pay_for_what_they_may_not(plugins: Plugins, category: str):
    basket = replace(purchase(), lines=(*purchase().lines, Line("2", "X", 1000, 500, category)))
    plugins.guard("grocer", "record_purchase", basket, False)
    with pytest.raises(Forbidden, match="points cannot pay for") as refused:
        plugins.guard("grocer", "record_purchase", basket, True)
    assert refused.value.values == {"plugin": "corner_grocer"}


def test_points_pay_for_everything_else(plugins: Plugins):
    plugins.guard("grocer", "record_purchase", purchase(), True)
    plugins.guard("grocer", "adjust_points", None, True)
    like = replace(purchase(), lines=(Line("1", "X", 1000, 500, "tobacconists-magazines"),))
    plugins.guard("grocer", "record_purchase", like, True)


def event(id: str, member: str | None = "ada") -> dict[str, object]:
    return {
        "event": "purchase_recorded",
        "body": {"member": member, "purchase": "T-1", "points": {"points": 9}},
        "id": id,
        "program": "grocer",
        "at": datetime(2026, 3, 4, 10, tzinfo=UTC),
    }


def test_the_journal_tells_what_members_did(
    plugins: Plugins, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    journal = tmp_path / "journal.jsonl"
    monkeypatch.setenv("CORNER_GROCER_JOURNAL", str(journal))
    (plugin,) = plugins.reactions
    assert [plugin.react(event(name)) for name in ("a", "b", "b")] == ["", "", ""]
    assert plugin.react(event("guest", None)) == ""
    lines = [json.loads(line) for line in journal.read_text("utf-8").splitlines()]
    assert [line["id"] for line in lines] == ["a", "b", "b"]
    assert lines[0] == {
        "id": "a",
        "at": "2026-03-04T10:00:00+00:00",
        "event": "purchase_recorded",
        "member": "ada",
        "purchase": "T-1",
        "points": {"points": 9},
    }


def test_a_journal_that_cannot_be_written_is_no_success(
    plugins: Plugins, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("CORNER_GROCER_JOURNAL", str(tmp_path / "none" / "journal"))
    (plugin,) = plugins.reactions
    assert plugin.react(event("a")).startswith("FileNotFoundError at corner_grocer.py:")


def test_without_a_journal_nothing_is_written(plugins: Plugins, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("CORNER_GROCER_JOURNAL", raising=False)
    (plugin,) = plugins.reactions
    assert plugin.react(event("a")) == ""


@pytest.mark.parametrize(
    ("facts", "word", "points"),
    [
        ({"corner_grocer": {"market": "Guildhall"}}, "on_market_day", 20),
        ({"corner_grocer": {"market": ""}}, "on_market_day", 10),
        ({}, "on_market_day", 10),
        ({"corner_grocer": {"market": "Guildhall"}}, "on_market_day: [Guildhall, Harbour]", 20),
        ({"corner_grocer": {"market": "Growers"}}, "on_market_day: Guildhall", 10),
    ],
)
def test_a_rule_of_the_programme_can_use_the_word(
    plugins: Plugins, facts: dict, word: str, points: int
):
    source = dict(read_programme(ROOT / "rules" / "grocer"))
    source["market.yaml"] = RULE.replace("- on_market_day", f"- {word}")
    rulebook = parse_rulebook(source, plugins.words)
    basket = baskets.facts(baskets.line(1000, category="fresh/fruit"))
    decision = decide(rulebook, replace(basket, plugins=facts, member=baskets.ada()))
    earned = {grant.rule: grant.granted for grant in decision.grants}
    assert earned["base-points"] + earned.get("market-fresh", 0) == points


def test_its_sentences(plugins: Plugins):
    source = dict(read_programme(ROOT / "rules" / "grocer"))
    source["market.yaml"] = RULE.replace("- on_market_day", "- on_market_day: [Guildhall]")
    rulebook = parse_rulebook(source, plugins.words)
    rule = rulebook.by_id["market-fresh"]
    assert "when a market is held beside the store: Guildhall" in rule_sentence(
        rule, "en", rulebook.program
    )
    assert "un marché se tient à côté du magasin" in rule_sentence(rule, "fr", rulebook.program)


def test_a_list_of_markets_that_cannot_be_read_stops_the_start(tmp_path: Path):
    (tmp_path / "corner_grocer.py").write_text((ROOT / "plugins/corner_grocer.py").read_text())
    (tmp_path / "corner_grocer.toml").write_text('zone = "Europe/London"\nmarkets = [')
    with pytest.raises(PluginFaults, match="register_words fails: TOMLDecodeError"):
        load_plugins(tmp_path, installed=False)


def test_markets_are_read_again_when_they_change(tmp_path: Path):
    (tmp_path / "corner_grocer.py").write_text((ROOT / "plugins/corner_grocer.py").read_text())
    told = (ROOT / "plugins/corner_grocer.toml").read_text()
    (tmp_path / "corner_grocer.toml").write_text(told)
    plugins = load_plugins(tmp_path, installed=False, deadline=PATIENT)
    wednesday = at("2026-03-04T08:00:00+00:00")
    assert plugins.gather_facts("grocer", wednesday) == {"corner_grocer": {"market": "Guildhall"}}
    (tmp_path / "corner_grocer.toml").write_text(told.replace("Guildhall", "Town Hall"))
    try:
        found = plugins.gather_facts("grocer", wednesday)
        assert found == {"corner_grocer": {"market": "Town Hall"}}
    finally:
        plugins.close()
