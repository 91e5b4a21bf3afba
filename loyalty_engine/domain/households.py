"""What programmes choose about members who share an account."""

from enum import StrEnum


class Leaving(StrEnum):
    """What of a household's points goes with a member who leaves it."""

    OWN = "own"
    EQUAL_SHARE = "equal_share"
    NOTHING = "nothing"


class HouseholdTier(StrEnum):
    """Whose tier it is in which the members of a household stand."""

    OWN = "own"
    SHARED = "shared"
