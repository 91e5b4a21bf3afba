"""The table of currencies against the one thing it must not be taken from and agrees with mostly."""

import pytest
from babel.core import get_global

from loyalty_engine.domain.currencies import (
    CODES,
    NO_DECIMALS,
    THREE_DECIMALS,
    TWO_DECIMALS,
    decimals_of,
)


@pytest.mark.parametrize(
    ("currency", "decimals"), [("EUR", 2), ("JPY", 0), ("TND", 3), ("IQD", 3), ("HUF", 2)]
)
def test_decimals(currency: str, decimals: int):
    assert decimals_of(currency) == decimals


def test_a_code_has_one_number_of_decimals_and_three_capitals():
    assert len(CODES) == len(NO_DECIMALS) + len(TWO_DECIMALS) + len(THREE_DECIMALS)
    assert all(len(code) == 3 and code.isalpha() and code.isupper() for code in CODES)


def test_every_currency_that_is_legal_tender_somewhere_is_known():
    tender = {
        code
        for country in get_global("territory_currencies").values()
        for code, _, until, is_tender in country
        if until is None and is_tender
    }
    assert not tender - CODES


@pytest.mark.parametrize("code", ["", "eur", "XAU", "XXX", "EURO", "BTC"])
def test_what_is_no_currency(code: str):
    with pytest.raises(KeyError):
        decimals_of(code)
