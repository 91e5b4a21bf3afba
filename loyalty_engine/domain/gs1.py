"""Numbers of the GS1 system on coupons (GCN) and members' cards (GSRN), bare and as scanned.

A Global Coupon Number is twelve digits and their check digit, with up to twelve digits of a serial
number behind; a Global Service Relation Number is seventeen digits and their check digit.
"""

import re
from typing import Final

COUPON: Final = "255"
"""The application identifier of a Global Coupon Number."""

PERSON: Final = "8018"
"""The application identifier of the service relation of somebody who is served."""

COUPON_DIGITS: Final = 13
MOST_SERIAL: Final = 12
PERSON_DIGITS: Final = 18
RESOLVER: Final = "https://id.gs1.org"
"""Where links lead that name no place of their own."""

_SYMBOLOGY: Final = re.compile(r"\][A-Za-z][0-9A-Za-z]\x1d?")
_LINK: Final = re.compile(
    r"https?://[^\s?#]+/(255|8018)/([0-9]{13,25})/?(?:[?#].*)?", re.IGNORECASE
)
_ELEMENT: Final = re.compile(r"\x1d?\(?(255|8018)\)?([0-9]{13,25})\x1d?")


def check_digit(digits: str) -> str:
    """The last digit of a GS1 number, from those before it."""
    total = sum(int(it) * (3, 1)[at % 2] for at, it in enumerate(reversed(digits)))
    return str(-total % 10)


def checked(number: str) -> bool:
    """Whether a text is digits of which the last one is the check digit of the others."""
    return _digits(number) and len(number) > 1 and check_digit(number[:-1]) == number[-1]


def is_coupon(number: str) -> bool:
    """Whether this could be a Global Coupon Number, with its serial number or without."""
    return (
        COUPON_DIGITS <= len(number) <= COUPON_DIGITS + MOST_SERIAL
        and _digits(number)
        and checked(number[:COUPON_DIGITS])
        and not number.startswith(COUPON)
    )


def is_person(number: str) -> bool:
    """Whether this could be a Global Service Relation Number."""
    return len(number) == PERSON_DIGITS and checked(number)


def belongs(number: str, application: str) -> bool:
    """Whether a number can stand behind this application identifier."""
    return is_coupon(number) if application == COUPON else is_person(number)


def element(number: str, application: str = COUPON) -> str | None:
    """A number as an element string, such as (255)9501101020917; None where it is none of these."""
    return f"({application}){number}" if belongs(number, application) else None


def link(number: str, application: str = COUPON) -> str | None:
    """A number as a GS1 Digital Link; None where it is none of these."""
    return f"{RESOLVER}/{application}/{number}" if belongs(number, application) else None


def scanned(text: str) -> str | None:
    """The coupon's or card's number in what a scanner hands over; None where it is something else.

    Scanners tell an element string with or without its symbology, brackets and separator, or a link.
    """
    bare = _SYMBOLOGY.sub("", text, count=1) if text.startswith("]") else text
    found = _LINK.fullmatch(bare) or _ELEMENT.fullmatch(bare)
    if found is None:
        return None
    application, number = found[1], found[2]
    return number if belongs(number, application) else None


def _digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()
