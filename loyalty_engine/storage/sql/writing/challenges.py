"""Writing cards of challenges, what they gave, and who takes part."""

from collections.abc import Sequence

from sqlalchemy import delete

from loyalty_engine.ports import Card, CardEntry, CardPrize
from loyalty_engine.storage.sql.inserts import Rows, upsert
from loyalty_engine.storage.sql.instants import micros, micros_or_none
from loyalty_engine.storage.sql.reading.room import Room, here
from loyalty_engine.storage.sql.rows.texts import json_text
from loyalty_engine.storage.sql.statements import Statement, var
from loyalty_engine.storage.sql.tables import (
    challenge_cards,
    challenge_entries,
    challenge_prizes,
)

_CARDS = Rows(challenge_cards, upsert(challenge_cards))
_PRIZES = Rows(challenge_prizes, upsert(challenge_prizes))
_ENTRIES = Rows(challenge_entries, upsert(challenge_entries))
_DROP = tuple(
    Statement(
        delete(table).where(here(table), table.c.member == var("p_member")),
        "p_program",
        "p_member",
    )
    for table in (challenge_cards, challenge_prizes, challenge_entries)
)


class WritesChallenges(Room):
    """Cards, prizes, entries."""

    def save_cards(self, cards: Sequence[Card]) -> None:
        rows = [
            (
                self.program, it.owner, it.period, it.challenge, micros_or_none(it.since),
                micros_or_none(it.until), it.tally.total, json_text(dict(it.tally.keys)),
                json_text(it.given), micros_or_none(it.next_at), micros_or_none(it.closed_at),
            )
            for it in cards
        ]  # fmt: skip
        for statement, values in _CARDS.batches(rows) if rows else ():
            self._wire.tell(statement, values)

    def save_card_prizes(self, prizes: Sequence[CardPrize]) -> None:
        rows = [
            (
                self.program, it.owner, it.period, it.challenge, it.goal, it.round, it.state,
                it.receiver, it.purchase, micros(it.occurred_at), micros(it.given_at),
                it.rulebook, it.gave.decode(), it.counted.decode(), int(it.late), it.times,
            )
            for it in prizes
        ]  # fmt: skip
        for statement, values in _PRIZES.batches(rows) if rows else ():
            self._wire.tell(statement, values)

    def save_challenge_entries(self, entries: Sequence[CardEntry]) -> None:
        rows = [
            (self.program, it.member, it.challenge, micros(it.since), micros_or_none(it.until))
            for it in entries
        ]
        for statement, values in _ENTRIES.batches(rows) if rows else ():
            self._wire.tell(statement, values)

    def drop_cards(self, owner: int) -> None:
        for statement in _DROP:
            self._wire.tell(statement, (self.program, owner))
