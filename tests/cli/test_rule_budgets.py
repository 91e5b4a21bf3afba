"""`loyalty rules budgets`: what is left of what everybody shares, as a table and as JSON."""

from __future__ import annotations

from pathlib import Path

from loyalty_engine.bootstrap import Parts
from loyalty_engine.ports import CounterKey
from tests.cli.conftest import Loyalty


def test_budgets_are_told_with_what_is_left(parts: Parts, loyalty: Loyalty):
    told = loyalty("rules", "budgets", "-p", "grocer", "--json").json
    names = [it["limit"] for it in told["budgets"]]
    assert "recovery/points/all/month" in names
    assert {it["used"] for it in told["budgets"]} == {0}
    said = loyalty("rules", "budgets", "-p", "grocer", "--language", "en")
    assert said.code == 0, said.err
    assert "5,000" in said.out
    assert "at most" in said.out


def test_a_budget_that_is_used_up_is_named_where_one_looks_first(parts: Parts, loyalty: Loyalty):
    assert "used up" not in loyalty("rules", "status", "-p", "grocer").out
    limit, now = "recovery/points/all/month", parts.clock.now()
    day = now.astimezone(parts.shelf.current("grocer").program.zone)
    with parts.storage.begin("grocer", now) as work:
        work.use(CounterKey("all", limit, f"{day:%Y-%m}"), 5000, 5000)
    assert f"  used up: {limit}\n" in loyalty("rules", "status", "-p", "grocer").out
    (told,) = loyalty("rules", "status", "-p", "grocer", "--json").json
    assert told["used_up"] == [limit]
    (first, *_) = loyalty("rules", "budgets", "-p", "grocer", "--json").json["budgets"]
    assert (first["limit"], first["used"], first["left"]) == (limit, 5000, 0)


def test_amounts_are_told_in_the_language_of_the_sentences(home: Path, loyalty: Loyalty):
    (home / "rules/grocer/offers/spring.yaml").write_text(
        "rule: spring\nlane: basket\nthen: [amount_off: 5.00]\nlimits: [{money: 900.00, per: all}]\n"
    )
    assert loyalty("rules", "publish").code == 0
    said = loyalty("rules", "budgets", "-p", "grocer", "--language", "fr").out
    (row,) = (line for line in said.splitlines() if line.startswith("spring "))
    told = row.replace("\N{NO-BREAK SPACE}", " ")
    assert told.split("pour tous")[1].split("  ")[-1].strip() == "900,00 £"
    assert "£0.00" not in told
