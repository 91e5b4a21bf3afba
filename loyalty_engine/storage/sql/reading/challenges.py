"""Reading cards of challenges, what they gave, and who takes part."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Text, literal_column, or_, select, union_all

from loyalty_engine.domain.challenges import Tally
from loyalty_engine.ports import Card, CardEntry, CardPrize, Cards
from loyalty_engine.storage.sql.instants import instant, instant_or_none, micros
from loyalty_engine.storage.sql.reading.numbers import numbers_after
from loyalty_engine.storage.sql.reading.room import Room, all_of, here
from loyalty_engine.storage.sql.rows.texts import json_value
from loyalty_engine.storage.sql.statements import Statement, var
from loyalty_engine.storage.sql.tables import (
    challenge_cards,
    challenge_entries,
    challenge_prizes,
)

PERIODS = 6
"""So many names can the card of a moment have: one for each kind of period."""

_cards, _entries, _prizes = challenge_cards.c, challenge_entries.c, challenge_prizes.c
_CARD = all_of(challenge_cards)
_periods = [f"p_period_{number}" for number in range(PERIODS)]
_none, _empty = literal_column("NULL", BigInteger), literal_column("''", Text)
_AT = Statement(
    union_all(
        select(*_CARD).where(
            here(challenge_cards),
            _cards.member.in_([var("p_member"), var("p_account")]),
            _cards.period.in_([var(it) for it in _periods]),
        ),
        select(
            _entries.member, _empty, _entries.challenge, _none, _none,
            literal_column("-1", BigInteger), _empty, _empty, _none, _none,
        ).where(
            here(challenge_entries),
            _entries.member == var("p_member"),
            _entries.since <= var("p_at"),
            or_(_entries.until.is_(None), _entries.until > var("p_at")),
        ),
    ),
    "p_program", "p_member", "p_account", "p_at", *_periods,
)  # fmt: skip
_OF_OWNER = Statement(
    select(*_CARD)
    .where(here(challenge_cards), _cards.member == var("p_member"))
    .order_by(_cards.period, _cards.challenge),
    "p_program",
    "p_member",
)
_PRIZES = Statement(
    select(*all_of(challenge_prizes))
    .where(here(challenge_prizes), _prizes.member == var("p_member"))
    .order_by(_prizes.period, _prizes.challenge, _prizes.goal, _prizes.round),
    "p_program",
    "p_member",
)
_ENTRIES = Statement(
    select(_entries.member, _entries.challenge, _entries.since, _entries.until)
    .where(here(challenge_entries), _entries.member == var("p_member"))
    .order_by(_entries.challenge, _entries.since),
    "p_program",
    "p_member",
)
_DUE = numbers_after(_cards.member, _cards.next_at <= var("p_now"), given=("p_now",), once=True)


class ReadsChallenges(Room):
    """Cards by their owner: a member's number, or a household's account."""

    def cards_at(self, member: int, account: int, at: datetime, periods: Sequence[str]) -> Cards:
        assert len(periods) == PERIODS, "a name for each kind of period"
        cards: dict[tuple[int, str, str], Card] = {}
        entered = set()
        for row in self._rows(_AT, member, account, micros(at), *periods):
            if row[5] < 0:
                entered.add(row[2])
            else:
                card = _card_of(row)
                cards[card.owner, card.period, card.challenge] = card
        return Cards(cards, frozenset(entered))

    def cards_of(self, owner: int) -> Sequence[Card]:
        return [_card_of(row) for row in self._rows(_OF_OWNER, owner)]

    def card_prizes(self, owner: int) -> Sequence[CardPrize]:
        return [_prize_of(row) for row in self._rows(_PRIZES, owner)]

    def challenge_entries(self, member: int) -> Sequence[CardEntry]:
        return [
            CardEntry(number, challenge, instant(since), instant_or_none(until))
            for number, challenge, since, until in self._rows(_ENTRIES, member)
        ]

    def cards_due(self, now: datetime, after: int = 0, limit: int = 500) -> Sequence[int]:
        """Owners of cards that end, or whose streak does, by `now`."""
        return [row[0] for row in self._rows(_DUE, micros(now), after, limit)]


def _card_of(row: Any) -> Card:
    """From the columns of `challenge_cards` after the programme."""
    owner, period, challenge, since, until, total, keys, given, next_at, closed_at = row
    return Card(
        owner, period, challenge, instant_or_none(since), instant_or_none(until),
        Tally(total, json_value(keys)), tuple(json_value(given)), instant_or_none(next_at),
        instant_or_none(closed_at),
    )  # fmt: skip


def _prize_of(row: Any) -> CardPrize:
    """From the columns of `challenge_prizes` after the programme."""
    (
        owner, period, challenge, goal, round_, state, receiver, purchase, occurred_at, given_at,
        rulebook, gave, counted, late, times,
    ) = row  # fmt: skip
    return CardPrize(
        owner, period, challenge, goal, round_, state, receiver, purchase, instant(occurred_at),
        instant(given_at), rulebook, gave.encode(), counted.encode(), bool(late), times,
    )  # fmt: skip
