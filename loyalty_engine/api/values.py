"""How single values of a request are read: numbers, ids, names, instants, quantities.

Each function answers the value in its one canonical form, or raises ValueError with a sentence
that says what to send instead. The quick decoder and the marshmallow schemas share them, so that
both come to the same value.
"""

import re
import unicodedata
from datetime import UTC, date, datetime
from typing import TypeGuard

from loyalty_engine.domain.currencies import CODES
from loyalty_engine.domain.money import MILLI
from loyalty_engine.domain.purchase import Scalar
from loyalty_engine.rulebook.parsing.characters import INVISIBLE

ID_LENGTH = 128
NAME_LENGTH = ID_LENGTH
TEXT_LENGTH = 500
KEY_LENGTH = 255
MOST_MONEY = 10**12
"""Minor units: no single amount is larger."""
MOST_POINTS = 10**12
MOST_QUANTITY = 10**6
EXACT = 2**53 - 1
"""The largest integer that every JSON library keeps exact."""
FIRST_YEAR, LAST_YEAR = 1900, 2199

_DOTS = frozenset({".", ".."})
# In free text joiners and variation selectors have their use, in Persian and in emoji; what
# controls, reverses or breaks a line has none.
_CONTROLS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufdd0-\ufdef"
    "\ufeff\ufff9-\uffff\U000e0000-\U000e007f]"
)
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:([0-9]{2})(\.[0-9]{1,9})?"
    r"([Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
_DECIMAL = re.compile(r"(0|[1-9][0-9]{0,6})(?:\.([0-9]{1,3}))?")


def read_id(value: object) -> str:
    """An id: 1 to 128 visible characters after NFC, compared exactly."""
    if _is_plain(value) and value not in _DOTS:
        return value
    text = _visible(value, ID_LENGTH)
    if " " in text:
        raise ValueError("An id holds no spaces.")
    if text in _DOTS:
        raise ValueError("An id that addresses resolve away ('.' or '..') cannot be used.")
    return text


def read_key(value: object) -> str:
    """An Idempotency-Key without quotation marks: 1 to 255 printable ASCII characters."""
    text = _text(value)
    if not (text.isascii() and text.isprintable() and 0 < len(text) <= KEY_LENGTH):
        raise ValueError(f"1 to {KEY_LENGTH} printable ASCII characters are needed.")
    return text


def read_name(value: object) -> str:
    """What another system calls something: as an id, with single spaces inside allowed."""
    if _is_plain(value):
        return value
    text = _visible(value, NAME_LENGTH)
    if " " in text and (text[0] == " " or text[-1] == " " or "  " in text):
        raise ValueError("Spaces may stand singly between words, not around them.")
    return text


def read_category(value: object) -> str:
    """A path from the widest to the narrowest, such as `grocery/coffee`."""
    text = read_name(value)
    if text[0] == "/" or text[-1] == "/" or "//" in text:
        raise ValueError("Every step of a category path needs a name: grocery/coffee.")
    return text


def read_text(value: object, longest: int = TEXT_LENGTH) -> str:
    """A sentence of somebody's: anything that can be seen, on one line."""
    text = _text(value)
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", text)
        if _CONTROLS.search(text):
            raise ValueError(
                "Control characters, line breaks and text direction marks are refused."
            )
    if not text.strip():
        raise ValueError("This must not be empty.")
    if len(text) > longest:
        raise ValueError(f"At most {longest} characters.")
    return text


def _is_plain(value: object) -> TypeGuard[str]:
    """Whether it is what nearly all ids and names are; anything else is looked at closely."""
    return (
        type(value) is str
        and value.isascii()
        and value.isprintable()
        and " " not in value
        and 0 < len(value) <= ID_LENGTH
    )


def _text(value: object) -> str:
    if type(value) is not str:
        raise ValueError("A text is needed, in quotation marks.")
    return value


def _visible(value: object, longest: int) -> str:
    text = _text(value)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        if INVISIBLE.search(text):
            raise ValueError("Characters that cannot be seen are refused.")
    if not text.isprintable():
        raise ValueError("Control, format and unassigned characters are refused.")
    if not 0 < len(text) <= longest:
        raise ValueError(f"1 to {longest} characters are needed.")
    return text


def read_whole(value: object, least: int, most: int) -> int:
    """An integer between two bounds; a float, a boolean or digits in quotes are none."""
    if type(value) is not int:
        raise ValueError("A whole number is needed, without quotation marks or decimals.")
    if not least <= value <= most:
        raise ValueError(f"From {least} to {most}.")
    return value


def read_quantity(value: object) -> int:
    """A quantity in thousandths: an integer, or a decimal text with up to three places."""
    if type(value) is int:
        milli = value * MILLI if 0 < value <= MOST_QUANTITY else 0
    elif type(value) is str and (found := _DECIMAL.fullmatch(value)):
        whole, part = found.groups("")
        milli = int(whole) * MILLI + int(part.ljust(3, "0"))
    else:
        raise ValueError('A whole number, or a text with up to three decimals such as "0.333".')
    if not 0 < milli <= MOST_QUANTITY * MILLI:
        raise ValueError(f"More than 0 and at most {MOST_QUANTITY}.")
    return milli


def read_instant(value: object) -> datetime:
    """An RFC 3339 instant with seconds and offset, in UTC; finer than microseconds is cut off."""
    text = _text(value)
    found = _INSTANT.fullmatch(text)
    if found is None:
        raise ValueError("Date, time with seconds and offset: 2026-03-05T10:12:00+01:00.")
    if found[1] == "60":
        raise ValueError("Leap seconds cannot be told; send second 59 or the next minute.")
    try:
        at = datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("There is no such date, time or offset.") from None
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ValueError(f"The year must be from {FIRST_YEAR} to {LAST_YEAR}.")
    return at


def read_day(value: object) -> date:
    """A date, written 2026-03-05."""
    text = _text(value)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError("A date is needed, written 2026-03-05.") from None
    if day.isoformat() != text or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError("A date is needed, written 2026-03-05.")
    return day


def read_currency(value: object) -> str:
    """An ISO 4217 code."""
    text = _text(value)
    if text not in CODES:
        raise ValueError("An ISO 4217 currency code is needed, such as EUR.")
    return text


def read_scalar(value: object) -> Scalar:
    """The value of an attribute: a text, an integer or a boolean; decimals and dates are texts."""
    if type(value) is bool:
        return value
    if type(value) is int:
        return read_whole(value, -EXACT, EXACT)
    if type(value) is str:
        return read_text(value)
    raise ValueError("A text, a whole number, true or false; decimals and dates are texts.")
