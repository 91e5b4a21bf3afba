"""Changed copies, and what is found out lazily of the things that are copied."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from loyalty_engine.domain.changing import changed
from loyalty_engine.domain.lazily import lazily
from loyalty_engine.domain.purchase import Line, Purchase

PURCHASE = Purchase(
    "T-1", datetime(2026, 3, 5, 12, tzinfo=UTC), "EUR", (Line("1", "COFFEE", 2000, 450),)
)


def test_a_changed_copy_is_what_replacing_makes():
    vouchers = ("V",)
    other = changed(PURCHASE, id="T-2", vouchers=vouchers)
    assert other == replace(PURCHASE, id="T-2", vouchers=vouchers)
    assert PURCHASE.id == "T-1"


def test_what_was_found_out_is_found_out_anew():
    assert PURCHASE.gross == 900
    assert changed(PURCHASE, lines=(*PURCHASE.lines, Line("2", "TEA", 1000, 100))).gross == 1000


def test_a_field_that_there_is_not_is_refused():
    with pytest.raises(TypeError, match=r"Purchase has no voucher$"):
        changed(PURCHASE, voucher="V")


def test_a_lazy_property_is_found_out_once():
    found = []

    @dataclass(frozen=True)
    class Thing:
        it: int

        @lazily
        def twice(self) -> int:
            """The double."""
            found.append(self.it)
            return 2 * self.it

    thing = Thing(21)
    assert (thing.twice, thing.twice, found) == (42, 42, [21])
    assert Thing.twice.__doc__ == "The double."
    assert thing == Thing(21)
