"""Nested words as cases: lists of plain words that hold or do not, one of which is so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from loyalty_engine.rulebook import nesting
from loyalty_engine.rulebook.words import Condition, Selector

MOST_CASES: Final = 64
"""Beyond so many a group of words is taken as one of which nothing is known."""

Told = Condition | Selector
Literal = tuple[Told, bool]
"""A word that holds, or one that does not."""

Case = tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a group says of its parts: that `every` one, or at least one, holds or does not."""

    words: Sequence[Told]
    hold: bool
    every: bool


def parts_of(word: Told, holds: bool) -> Parts | None:
    """What it means for a group to hold, or not; None for a plain word."""
    if not isinstance(word, nesting.Group | nesting.LineGroup):
        return None
    is_none = isinstance(word, nesting.None_ | nesting.LineNone)
    is_any = isinstance(word, nesting.Any | nesting.LineAny)
    return Parts(word.parts, holds is not is_none, holds is not is_any)


def cases_of(words: Iterable[Told]) -> Sequence[Case]:
    """The cases in which all of `words` hold: one of them is so whenever they do."""
    found: Sequence[Case] = ((),)
    for word in words:
        found = _both(found, _cases(word, True)) or _both(found, [((word, True),)])
    return found


def flattened(words: Iterable[Told]) -> list[Told]:
    """The words that all have to hold, those under `all` in the place of it."""
    found: list[Told] = []
    for word in words:
        under_all = isinstance(word, nesting.All | nesting.LineAll)
        found += flattened(word.parts) if under_all else [word]  # type: ignore[union-attr]
    return found


def _cases(word: Told, holds: bool) -> Sequence[Case]:
    """The cases in which a word holds, or does not; none where there are too many."""
    parts = parts_of(word, holds)
    if parts is None:
        return [((word, holds),)]
    cases = [_cases(part, parts.hold) for part in parts.words]
    if not all(cases):
        return ()
    if not parts.every:
        return [case for each in cases for case in each] if _few(sum(map(len, cases))) else ()
    found: Sequence[Case] = ((),)
    for each in cases:
        found = _both(found, each)
    return found


def _both(some: Sequence[Case], more: Sequence[Case]) -> Sequence[Case]:
    """The cases in which one of each is so; none where there are too many."""
    return (
        [one + other for one, other in product(some, more)] if _few(len(some) * len(more)) else ()
    )


def _few(cases: int) -> bool:
    return cases <= MOST_CASES
