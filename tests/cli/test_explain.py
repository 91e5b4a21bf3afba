"""`loyalty explain`: a recorded purchase, and one that nobody makes, told as a table and as JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from loyalty_engine.bootstrap import Parts
from loyalty_engine.domain.purchase import Line, Purchase
from loyalty_engine.domain.requests import MemberProfile
from loyalty_engine.use_cases.calling import Caller
from loyalty_engine.use_cases.members.enrol_member import enrol_member
from loyalty_engine.use_cases.purchases.record_purchase import record_purchase
from tests.cli.conftest import Loyalty

AT = datetime(2026, 3, 5, 10, 12, tzinfo=UTC)


def basket(home: Path, **changes: Any) -> str:
    told = {
        "member": "ada",
        "occurred_at": "2026-03-05T10:12:00Z",
        "currency": "GBP",
        "lines": [{"id": "1", "sku": "RICE", "category": "grocery/rice", "quantity": 2,
                   "unit_price": 2600}],
        "suppose": {"tier": "silver", "purchases": 8},
        **changes,
    }  # fmt: skip
    path = home / "basket.json"
    path.write_text(json.dumps(told))
    return str(path)


def test_a_purchase_that_nobody_makes_is_explained_without_a_database(home: Path, loyalty: Loyalty):
    said = loyalty("explain", "--purchase", basket(home), "-p", "grocer")
    assert said.code == 0, said.err
    lines = [line.strip() for line in said.out.splitlines()]
    assert "wanted: the basket comes to £60.00 or more (£8.00 more)" in said.out
    assert "actual: £52.00" in said.out
    assert "at:     offers/sixty-pound-basket.yaml:8:5" in said.out
    assert "sixty-pound-basket: £8.00 more gives £5.00 off" in lines
    assert "tenth-visit: 1 purchase later it gives 100 points" in lines
    assert not (home / "home").exists()


def test_it_asks_the_rules_of_any_folder_and_tells_json(home: Path, loyalty: Loyalty):
    folder = str(home / "rules/grocer")
    asked = ("explain", "--purchase", basket(home), "--rules", folder, "--format", "json")
    told = loyalty(*asked, "--language", "fr").json
    near = {it["rule"]: it["says"].replace("\N{NO-BREAK SPACE}", " ") for it in told["nearest"]}
    assert near["sixty-pound-basket"] == "avec 8,00 £ de plus : 5,00 £ de remise"
    assert told["points"] == {"points": 52}
    one = loyalty(*asked, "--rule", "sixty-pound-basket").json
    assert [it["holds"] for it in one["rules"][0]["conditions"]] == [True, False]


def test_in_french_all_of_it_is_french(home: Path, loyalty: Loyalty):
    said = loyalty("explain", "--purchase", basket(home), "-p", "grocer", "--language", "fr").out
    told = said.replace("\N{NO-BREAK SPACE}", " ")
    assert "voulu :    le panier atteint 60,00 £ (encore 8,00 £)" in told
    assert "constaté : 52,00 £" in told
    assert "au plus près" in told
    assert "wanted" not in told


def test_a_code_that_many_know_counts_where_it_is_supposed(home: Path, loyalty: Loyalty):
    (home / "rules/grocer/vouchers/spring.yaml").write_text(
        "voucher: spring\nlane: basket\ncodes: [SPRING10]\nthen: [percentage_off: 10]\n"
    )
    asked = ("explain", "-p", "grocer", "--rule", "spring", "--format", "json", "--purchase")
    (told,) = loyalty(*asked, basket(home, vouchers=["spring10"])).json["rules"]
    assert (told["status"], told["gives"]) == ("applied", "£5.20 off")
    (told,) = loyalty(*asked, basket(home, vouchers=["SPRING11"])).json["rules"]
    assert told["status"] == "not_met"


def test_a_near_miss_tells_which_limit_would_cut_it(home: Path, loyalty: Loyalty):
    rule = home / "rules/grocer/offers/sixty-pound-basket.yaml"
    rule.write_text(f"{rule.read_text()}  - {{money: 2.00, per: member, period: week}}\n")
    said = loyalty("explain", "--purchase", basket(home), "-p", "grocer")
    assert "sixty-pound-basket: £8.00 more gives £2.00 off" in said.out
    assert "limited: at most £2.00" in said.out


def test_a_recorded_purchase_is_explained(parts: Parts, loyalty: Loyalty):
    caller = Caller("grocer", "test", AT)
    enrol_member(parts.engine, caller, "ada", MemberProfile(enrolled_at=AT))
    line = Line("1", "RICE", 1000, 5200, "grocery/rice")
    record_purchase(parts.engine, caller, Purchase("T-1", AT, "GBP", (line,), member="ada"))
    said = loyalty("explain", "T-1", "-p", "grocer")
    assert said.code == 0, said.err
    assert "£8.00 more gives £5.00 off" in said.out
    one = loyalty("explain", "T-1", "-p", "grocer", "--rule", "sixty-pound-basket")
    assert "- the basket comes to £60.00 or more (£52.00)" in one.out
    assert "+ the buyer is a member" in one.out
    lost = loyalty("explain", "T-9", "-p", "grocer")
    assert (lost.code, "purchase_unknown" in lost.err) == (1, True)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ((), 2, "Name a PURCHASE"),
        (("T-1", "--purchase", "{basket}"), 2, "Name a PURCHASE"),
        (("--purchase", "{basket}"), 2, "Say which programme"),
        (("--purchase", "{basket}", "-p", "grocer", "--language", "xx"), 1, "language_unknown"),
        (("--purchase", "{basket}", "-p", "grocer", "--rule", "none"), 1, "rule_unknown"),
    ],
)
def test_what_cannot_be_explained_is_told(
    home: Path, loyalty: Loyalty, words: tuple[str, ...], code: int, says: str
):
    said = loyalty("explain", *(it.format(basket=basket(home)) for it in words))
    assert (said.code, says in said.err) == (code, True), said


def test_a_basket_with_a_slip_is_told_with_its_place(home: Path, loyalty: Loyalty):
    said = loyalty("explain", "--purchase", basket(home, colour="red"), "-p", "grocer")
    assert (said.code, "/colour: Unknown field." in said.err) == (1, True), said
