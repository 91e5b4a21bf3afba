"""Single values as files hold them, made exact and alike: amounts, quantities, times, ids."""

import hashlib
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Final
from zoneinfo import ZoneInfo

from loyalty_engine.domain.money import MILLI, Rounding, round_to_int
from loyalty_engine.imports.mapping import Clean, Finer
from loyalty_engine.rulebook.parsing.characters import INVISIBLE

LONGEST: Final = 128
MOST_MINOR: Final = 10**12
"""Minor units: a larger amount is a mistake."""
MOST_MILLI: Final = 10**6 * MILLI

_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?|[+-]?\.[0-9]+", re.ASCII)
_WHOLE = re.compile(r"([0-9]+)\.0+")
_ROUNDINGS = {Finer.HALF_UP: Rounding.HALF_UP, Finer.DOWN: Rounding.DOWN}


class Unreadable(ValueError):
    """A value is not what its column should hold; the text says what it is instead."""


def text_of(value: object, clean: tuple[Clean, ...] = ()) -> str:
    """A value as a text without spaces around it; nothing at all is the empty text."""
    if value is None:
        return ""
    text = value.strip() if isinstance(value, str) else str(value)
    for each in clean:
        if each is Clean.UPPER:
            text = text.upper()
        elif each is Clean.LOWER:
            text = text.lower()
        elif found := _WHOLE.fullmatch(text):
            text = found[1]
    return text


def name_of(text: str) -> str:
    """A name as the engine takes it: NFC, visible, single spaces, 128 characters.

    What had to be cut ends with a hash of the whole, so that two long names do not become one.
    """
    spaced = "  " in text or text != text.strip()
    if text.isascii() and text.isprintable() and not spaced and len(text) <= LONGEST:
        return text
    plain = unicodedata.normalize("NFC", text)
    plain = INVISIBLE.sub(" ", "".join(it if it.isprintable() else " " for it in plain))
    plain = " ".join(plain.split())
    if len(plain) <= LONGEST:
        return plain
    return f"{plain[: LONGEST - 17]}~{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def id_of(text: str) -> str:
    """An id as the engine takes it: a name whose spaces are underscores."""
    name = name_of(text).replace(" ", "_")
    return f"{name}_" if name in {".", ".."} else name


def path_of(text: str, separator: str) -> str:
    """A category path: `a > b` becomes a/b, steps without a name fall away."""
    if not text:
        return ""
    steps = (name_of(step.replace("/", "-").strip()) for step in text.split(separator))
    return name_of("/".join(step for step in steps if step))


def number_of(value: object, mark: str = ".") -> Decimal:
    """An exact number: a binary fraction is read as the shortest decimal that means it."""
    if isinstance(value, str):
        text = value.strip()
        if mark != ".":
            text = text.replace(mark, ".")
        if _NUMBER.fullmatch(text) is None:
            raise Unreadable(f"{value[:40]!r} is no number" if text else "no number is given")
        return Decimal(text)
    if value is None:
        raise Unreadable("no number is given")
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise Unreadable(f"a {type(value).__name__} is no number")
    try:
        exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    except InvalidOperation:
        raise Unreadable(f"{value!r} is no number") from None
    if not exact.is_finite():
        raise Unreadable(f"{value} is no number")
    return exact


def minor_of(value: object, mark: str, decimals: int, finer: Finer) -> int:
    """An amount in minor units; `decimals` is how many the column's amounts have (0: minor)."""
    exact = Fraction(number_of(value, mark)) * 10**decimals
    if exact.denominator != 1 and finer is Finer.REFUSED:
        raise Unreadable(f"{value} is finer than the smallest coin; the mapping says how to round")
    minor = _signed(exact, _ROUNDINGS.get(finer, Rounding.DOWN))
    if abs(minor) > MOST_MINOR:
        raise Unreadable(f"{value} is larger than any amount can be")
    return minor


def milli_of(value: object, mark: str) -> int:
    """A quantity in thousandths, half up."""
    milli = _signed(Fraction(number_of(value, mark)) * MILLI, Rounding.HALF_UP)
    if abs(milli) > MOST_MILLI:
        raise Unreadable(f"{value} is larger than any quantity can be")
    return milli


def points_of(value: object, mark: str, for_one: Fraction) -> int:
    """Points, without their sign, half up."""
    if value is None or value == "":
        return 0
    return round_to_int(abs(Fraction(number_of(value, mark))) * for_one, Rounding.HALF_UP)


def _signed(exact: Fraction, rounding: Rounding) -> int:
    """Rounded alike on both sides of zero, so that a return is worth what was sold."""
    rounded = round_to_int(abs(exact), rounding)
    return rounded if exact >= 0 else -rounded


def instant_reader(zone: ZoneInfo, time_format: str) -> Callable[[object], datetime]:
    """What reads times to instants in UTC; those without an offset are local to `zone`."""

    def read(value: object) -> datetime:
        if isinstance(value, str):
            at = _parsed(value.strip(), time_format)
        elif isinstance(value, datetime):
            at = value
        elif isinstance(value, date):
            at = datetime.combine(value, time())
        else:
            raise Unreadable(f"{value!r} is no time")
        if at.tzinfo is None:
            at = at.replace(tzinfo=zone)
        try:
            return at.astimezone(UTC)
        except OverflowError:
            raise Unreadable(f"{value} is no time that anything happened at") from None

    return read


def _parsed(text: str, time_format: str) -> datetime:
    try:
        if time_format:
            return datetime.strptime(text, time_format)  # noqa: DTZ007 - the zone comes after
        return datetime.fromisoformat(text)
    except ValueError:
        how = time_format or "ISO 8601"
        raise Unreadable(f"{text[:40]!r} is no time as {how} writes it") from None
