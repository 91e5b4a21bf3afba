"""Numbers of GS1: check digits of its own examples, and what scanners make of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_engine.domain.gs1 import (
    COUPON,
    PERSON,
    check_digit,
    checked,
    element,
    is_coupon,
    is_person,
    link,
    scanned,
)

DIGITS = st.text("0123456789", min_size=1, max_size=25)


@pytest.mark.parametrize(
    ("digits", "check"),
    [("629104150021", "3"), ("37610425002123456", "9"), ("950110102091", "7"), ("", "0")],
)
def test_the_check_digit_is_that_of_gs1(digits: str, check: str) -> None:
    assert check_digit(digits) == check


@given(DIGITS, st.data())
def test_one_wrong_digit_is_always_seen(digits: str, data: st.DataObject) -> None:
    number = digits + check_digit(digits)
    assert checked(number)
    at = data.draw(st.integers(0, len(number) - 1))
    other = data.draw(st.sampled_from("0123456789").filter(lambda it: it != number[at]))
    assert not checked(number[:at] + other + number[at + 1 :])


@pytest.mark.parametrize(
    ("number", "coupon", "person"),
    [
        ("9501101020917", True, False),
        ("9501101020917123456789012", True, False),
        ("95011010209171234567890123", False, False),  # a serial number of thirteen digits
        ("9501101020918", False, False),
        ("950110102091", False, False),
        ("376104250021234569", False, True),
        ("376104250021234568", False, False),
        ("95011010209\u06617", False, False),
        ("", False, False),
    ],
)
def test_which_number_it_can_be(number: str, coupon: bool, person: bool) -> None:
    assert (is_coupon(number), is_person(number)) == (coupon, person)


def test_a_number_that_scanners_would_take_apart_is_no_coupon() -> None:
    number = "255011010209"
    assert not is_coupon(number + check_digit(number))


@pytest.mark.parametrize("number", ["9501101020917", "95011010209174711", "376104250021234569"])
def test_what_a_scanner_hands_over_is_the_number(number: str) -> None:
    application = PERSON if is_person(number) else COUPON
    told, address = element(number, application), link(number, application)
    assert told is not None
    assert address is not None
    bare = told.translate(str.maketrans("", "", "()"))
    for text in (
        told, bare, f"]C1{bare}", f"]d2{bare}\x1d", f"]Q3\x1d{bare}", f"]e0{bare}", address,
        address + "?exp=261231", f"]Q1{address}", f"https://shop.example/offers/{application}/{number}/",
    ):  # fmt: skip
        assert scanned(text) == number, text


@pytest.mark.parametrize(
    "text",
    ["", "7QM2XKD4FHTRB", "(255)9501101020918", "(8018)376104250021234568", "255", "]C1", "(255)"],
)
def test_anything_else_is_left_as_it_is(text: str) -> None:
    assert scanned(text) is None


def test_other_texts_are_no_numbers_of_gs1() -> None:
    assert element("7QM2XKD4FHTRB") is None
    assert link("9501101020918") is None
