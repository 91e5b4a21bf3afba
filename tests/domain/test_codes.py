"""Codes: the check character of the standard, the alphabet, and the arithmetic of guessing."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_engine.domain.codes import (
    LETTERS,
    Guessing,
    check_character,
    grouped,
    normal,
    space,
    spell,
    spell_many,
    spell_serial,
    spell_serials,
    well_formed,
)

NUMBERS = st.integers(0, 2**128)
COUPON = "9501101020917"
CODES = NUMBERS.map(lambda number: spell(number, 12)).filter(bool)


@pytest.mark.parametrize(
    ("text", "check"),
    [
        ("A12425GABC1234002", "M"),  # the example of the Global Release Identifier
        ("", "1"),
    ],
)
def test_the_check_character_is_that_of_iso_7064(text: str, check: str) -> None:
    assert check_character(text) == check


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", max_size=30))
def test_text_and_check_character_leave_one(text: str) -> None:
    """The definition: worked through with its check character, a text leaves the remainder 1."""
    product = 36
    for letter in text:
        product = ((product + int(letter, 36)) % 36 or 36) * 2 % 37
    assert (product + int(check_character(text), 36)) % 36 == 1


@given(CODES, st.data())
def test_one_wrong_letter_is_always_seen(code: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from(LETTERS).filter(lambda letter: letter != code[at]))
    assert not well_formed(code[:at] + other + code[at + 1 :])


@given(CODES)
def test_a_code_is_read_as_people_type_it(code: str) -> None:
    assert len(code) == 13
    assert normal(grouped(code).lower()) == code
    assert normal(f" {code[:4]} {code[4:]}\t") == code
    assert well_formed(code)


def test_no_letter_is_mistaken_for_another() -> None:
    assert not set("01ILOU") & set(LETTERS)
    assert len(set(LETTERS)) == 30


def test_about_five_numbers_in_six_make_a_code() -> None:
    made = [spell(number * 7919**9, 12) for number in range(3000)]
    assert 0.8 < sum(it is not None for it in made) / 3000 < 0.87


def test_a_million_codes_of_twelve_characters_are_safe_and_of_eight_are_not() -> None:
    long, short = Guessing(12, 10**6, 1000), Guessing(8, 10**6, 1000)
    assert long.safe
    assert not short.safe
    # 30 ** 8 * 5 / 6 codes, 10 ** 6 of them good, 1000 * 24 * 365 guesses a year
    assert short.chance == Fraction(10**6, 30**8 * 5 // 6)
    assert short.hits_a_year == Fraction(10**6 * 1000 * 24 * 365, 30**8 * 5 // 6)
    assert short.enough == 11
    assert space(11) > 10**6 * 8_760_000 * 100 > space(10)


@given(st.binary(max_size=400), st.integers(6, 24))
def test_codes_made_by_the_million_are_codes_as_any_other(random: bytes, characters: int) -> None:
    letters = "".join(LETTERS[byte % 30] for byte in random if byte < 240)
    texts = [
        letters[at : at + characters] for at in range(0, len(letters) - characters + 1, characters)
    ]
    right = [it + check_character(it) for it in texts if check_character(it) in LETTERS]
    assert spell_many(random, characters) == right
    assert all(map(well_formed, right))


def test_no_letter_is_likelier_than_another() -> None:
    """Each byte that makes a letter makes each letter equally often."""
    made = spell_many(bytes(it for byte in range(256) for it in [byte] * 6), 6)
    counts = dict.fromkeys(LETTERS, 0)
    for byte in range(240):
        counts[LETTERS[byte % 30]] += 1
    assert set(counts.values()) == {8}
    assert {code[:6] for code in made} <= {letter * 6 for letter in LETTERS}


@given(st.binary(max_size=300), st.integers(6, 12))
def test_serials_behind_a_coupons_number(random: bytes, digits: int) -> None:
    made = spell_serials(random, digits, COUPON)
    told = "".join(str(byte % 10) for byte in random if byte < 250)
    assert "".join(it[13:] for it in made) == told[: len(told) // digits * digits]
    assert all(well_formed(it) and it.startswith(COUPON) for it in made)


def test_a_serial_has_all_its_digits() -> None:
    assert spell_serial(5, 6, COUPON) == f"{COUPON}000005"
    assert spell_serial(10**12 + 7, 12, COUPON) == f"{COUPON}000000000007"
    assert not well_formed(f"{COUPON}12345")  # too short to be one of ours
    assert not well_formed("9501101020918" + "0" * 12)  # the check digit is not right


def test_what_a_scanner_hands_over_is_the_code() -> None:
    code = spell_serial(4711, 12, COUPON)
    for told in (code, f"255{code}", f"(255){code}", f"]C1255{code}", f"]Q3255{code}\x1d"):
        assert normal(told) == code
    assert normal(f"https://id.gs1.org/255/{code}") == code


def test_digits_are_guessed_sooner_than_letters() -> None:
    safety = Guessing(12, 1000, 1000, digits=True)
    assert safety.chance == Fraction(1000, 10**12)
    assert safety.safe
    assert not Guessing(12, 10**6, 1000, digits=True).safe
    assert Guessing(12, 10**6, 1000, digits=True).enough is None
