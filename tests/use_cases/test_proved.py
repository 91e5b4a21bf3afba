"""Books that are right are proved right: no false alarm for an operator."""

from __future__ import annotations

import pytest

from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.use_cases.merges.merge_members import merge_members
from loyalty_engine.use_cases.points.begin_expiry import begin_expiry, units_with_moved_ends
from loyalty_engine.use_cases.vouchers.redeem_voucher import Basket, redeem_voucher
from loyalty_engine.use_cases.vouchers.roll_back_voucher import roll_back_voucher
from tests.shop import BASE, PROGRAM, Shop, line

FIVE = """
voucher: five
codes: [FIVE]
lane: discounts
then: [amount_off: 5.00]
limits: [{uses: 3, per: member}, {money: 100.00, per: all}]
"""


def findings(shop: Shop) -> tuple[object, ...]:
    moving = units_with_moved_ends(shop.engine, "shop")
    return verify(shop.storage, "shop", moving=moving).findings


def ending(expires: str) -> str:
    return PROGRAM.replace("tender: 0.01", f"tender: 0.01, expires: {expires}")


@pytest.mark.parametrize("kept", ["given_back", "stays_used"])
def test_what_codes_of_cancelled_purchases_count(kept: str) -> None:
    shop = Shop(BASE, FIVE, program=PROGRAM + f"switches: {{cancelled_code: {kept}}}\n")
    shop.enrol()
    shop.buy("T-1", [line("1", 3000)], vouchers=("FIVE",))
    shop.buy("T-2", [line("1", 3000)], vouchers=("FIVE",))
    shop.cancel("T-1")
    shop.back("T-2", "R-1", **{"1": 1000})
    assert findings(shop) == ()


def test_spending_where_purchases_move_ends() -> None:
    """The later points come back and are not renewed any more: their end is the earlier one."""
    shop = Shop(BASE, program=ending("{inactivity: 30 days}"))
    shop.enrol()
    shop.buy("T-1", [line("1", 3000)])
    shop.buy("T-2", [line("1", 3000)])
    shop.buy("T-3", [line("1", 100)], spend={"points": 10})
    shop.cancel("T-2")
    shop.later(days=5)
    shop.buy("T-4", [line("1", 100)])
    assert findings(shop) == ()


def test_spending_before_points_had_an_end() -> None:
    shop = Shop(BASE, program=PROGRAM)
    shop.enrol()
    shop.buy("T-1", [line("1", 3000)])
    shop.buy("T-2", [line("1", 3000)])
    shop.buy("T-3", [line("1", 3000)], spend={"points": 30})
    shop.later(days=1)
    source = {"program.yaml": ending("30 days"), "rules/0.yaml": BASE}
    shop.shelf.publish("shop", source, "test", shop.now)
    with shop.storage.read("shop") as view:
        accounts = list(view.accounts_without_end("points", shop.now, 0, 10))
    for account in accounts:
        begin_expiry(shop.engine, "shop", account, shop.now)
    assert accounts
    assert findings(shop) == ()


def test_units_whose_ends_stay_are_proved_in_order() -> None:
    shop = Shop(BASE, program=ending("30 days"))
    assert units_with_moved_ends(shop.engine, "shop") == frozenset()


def test_a_voucher_that_a_claim_does_not_leave_is_withdrawn() -> None:
    """The member has had its one; what was printed for a guest is not good beside it."""
    voucher = "voucher: next\nlane: discounts\nthen: [amount_off: 5.00]\n"
    gives = (
        "rule: gives\nlane: base\nthen: [give_voucher: next]\nlimits: [{uses: 1, per: member}]\n"
    )
    shop = Shop(BASE, gives, voucher)
    shop.enrol()
    shop.buy("T-1", [line("1", 3000)])
    told = shop.buy("T-2", [line("1", 3000)], None)
    code = told["vouchers"][0]["code"]
    assert shop.claim("T-2", told["claim"]["secret"])["vouchers"] == []
    shop.cancel("T-2")
    assert findings(shop) == ()
    assert shop.buy("T-3", [line("1", 3000)], vouchers=(code,))["totals"]["discount"] == 0


def test_a_voucher_that_what_is_kept_does_not_give_is_not_good_after_a_correction() -> None:
    """The whole basket would give it; what has come back of it does not count."""
    voucher = "voucher: next\nlane: discounts\nthen: [amount_off: 5.00]\n"
    gives = "rule: gives\nlane: base\nwhen: [spent_at_least: 50.00]\nthen: [give_voucher: next]\n"
    shop = Shop(BASE, gives, voucher)
    shop.enrol()
    shop.buy("T-1", [line("1", 3000), line("2", 1000)])
    shop.back("T-1", "R-1", **{"2": 1000})
    told = shop.buy("T-1", [line("1", 3000), line("2", 2000)], revision=2)
    code = told["vouchers"][0]["code"]
    assert shop.buy("T-2", [line("1", 1000)], vouchers=(code,))["totals"]["discount"] == 0
    shop.buy("T-1", [line("1", 5000), line("2", 2000)], revision=3)
    assert shop.buy("T-3", [line("1", 1000)], vouchers=(code,))["totals"]["discount"] == 500
    shop.cancel("T-3")
    shop.cancel("T-1")
    assert findings(shop) == ()
    assert shop.buy("T-4", [line("1", 1000)], vouchers=(code,))["totals"]["discount"] == 0


def test_a_code_of_a_household_rolled_back_after_a_merge() -> None:
    """It was counted for the account of who became another one, without any purchase."""
    voucher = """
voucher: ours
codes: [OURS]
lane: discounts
then: [amount_off: 5.00]
limits: [{uses: 1, per: household}]
"""
    shop = Shop(BASE, voucher)
    shop.enrol("ada")
    shop.enrol("bea")
    basket = Basket(shop.basket("", [line("1", 3000)], "bea", vouchers=("OURS",)))
    redeem_voucher(shop.engine, shop.fresh(), "order-7", basket)
    merge_members(shop.engine, shop.fresh(), "ada", "bea")
    assert findings(shop) == ()
    roll_back_voucher(shop.engine, shop.fresh(), "OURS", "order-7")
    assert findings(shop) == ()
    assert shop.buy("T-1", [line("1", 3000)], vouchers=("OURS",))["totals"]["discount"] == 500
