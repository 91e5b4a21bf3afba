"""What checks have to say of a rulebook that can be read: where, how bad, and what to do."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from loyalty_engine.rulebook.faults import Fault, Place


class Level(StrEnum):
    """How bad it is."""

    ERROR = "error"
    """It cannot have been meant."""

    WARNING = "warning"
    """It is probably a mistake."""

    NOTE = "note"
    """It is good to know."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found; `suggestion` is the nearest right word where there is one.

    `check` is the check's name, `files` for what could not be read.
    """

    check: str
    level: Level
    place: Place
    text: str
    suggestion: str | None = None

    def __str__(self) -> str:
        question = "" if self.suggestion is None else f". Did you mean '{self.suggestion}'?"
        return f"{self.place}: {self.level}: {self.text}{question}"


MOST_ALIKE = 5
"""So many findings of one file that say the same are told; the rest are counted."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def of_faults(faults: Iterable[Fault]) -> list[Finding]:
    """Faults of files as findings."""
    return [Finding("files", Level.ERROR, it.place, it.text, it.suggestion) for it in faults]


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """By file, line and column, the worst first where several stand in one place."""
    levels = list(Level)
    return sorted(
        set(findings), key=lambda it: (it.place, levels.index(it.level), it.check, it.text)
    )


def summed_up(findings: Sequence[Finding]) -> list[Finding]:
    """Findings in order, without those that say of many rows what was said of a few.

    What differs in nothing but a day is the same: rows that are over, each since its own.
    """
    alike = Counter(map(_kind, findings))
    told: Counter[tuple[str, str, str]] = Counter()
    kept: list[Finding] = []
    for it in findings:
        key = _kind(it)
        told[key] += 1
        if told[key] == MOST_ALIKE and alike[key] > MOST_ALIKE:
            kept.append(replace(it, text=f"{it.text} (and {alike[key] - MOST_ALIKE} more like it)"))
        elif told[key] <= MOST_ALIKE:
            kept.append(it)
    return kept


def _kind(it: Finding) -> tuple[str, str, str]:
    return it.check, it.place.file, _DAY.sub("", it.text)
