"""Codes of vouchers and cards: their letters, their check character, and how many there can be.

A code is random characters from an alphabet in which none is mistaken for another, and one check
character by ISO 7064, MOD 37,36. The check character tells a slip of the keyboard from a code; it
makes nothing harder to guess.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Final

from loyalty_engine.domain.gs1 import COUPON_DIGITS, MOST_SERIAL, is_coupon, scanned

LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""What codes are made of: no 0 or O, no 1, I or L, no U."""

CHARACTERS: Final = 12
"""So many random characters, where a campaign does not say otherwise."""

FEWEST: Final = 6
MOST: Final = 24
LONGEST_SHARED: Final = 32
MOST_HITS_A_YEAR: Final = Fraction(1, 100)
"""So many codes a year may be guessed at most, however long somebody tries."""

BEYOND: Final = 10
"""So many times the wrong codes that a key may try end all trying, whichever members it is for."""

_VALUES: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_HOURS: Final = 365 * 24
_PASSED_OVER: Final = str.maketrans("", "", " -\t")
_OWN: Final = frozenset(LETTERS)
_ANY: Final = frozenset(_VALUES)
_NUMBER: Final = {letter: number for number, letter in enumerate(_VALUES)}


_LETTER_OF: Final = bytes(ord(LETTERS[it % len(LETTERS)]) for it in range(256))
_BEYOND: Final = bytes(range(256 - 256 % len(LETTERS), 256))
_DIGIT_OF: Final = bytes(ord("0") + it % 10 for it in range(256))
_BEYOND_DIGITS: Final = bytes(range(250, 256))


def check_character(text: str) -> str:
    """The check character of digits and capital letters, by ISO 7064, MOD 37,36."""
    product = 36
    for letter in text:
        product = _next(product, letter)
    return _VALUES[(1 - product) % 36]


def _next(product: int, letter: str) -> int:
    total = (product + _NUMBER[letter]) % 36 or 36
    return total * 2 % 37


@cache
def _steps() -> list[dict[str, int]]:
    """Where two letters lead from each product, for those who make very many codes."""
    pairs = [(one, two) for one in LETTERS for two in LETTERS]
    return [{a + b: _next(_next(start, a), b) for a, b in pairs} for start in range(37)]


def normal(text: str) -> str:
    """A code as it is compared: in capitals, without the spaces and hyphens people put into it.

    Of what a scanner hands over for a coupon's number of GS1, that number.
    """
    return scanned(text) or text.translate(_PASSED_OVER).upper()


def well_formed(code: str) -> bool:
    """Whether a code in its normal form could be one of ours: its letters and check character.

    Or that of a coupon's number of GS1, with a serial number behind.
    """
    own = (
        FEWEST < len(code) <= MOST + 1
        and _OWN.issuperset(code)
        and check_character(code[:-1]) == code[-1]
    )
    return own or (len(code) >= COUPON_DIGITS + FEWEST and is_coupon(code))


def shareable(code: str) -> bool:
    """Whether a text in its normal form can be a code that many know, such as SUMMER10."""
    return 4 <= len(code) <= LONGEST_SHARED and _ANY.issuperset(code)


def spell(number: int, characters: int) -> str | None:
    """The code that a random number makes; None for one in six, whose check character would be
    mistaken for another. The number has many more bits than the code.
    """
    size = len(LETTERS)
    letters = []
    for _ in range(characters):
        number, rest = divmod(number, size)
        letters.append(LETTERS[rest])
    text = "".join(letters)
    check = check_character(text)
    return text + check if check in _OWN else None


def spell_many(random: bytes, characters: int) -> list[str]:
    """The codes that random bytes make, none likelier than another; of some bytes none is made.

    As `spell` for each, some times faster: for making them by the million.
    """
    letters = random.translate(_LETTER_OF, _BEYOND).decode("ascii")
    steps, pairs = _steps(), characters - characters % 2
    codes = []
    for at in range(0, len(letters) - characters + 1, characters):
        text = letters[at : at + characters]
        product = 36
        for pair in range(0, pairs, 2):
            product = steps[product][text[pair : pair + 2]]
        if pairs < characters:
            product = _next(product, text[-1])
        check = _VALUES[(1 - product) % 36]
        if check in _OWN:
            codes.append(text + check)
    return codes


def spell_serials(random: bytes, digits: int, coupon: str) -> list[str]:
    """The same for codes that are a coupon's number of GS1 and a serial number."""
    serials = random.translate(_DIGIT_OF, _BEYOND_DIGITS).decode("ascii")
    starts = range(0, len(serials) - digits + 1, digits)
    return [coupon + serials[at : at + digits] for at in starts]


def spell_serial(number: int, digits: int, coupon: str) -> str:
    """A coupon's number of GS1 with the serial number that a random number makes."""
    return f"{coupon}{number % 10**digits:0{digits}}"


def grouped(code: str) -> str:
    """A code as people read it: in groups of four."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def space(characters: int, *, digits: bool = False) -> int:
    """How many codes of so many random characters there are, about: five in six are taken.

    Of random `digits`, as behind a coupon's number of GS1, all are.
    """
    if digits:
        return int(10**characters)
    number: int = len(LETTERS) ** characters
    return number * 5 // 6


@dataclass(frozen=True, slots=True)
class Guessing:
    """How safe `live` codes of so many `characters` are from `tries` wrong guesses an hour."""

    characters: int
    live: int
    tries: int
    digits: bool = False

    @property
    def chance(self) -> Fraction:
        """That one guess is one of the codes."""
        return Fraction(self.live, space(self.characters, digits=self.digits))

    @property
    def hits_a_year(self) -> Fraction:
        """How many codes somebody finds in a year who never stops trying."""
        return self.chance * self.tries * _HOURS

    @property
    def safe(self) -> bool:
        """Whether that is little enough."""
        return self.hits_a_year <= MOST_HITS_A_YEAR

    @property
    def enough(self) -> int | None:
        """How many characters would do; None where no length does."""
        for characters in range(FEWEST, (MOST_SERIAL if self.digits else MOST) + 1):
            if Guessing(characters, self.live, self.tries, self.digits).safe:
                return characters
        return None
