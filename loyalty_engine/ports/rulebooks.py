"""Rulebooks as the storage keeps them: by their hash, in force one after the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Published:
    """A rulebook by its hash, from when on it was in force, and who answers for that."""

    at: datetime
    hash: str
    by: str


class RulebookView(Protocol):
    """Reading rulebooks."""

    def rulebook_at(self, at: datetime) -> str | None:
        """The hash of the rulebook in force at `at`; before the first one, the first."""
        ...

    def rulebook_periods(self) -> Sequence[tuple[datetime, str]]:
        """From when on which rulebook, by its hash, was in force; oldest first."""
        ...

    def rulebook_history(self) -> Sequence[Published]:
        """The same, with who answers for each; oldest first."""
        ...

    def rulebook_source(self, hash: str) -> Mapping[str, str] | None:
        """A stored rulebook's files."""
        ...


class RulebookWork(Protocol):
    """Writing rulebooks."""

    def publish_rulebook(self, hash: str, source: Mapping[str, str], by: str) -> None:
        """Store a rulebook and put it in force from `now` on."""
        ...
