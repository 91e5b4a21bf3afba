"""A receipt and an explanation say when not every combination could be tried."""

import pytest

from loyalty_engine.rulebook.deciding import combination_search
from loyalty_engine.use_cases.explanations.explain_purchase import explain_purchase
from tests.shop import PROGRAM, Shop, line, read

LANES = PROGRAM.replace("  - discounts: all\n", "  - deals: best_combination\n  - discounts: all\n")
DEALS = [
    f"rule: deal-{n}\nlane: deals\nnot_with: [deal-{(n + 1) % 9}]\nthen: [percentage_off: {n + 10}]\n"
    for n in range(9)
]


def test_a_bound_is_told_on_the_receipt_and_in_the_explanation(monkeypatch: pytest.MonkeyPatch):
    shop = Shop(*DEALS, program=LANES)
    shop.enrol()
    told = shop.buy("T-1", [line("a", 10000)])
    assert "flags" not in told

    monkeypatch.setattr(combination_search, "MOST_WORK", 0)
    bounded = shop.buy("T-2", [line("a", 10000)])
    (flag,) = bounded["flags"]
    assert flag["code"] == "combination_bounded"
    assert "another combination in deals could give at most" in flag["detail"]
    explained = read(explain_purchase(shop.engine, shop.caller(), "T-2"))
    assert list(explained["bounded"]) == ["deals"]
    assert explained["same"]
    best, found = told["totals"]["discount"], bounded["totals"]["discount"]
    assert best <= found + explained["bounded"]["deals"]
