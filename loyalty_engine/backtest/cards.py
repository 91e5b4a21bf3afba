"""Cards of challenges while a past is played again: in memory, as the use cases ask for them."""

from collections.abc import Sequence
from datetime import datetime

from loyalty_engine.ports import Card, CardEntry, CardPrize, Cards


class KeepsCards:
    """Cards and prizes by their keys. Nobody is known to have entered a challenge."""

    def __init__(self) -> None:
        super().__init__()
        self._cards: dict[tuple[int, str, str], Card] = {}
        self._prizes: dict[tuple[int, str, str, int, int], CardPrize] = {}

    def forget_cards(self) -> None:
        """Be as new."""
        self._cards.clear()
        self._prizes.clear()

    def cards_at(self, member: int, account: int, at: datetime, periods: Sequence[str]) -> Cards:
        """The cards that bear one of these names."""
        owners = {member, account}
        return Cards(
            {key: it for key, it in self._cards.items() if it.owner in owners and key[1] in periods}
        )

    def cards_of(self, owner: int) -> Sequence[Card]:
        """All cards of an owner."""
        return [it for it in self._cards.values() if it.owner == owner]

    def card_prizes(self, owner: int) -> Sequence[CardPrize]:
        """All that cards of an owner gave."""
        return [self._prizes[key] for key in sorted(self._prizes) if key[0] == owner]

    def challenge_entries(self, member: int) -> Sequence[CardEntry]:
        """Nobody's."""
        return ()

    def save_cards(self, cards: Sequence[Card]) -> None:
        """Keep cards."""
        self._cards |= {(it.owner, it.period, it.challenge): it for it in cards}

    def save_card_prizes(self, prizes: Sequence[CardPrize]) -> None:
        """Keep what cards gave."""
        self._prizes |= {
            (it.owner, it.period, it.challenge, it.goal, it.round): it for it in prizes
        }
