"""How the rules of a lane stack: which take effect, and how multipliers work together."""

from dataclasses import dataclass
from enum import StrEnum


class Stacking(StrEnum):
    """Which of the rules that match in one lane take effect."""

    ALL = "all"
    BEST = "best"
    FIRST = "first"
    BEST_COMBINATION = "best_combination"
    BEST_PER_LINE = "best_per_line"


class Multipliers(StrEnum):
    """How several multipliers in one lane work together."""

    ADD = "add"
    MULTIPLY = "multiply"
    BEST = "best"


@dataclass(frozen=True, slots=True)
class Lane:
    """A step of stacking; lanes work one after the other on what the earlier ones left."""

    name: str
    stacking: Stacking = Stacking.ALL
    multipliers: Multipliers = Multipliers.ADD
