"""What is wrong in a programme's files, where, and what was probably meant."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

MOST_FAULTS = 100
"""So many of one file are told; a file with more is not a rule file."""

LONGEST_SLIP = 60
MOST_TO_COMPARE = 1000
"""Comparing is slow: beyond these nobody made a mere slip."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: the file within the programme's folder, line and column from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong; `suggestion` is the nearest right word where there is one."""

    place: Place
    text: str
    suggestion: str | None = None

    def __str__(self) -> str:
        question = "" if self.suggestion is None else f". Did you mean '{self.suggestion}'?"
        return f"{self.place}: {self.text}{question}"


class RulebookErrors(Exception):
    """Every fault of every file of a programme, in the order of files, lines and columns."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults), key=lambda it: (it.place, it.text)))
        super().__init__("\n".join(map(str, self.faults)))


class TooManyFaults(Exception):
    """Raised inside the reading of one file to leave the rest of it unread."""


@dataclass(slots=True)
class Findings:
    """Gathers the faults of one file."""

    file: str
    faults: list[Fault] = field(default_factory=list)

    def add(self, line: int, column: int, text: str, suggestion: str | None = None) -> None:
        """Note a fault. Raises TooManyFaults when the list is full."""
        if len(self.faults) >= MOST_FAULTS:
            self.faults.append(
                Fault(Place(self.file, line, column), "more faults follow; mend these first")
            )
            raise TooManyFaults
        self.faults.append(Fault(Place(self.file, line, column), text, suggestion))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` is probably a slip of, if any comes close."""
    known = list(known)
    if len(word) > LONGEST_SLIP or len(known) > MOST_TO_COMPARE:
        return None
    by_form = {_form(each): each for each in sorted(known, reverse=True)}
    close = get_close_matches(_form(word), by_form, n=1)
    return by_form[close[0]] if close else None


def shown(text: str) -> str:
    """`text` as a fault quotes it: on one line and not longer than a line."""
    flat = " ".join(text.split())
    return f"'{flat[:40]}…'" if len(flat) > 41 else f"'{flat}'"


def _form(word: str) -> str:
    return word.casefold().replace("-", "_").replace(" ", "_")
