"""What tells a slip of the keyboard from the number of a card."""

from enum import StrEnum

from loyalty_engine.domain.codes import check_character
from loyalty_engine.domain.gs1 import checked, is_person

_ALPHABET = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")


class CardCheck(StrEnum):
    """How the numbers of one kind are checked, by their last sign or altogether."""

    ANY = "any"
    GSRN = "gsrn"
    CHECK_DIGIT = "check_digit"
    MOD_37_36 = "mod_37_36"

    def holds(self, number: str) -> bool:
        """Whether a number can be one of these."""
        match self:
            case CardCheck.ANY:
                return True
            case CardCheck.GSRN:
                return is_person(number)
            case CardCheck.CHECK_DIGIT:
                return checked(number)
            case CardCheck.MOD_37_36:
                signs = len(number) > 1 and _ALPHABET.issuperset(number)
                return signs and check_character(number[:-1]) == number[-1]
