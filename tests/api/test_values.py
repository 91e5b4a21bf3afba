"""Single values: what is taken, in which form, and what is not."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_engine.api import values


@pytest.mark.parametrize("text", ["a", "T-1001", "é", "日本", "a/b", "x" * 128, "#!~", "9" * 60])
def test_ids_are_visible_characters(text: str):
    assert values.read_id(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "a b",
        ".",
        "..",
        "x" * 129,
        "a\x00b",
        "a\nb",
        "a\x7f",
        "a\u200eb",  # left-to-right mark
        "a\u202eb",  # right-to-left override
        "a\u2066b",  # isolate
        "a\u200bb",  # zero width space
        "a\u200db",  # zero width joiner
        "a\u00adb",  # soft hyphen
        "\ufeffa",  # byte order mark
        "a\u3164b",  # Hangul filler: printable, invisible
        "a\ufe0fb",  # variation selector
        "a\ufffd",  # what is left of broken text
        "a\ue000",  # private use
        "a\u0378",  # unassigned
        "a\u00a0b",  # no-break space
        "a\u2028b",  # line separator
        "\ud800",
        1,
        None,
        True,
        ["a"],
        b"a",
    ],
)
def test_ids_are_nothing_else(text: object):
    with pytest.raises(ValueError, match=r"\w"):
        values.read_id(text)


def test_ids_are_compared_after_composition():
    assert values.read_id("e\u0301") == "\u00e9" == values.read_id("\u00e9")


@given(st.text(max_size=140))
def test_an_id_that_is_taken_is_in_its_final_form(text: str):
    try:
        known = values.read_id(text)
    except ValueError:
        return
    assert values.read_id(known) == known
    assert unicodedata.is_normalized("NFC", known)
    assert known.isprintable()
    assert not any(character.isspace() for character in known)


def test_names_may_hold_single_spaces():
    assert values.read_name("BANK CHARGES") == "BANK CHARGES"
    for text in (" a", "a ", "a  b", "a\tb"):
        with pytest.raises(ValueError, match=r"\w"):
            values.read_name(text)


def test_free_text_keeps_what_languages_need_and_nothing_that_controls():
    assert values.read_text("می\u200cخواهم 👩\u200d👧") == "می\u200cخواهم 👩\u200d👧"
    for text in ("", "  ", "a\nb", "a\x00", "a\u202eb", "\ufeffa", "x" * 501, "\udc00"):
        with pytest.raises(ValueError, match=r"\w"):
            values.read_text(text)


@pytest.mark.parametrize(
    ("told", "milli"),
    [
        (1, 1000),
        (1_000_000, 10**9),
        ("1", 1000),
        ("0.333", 333),
        ("0.5", 500),
        ("12.050", 12050),
        ("1000000", 10**9),
    ],
)
def test_quantities_are_exact_thousandths(told: object, milli: int):
    assert values.read_quantity(told) == milli


@pytest.mark.parametrize(
    "told",
    [
        0, -1, 1_000_001, 10**400, True, 1.0, 0.5, float("nan"), None, "", "0", "0.000", "-1",
        "+1", "1e3", "1.", ".5", "0.3333", " 1", "1 ", "01", "1,5", "٣", "NaN", "Infinity",
        "1000000.001", "9" * 400, [1], {"a": 1},
    ],
)  # fmt: skip
def test_quantities_are_nothing_else(told: object):
    with pytest.raises(ValueError, match=r"\w"):
        values.read_quantity(told)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-03-05T10:12:00+01:00", datetime(2026, 3, 5, 9, 12, tzinfo=UTC)),
        ("2026-03-05t10:12:00z", datetime(2026, 3, 5, 10, 12, tzinfo=UTC)),
        ("2026-03-05T10:12:00.5Z", datetime(2026, 3, 5, 10, 12, 0, 500_000, tzinfo=UTC)),
        ("2026-03-05T10:12:00.123456789Z", datetime(2026, 3, 5, 10, 12, 0, 123_456, tzinfo=UTC)),
        ("2026-03-05T10:12:00-00:00", datetime(2026, 3, 5, 10, 12, tzinfo=UTC)),
        ("2038-01-19T03:14:08Z", datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC)),
        ("2028-02-29T00:00:00Z", datetime(2028, 2, 29, tzinfo=UTC)),
    ],
)
def test_instants_are_told_with_their_offset(text: str, at: datetime):
    assert values.read_instant(text) == at
    assert values.read_instant(text).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "", "2026-03-05", "2026-03-05T10:12:00", "2026-03-05T10:12Z", "2026-03-05 10:12:00Z",
        "2026-03-05T10:12:60Z", "2026-03-05T24:00:00Z", "2026-02-29T10:00:00Z",
        "2026-13-01T00:00:00Z", "2026-03-05T10:12:00+24:00", "2026-03-05T10:12:00+01",
        "2026-03-05T10:12:00+01:60", "2026-W10-4T10:12:00Z", "20260305T101200Z",
        "0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00", "9999-12-31T23:59:59Z", "1899-12-31T23:59:59Z",
        "2026-03-05T10:12:00.Z", "2026-03-05T10:12:00.0000000000Z", "٢٠٢٦-03-05T10:12:00Z",
        "2026-03-05T10:12:00Z ", "2026-03-05T10:12:00Z\n", "now", 1772701920, 1.5, None, True,
    ],
)  # fmt: skip
def test_instants_are_told_in_no_other_way(text: object):
    with pytest.raises(ValueError, match=r"\w"):
        values.read_instant(text)


@given(st.datetimes(datetime(1901, 1, 1), datetime(2198, 12, 31)), st.integers(-23 * 60, 23 * 60))
def test_an_instant_is_the_same_at_every_offset(at: datetime, minutes: int):
    from datetime import timezone

    offset = timezone(timedelta(minutes=minutes))
    instant = at.replace(tzinfo=UTC)
    assert values.read_instant(instant.astimezone(offset).isoformat()) == instant


def test_whole_numbers_are_integers_within_bounds():
    assert values.read_whole(5, 0, 5) == 5
    for told in (-1, 6, 10**30, True, 1.0, "1", None, [1]):
        with pytest.raises(ValueError, match=r"\w"):
            values.read_whole(told, 0, 5)


def test_currencies_are_those_of_the_standard():
    assert values.read_currency("EUR") == "EUR"
    for told in ("eur", "EURO", "XXX", "", 978, None):
        with pytest.raises(ValueError, match=r"\w"):
            values.read_currency(told)


def test_attributes_are_texts_integers_and_booleans():
    for told in ("vegan", True, False, 0, -(2**53) + 1):
        assert values.read_scalar(told) is told or values.read_scalar(told) == told
    for wrong in (1.5, 2**53, None, [], {}, "", "a\x00"):
        with pytest.raises(ValueError, match=r"\w"):
            values.read_scalar(wrong)


def test_category_paths_have_a_name_at_each_step():
    assert values.read_category("grocery/fresh fruit") == "grocery/fresh fruit"
    for told in ("/", "a/", "/a", "a//b", ""):
        with pytest.raises(ValueError, match=r"\w"):
            values.read_category(told)
