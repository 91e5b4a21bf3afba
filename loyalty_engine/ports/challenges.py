"""Challenges as the storage keeps them: cards, what they gave, who takes part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from loyalty_engine.domain.challenges import Tally


@dataclass(frozen=True, slots=True)
class Card:
    """How far somebody is with a challenge in one of its periods, from `since` to before `until`.

    `owner` is a member's number, or a household's account. `given` says how often the reward of
    each goal stands, the last goal first. At `next_at` something falls due without a purchase: the
    end of the period, or of a streak; a card that is `closed_at` has had its end told.
    """

    owner: int
    period: str
    challenge: str
    since: datetime | None
    until: datetime | None
    tally: Tally = field(default_factory=Tally)
    given: tuple[int, ...] = ()
    next_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CardPrize:
    """What reaching a goal for the so-manieth time gave; `goal` 0 is the last one, 1 the first.

    `state` is `given`, `withdrawn`, `owed` (used, while the progress for it is gone) or `refused`
    (a limit was full). `receiver` is the member who has it, `gave` JSON of what it brought,
    `counted` of what it counts against limits; `times` is how often it has been given.
    """

    owner: int
    period: str
    challenge: str
    goal: int
    round: int
    state: str
    receiver: int
    purchase: str
    occurred_at: datetime
    given_at: datetime
    rulebook: str
    gave: bytes = b"{}"
    counted: bytes = b"[]"
    late: bool = False
    times: int = 1


@dataclass(frozen=True, slots=True)
class CardEntry:
    """That a member takes part in a challenge of its own accord; `until` None: still."""

    member: int
    challenge: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Cards:
    """The cards of a moment, and the challenges in which the member then took part."""

    cards: Mapping[tuple[int, str, str], Card] = field(default_factory=dict)
    entered: frozenset[str] = frozenset()


class ChallengeView(Protocol):
    """Reading cards of challenges."""

    def cards_at(self, member: int, account: int, at: datetime, periods: Sequence[str]) -> Cards:
        """The cards of a member and of its account that bear one of these names of periods, and
        in which challenges the member took part at `at`; in one question.
        """
        ...

    def cards_of(self, owner: int) -> Sequence[Card]:
        """All cards of a member's number, or of a household's account."""
        ...

    def card_prizes(self, owner: int) -> Sequence[CardPrize]:
        """All that cards of an owner gave, by card, goal and round."""
        ...

    def challenge_entries(self, member: int) -> Sequence[CardEntry]:
        """When the member took part in challenges of its own accord."""
        ...


class ChallengeWork(Protocol):
    """Writing cards of challenges."""

    def save_cards(self, cards: Sequence[Card]) -> None:
        """Insert or write back cards of challenges."""
        ...

    def save_card_prizes(self, prizes: Sequence[CardPrize]) -> None:
        """Insert or write back what cards gave."""
        ...

    def save_challenge_entries(self, entries: Sequence[CardEntry]) -> None:
        """Insert or write back that a member takes part."""
        ...

    def drop_cards(self, owner: int) -> None:
        """Remove all cards of an owner, what they gave, and where it took part."""
        ...
