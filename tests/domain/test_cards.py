"""Numbers of cards: each check takes its own and refuses a slip."""

import pytest

from loyalty_engine.domain.cards import CardCheck


@pytest.mark.parametrize(
    ("check", "right", "wrong"),
    [
        ("any", ["4711", "é"], []),
        ("gsrn", ["376104250021234569"], ["376104250021234568", "9501101020917", ""]),
        ("check_digit", ["9501101020917", "376104250021234569"], ["9501101020918", "7", "A3", ""]),
        ("mod_37_36", ["A12425GABC1234002M"], ["A12425GABC1234002N", "A-M", "a12425M", "M", ""]),
    ],
)
def test_each_takes_its_own_numbers(check: str, right: list[str], wrong: list[str]) -> None:
    holds = CardCheck(check).holds
    assert [it for it in right if not holds(it)] == []
    assert [it for it in wrong if holds(it)] == []
