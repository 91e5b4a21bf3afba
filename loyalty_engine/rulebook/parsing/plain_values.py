"""Raw text of a rule file to numbers, dates, times and truths; each says how it wants to be written.

All raise `Misread`. Nothing is guessed: what could mean two things is refused with the way out.
"""

import re
from datetime import date, datetime, time
from fractions import Fraction

from loyalty_engine.rulebook.faults import shown

MOST_DIGITS = 12
"""So many digits before the point: enough for any amount, and nothing overflows."""

LONGEST_NAME = 64

FIRST_YEAR = 1800
"""Nobody who buys was born before."""

_NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*\Z")
_NUMBER = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?\Z", re.ASCII)
_COMMA = re.compile(r"-?[0-9]+,[0-9]+\Z", re.ASCII)
_GROUPED = re.compile(r"-?[0-9]{1,3}(?:[ \u00a0\u202f'_.,][0-9]{3})+(?:[.,][0-9]+)?\Z", re.ASCII)
_IN_WORDS = re.compile(
    r"[^0-9.-]{0,4}?\s*(-?[0-9]+(?:\.[0-9]+)?)\s*[^0-9\s]{1,4}\Z|[^0-9.-]{1,4}\s*(-?[0-9]+(?:\.[0-9]+)?)\Z"
)
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})\Z", re.ASCII)
_OTHER_DATE = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})\Z", re.ASCII)
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})\Z", re.ASCII)
_MOMENT = re.compile(r"(\S+?)(?: +|T)([0-9]{1,2}[:hH].*)\Z", re.ASCII)
_FRENCH_TIME = re.compile(r"([0-9]{1,2}) ?[hH] ?([0-9]{2})?\Z", re.ASCII)
_HALF_DAY = re.compile(
    r"(1[0-2]|0?[1-9])(?:[:.]([0-5][0-9]))? ?([ap])\.?m\.?\Z", re.ASCII | re.IGNORECASE
)
_TRUTHS = {"yes": True, "true": True, "no": False, "false": False}


class Misread(ValueError):
    """A text does not say what it should; `suggestion` is what was probably meant."""

    def __init__(self, text: str, suggestion: str | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.suggestion = suggestion


def read_name(text: str) -> str:
    """A name that rules, tiers, units and lanes can bear. Raises Misread."""
    if len(text) > LONGEST_NAME:
        raise Misread(f"a name has at most {LONGEST_NAME} characters")
    if _NAME.match(text):
        return text
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    raise Misread(
        f"{shown(text)} is not a name: small letters, digits and single - or _ between them",
        plain or None,
    )


def read_integer(text: str) -> int:
    """A whole number, negative ones too."""
    sign, whole, decimals = _parts(text, "a whole number such as 12")
    if decimals:
        raise Misread(f"'{text}' has decimals; a whole number is needed")
    return -int(whole) if sign else int(whole)


def read_scaled(text: str, places: int, noun: str) -> int:
    """A decimal of at most `places` decimals, not negative, as so many of its smallest steps.

    `noun` says in faults what has that many decimals.
    """
    sign, whole, decimals = _parts(text, "a number such as " + ("12.50" if places else "1250"))
    if sign:
        raise Misread(f"'{text}' is negative")
    if len(decimals) > places:
        most = f"at most {places}" if places else "no"
        raise Misread(f"'{text}' has {len(decimals)} decimals; {noun} has {most}")
    return int(whole + decimals.ljust(places, "0"))


def read_fraction(text: str) -> Fraction:
    """An exact decimal, not negative."""
    places = 9
    return Fraction(read_scaled(text, places, "this"), 10**places)


def read_date(text: str) -> date:
    """A day, year first: 2026-03-01."""
    if found := _DATE.match(text):
        year, month, day = map(int, found.groups())
        if year < FIRST_YEAR:
            raise Misread(f"the year of {text} lies before {FIRST_YEAR}")
        try:
            return date(year, month, day)
        except ValueError:
            raise Misread(f"there is no day {text}") from None
    if found := _OTHER_DATE.match(text):
        raise Misread(f"'{text}': write year, month, day", _reordered(*found.groups()))
    raise Misread(f"{shown(text)} is not a date such as 2026-03-01")


def read_moment(text: str) -> date | datetime:
    """A day, or a day and a time on it: 2026-03-01, 2026-03-01 18:30."""
    found = _MOMENT.match(text)
    if found is None:
        return read_date(text)
    return datetime.combine(read_date(found[1]), read_time(found[2]))


def read_time(text: str) -> time:
    """A time of day on the 24-hour clock: 18:30."""
    if found := _TIME.match(text):
        hour, minute = map(int, found.groups())
        if hour < 24 and minute < 60:
            return time(hour, minute)
        if (hour, minute) == (24, 0):
            raise Misread("midnight is written 00:00")
        raise Misread(f"there is no time {text}")
    if found := _FRENCH_TIME.match(text):
        raise Misread(
            f"{shown(text)} is not a time such as 18:30", f"{found[1]:0>2}:{found[2] or '00'}"
        )
    like = None
    if found := _HALF_DAY.match(text):
        hour = int(found[1]) % 12 + 12 * (found[3] in "pP")
        like = f"{hour:02}:{found[2] or '00'}"
    raise Misread(f"{shown(text)} is not a time such as 18:30", like)


def read_truth(text: str) -> bool:
    """`yes` or `no`, `true` or `false`."""
    truth = _TRUTHS.get(text.lower())
    if truth is None:
        raise Misread(f"{shown(text)} is neither yes nor no")
    return truth


def _reordered(first: str, second: str, year: str) -> str | None:
    """The date with its year first, unless day and month could be either."""
    if int(first) <= 12 < int(second):
        first, second = second, first
    elif not int(second) <= 12 < int(first):
        return None
    return f"{year}-{second:0>2}-{first:0>2}"


def _parts(text: str, wanted: str) -> tuple[str, str, str]:
    """Sign, digits before and digits after the point."""
    found = _NUMBER.match(text)
    if found is None:
        raise _not_a_number(text, wanted)
    sign, whole, decimals = found.groups(default="")
    if len(whole) > MOST_DIGITS:
        raise Misread(f"{shown(text)} is larger than anything here can be")
    return sign, whole, decimals


def _not_a_number(text: str, wanted: str) -> Misread:
    if _GROUPED.match(text):
        return Misread(
            f"{shown(text)}: write thousands without anything between, decimals with a point"
        )
    if _COMMA.match(text):
        return Misread(f"write {text.replace(',', '.')} with a point, not {text}")
    if re.match(r"-?0[0-9]+\Z", text, re.ASCII):
        return Misread(f"write {int(text)} without the 0 in front, not {text}")
    if re.match(r"\.[0-9]+\Z", text, re.ASCII):
        return Misread(f"write 0{text}, not {text}")
    if found := _IN_WORDS.match(text):
        return Misread(f"write the number alone, {found[1] or found[2]}, not {shown(text)}")
    return Misread(f"{shown(text)} is not {wanted}")
