"""Codes of vouchers and cards: their letters, their check character, and how many there can be.

A code is random characters from an alphabet in which none is mistaken for another, and one check
character by ISO 7064, MOD 37,36. The check character tells a slip of the keyboard from a code; it
makes nothing harder to guess.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""What codes are made of: no 0 or O, no 1, I or L, no U."""

CHARACTERS: Final = 12
"""So many random characters, where a campaign does not say otherwise."""

FEWEST: Final = 6
MOST: Final = 24
LONGEST_SHARED: Final = 32
MOST_HITS_A_YEAR: Final = Fraction(1, 100)
"""So many codes a year may be guessed at most, however long somebody tries."""

_VALUES: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_HOURS: Final = 365 * 24
_PASSED_OVER: Final = str.maketrans("", "", " -\t")
_OWN: Final = frozenset(LETTERS)
_ANY: Final = frozenset(_VALUES)
_NUMBER: Final = {letter: number for number, letter in enumerate(_VALUES)}


def check_character(text: str) -> str:
    """The check character of digits and capital letters, by ISO 7064, MOD 37,36."""
    product = 36
    for letter in text:
        total = (product + _NUMBER[letter]) % 36 or 36
        product = total * 2 % 37
    return _VALUES[(1 - product) % 36]


def normal(text: str) -> str:
    """A code as it is compared: in capitals, without the spaces and hyphens people put into it."""
    return text.translate(_PASSED_OVER).upper()


def well_formed(code: str) -> bool:
    """Whether a code in its normal form could be one of ours: its letters and check character."""
    return (
        FEWEST < len(code) <= MOST + 1
        and _OWN.issuperset(code)
        and check_character(code[:-1]) == code[-1]
    )


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


def grouped(code: str) -> str:
    """A code as people read it: in groups of four."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def space(characters: int) -> int:
    """How many codes of so many random characters there are, about: five in six are taken."""
    number: int = len(LETTERS) ** characters
    return number * 5 // 6


@dataclass(frozen=True, slots=True)
class Guessing:
    """How safe `live` codes of so many `characters` are from `tries` wrong guesses an hour."""

    characters: int
    live: int
    tries: int

    @property
    def chance(self) -> Fraction:
        """That one guess is one of the codes."""
        return Fraction(self.live, space(self.characters))

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
        for characters in range(FEWEST, MOST + 1):
            if Guessing(characters, self.live, self.tries).safe:
                return characters
        return None
