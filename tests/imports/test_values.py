"""Single values of a file become exact."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from loyalty_engine.api.values import read_id, read_name
from loyalty_engine.imports.mapping import Clean, Finer
from loyalty_engine.imports.values import (
    Unreadable,
    id_of,
    instant_reader,
    milli_of,
    minor_of,
    name_of,
    number_of,
    path_of,
    points_of,
    text_of,
)


@given(st.integers(-(10**11), 10**11))
def test_a_binary_fraction_that_means_pence_is_read_as_those_pence(pence: int):
    assert minor_of(pence / 100, ".", 2, Finer.REFUSED) == pence


@given(st.integers(-(10**11), 10**11), st.sampled_from([".", ","]))
def test_the_same_amount_is_the_same_however_it_is_written(pence: int, mark: str):
    sign, (whole, part) = "-" if pence < 0 else "", divmod(abs(pence), 100)
    written = f"{sign}{whole}{mark}{part:02d}"
    exact = Decimal(pence).scaleb(-2)
    assert minor_of(written, mark, 2, Finer.REFUSED) == pence
    assert minor_of(exact, mark, 2, Finer.REFUSED) == pence
    assert minor_of(pence, mark, 0, Finer.REFUSED) == pence


@pytest.mark.parametrize(
    ("value", "finer", "pence"),
    [
        (0.001, Finer.HALF_UP, 0),
        (0.005, Finer.HALF_UP, 1),
        (-0.005, Finer.HALF_UP, -1),  # what comes back is worth what was sold
        (0.019, Finer.DOWN, 1),
        (-0.019, Finer.DOWN, -1),
        (412.72999999999996, Finer.HALF_UP, 41273),
        ("1234.5", Finer.REFUSED, 123450),
        ("+.5", Finer.REFUSED, 50),
    ],
)
def test_amounts_are_rounded_as_the_mapping_says(value: object, finer: Finer, pence: int):
    assert minor_of(value, ".", 2, finer) == pence


@pytest.mark.parametrize(
    "value",
    [None, "", "  ", "12,50", "1 234.50", "£5", "1e3", "0x10", "٣", True, math.nan, math.inf,
     Decimal("NaN"), Decimal("Infinity"), [1], "--1", 0.001],
)  # fmt: skip
def test_what_is_no_amount_is_refused(value: object):
    with pytest.raises(Unreadable):
        minor_of(value, ".", 2, Finer.REFUSED)


def test_amounts_and_quantities_beyond_any_shop_are_refused():
    assert minor_of(10**10, ".", 2, Finer.REFUSED) == 10**12
    with pytest.raises(Unreadable, match="larger than any amount"):
        minor_of(10**10 + 1, ".", 2, Finer.REFUSED)
    assert milli_of(-(10**6), ".") == -(10**9)
    with pytest.raises(Unreadable, match="larger than any quantity"):
        milli_of("1000000.001", ".")


def test_quantities_are_thousandths_half_up():
    assert [milli_of(it, ".") for it in (3, "0.333", 0.0005, -0.0005, 74215)] == [
        3000, 333, 1, -1, 74_215_000,
    ]  # fmt: skip


def test_points_have_no_sign_and_as_many_as_the_mapping_says():
    assert points_of(-45.0, ".", Fraction(10)) == 450
    assert points_of("2,6", ",", Fraction(10)) == 26
    assert points_of(None, ".", Fraction(10)) == points_of("", ".", Fraction(1)) == 0
    with pytest.raises(Unreadable):
        points_of("many", ".", Fraction(1))


LONDON = instant_reader(ZoneInfo("Europe/London"), "")


@pytest.mark.parametrize(
    ("value", "instant"),
    [
        (datetime(2010, 12, 1, 8, 26), datetime(2010, 12, 1, 8, 26, tzinfo=UTC)),
        (datetime(2011, 7, 1, 8, 26), datetime(2011, 7, 1, 7, 26, tzinfo=UTC)),
        # Half past one comes twice when the clocks go back: the first time is meant.
        ("2010-10-31T01:30", datetime(2010, 10, 31, 0, 30, tzinfo=UTC)),
        # It never comes when they go forward: moved on by what was skipped.
        ("2011-03-27 01:30:00", datetime(2011, 3, 27, 1, 30, tzinfo=UTC)),
        ("2011-03-27T01:30:00+03:00", datetime(2011, 3, 26, 22, 30, tzinfo=UTC)),
        (
            datetime(2011, 1, 1, tzinfo=timezone(timedelta(hours=-5))),
            datetime(2011, 1, 1, 5, tzinfo=UTC),
        ),
        (date(2011, 7, 1), datetime(2011, 6, 30, 23, tzinfo=UTC)),
    ],
)
def test_times_without_an_offset_are_those_of_the_zone(value: object, instant: datetime):
    assert LONDON(value) == instant


def test_times_may_have_a_format_of_their_own():
    read = instant_reader(ZoneInfo("Europe/London"), "%m/%d/%Y %H:%M")
    assert read("12/1/2010 8:26") == datetime(2010, 12, 1, 8, 26, tzinfo=UTC)
    with pytest.raises(Unreadable, match="%m/%d/%Y"):
        read("2010-12-01")


@pytest.mark.parametrize(
    "value", [None, "", "yesterday", "2010-13-01", 20101201, "0001-01-01T00:00+23:00"]
)
def test_what_is_no_time_is_refused(value: object):
    with pytest.raises(Unreadable):
        LONDON(value)


@given(st.text())
@example(" ")
@example(" two words ")
def test_names_and_ids_are_such_as_the_service_takes(raw: str):
    name, identity = name_of(raw), id_of(raw)
    if name:
        assert read_name(name) == name
        assert read_id(identity) == identity


def test_long_names_stay_apart():
    first, second = name_of("x" * 200 + "1"), name_of("x" * 200 + "2")
    assert len(first) == len(second) == 128
    assert first != second


def test_texts_are_made_alike():
    assert text_of(" 85123a ", (Clean.UPPER,)) == "85123A"
    assert text_of("GIFT", (Clean.LOWER,)) == "gift"
    assert text_of("17850.0", (Clean.WHOLE,)) == text_of(17850.0, (Clean.WHOLE,)) == "17850"
    assert text_of("17850.5", (Clean.WHOLE,)) == "17850.5"
    assert text_of(None) == ""


def test_category_paths_have_no_empty_steps():
    assert path_of("food > fresh > fruit/veg", ">") == "food/fresh/fruit-veg"
    assert path_of("food//fruit/", "/") == "food/fruit"
    assert path_of("", "/") == ""


def test_numbers_are_read_exactly():
    assert number_of(0.1) == Decimal("0.1")
    assert number_of(0.1 + 0.2) == Decimal("0.30000000000000004")
