"""Reading counters of limits and running sums of rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from loyalty_engine.domain.facts import Carry
from loyalty_engine.ports import CounterKey
from loyalty_engine.storage.sql.inserts import insert_one
from loyalty_engine.storage.sql.reading.room import Room, here
from loyalty_engine.storage.sql.statements import Statement, var
from loyalty_engine.storage.sql.tables import carries, counters
from loyalty_engine.storage.sql.wire import Sent

_CARRIES = Statement(
    select(carries.c.rule, carries.c.terms, carries.c.basis, carries.c.given).where(
        here(carries), carries.c.member == var("p_member")
    ),
    "p_program",
    "p_member",
)
_SLICES = (
    select(counters.c.slice, counters.c.used, counters.c.ceiling)
    .where(
        here(counters),
        counters.c.owner == var("p_owner"),
        counters.c.counter == var("p_counter"),
        counters.c.period == var("p_period"),
    )
    .order_by(counters.c.slice)
)
_PLACE = ("p_program", "p_owner", "p_counter", "p_period")
_COUNTER = (Statement(_SLICES, *_PLACE), Statement(_SLICES.with_for_update(), *_PLACE))
_MAKE = insert_one(counters, ignore_known=True)
_LOCKED_ALREADY = ("member:", "account:")
"""Whose counters need no lock of their own: the account was locked first."""

Slices = dict[int, tuple[int, int]]
"""What is used, and the share of the ceiling, by slice."""


def is_shared(key: CounterKey) -> bool:
    """Whether purchases of different accounts use the limit at once."""
    return not key.owner.startswith(_LOCKED_ALREADY)


def whole(key: CounterKey) -> CounterKey:
    """The limit that a slice is of."""
    return replace(key, slice=0, slices=1)


def carries_of(rows: Iterable[Sequence[Any]]) -> dict[str, Carry]:
    """Running sums by their keys, from rows of rule, terms, basis and points given."""
    return {f"{rule}/{terms}": Carry(basis, given) for rule, terms, basis, given in rows}


class ReadsLimits(Room):
    """What is used of limits, and what rules carry over."""

    def carries(self, member: int, rules: Iterable[str]) -> Mapping[str, Carry]:
        wanted = set(rules)
        if not wanted:
            return {}
        rows = self._rows(_CARRIES, member)
        return carries_of(row for row in rows if row[0] in wanted)

    def counters(self, keys: Iterable[CounterKey]) -> Mapping[CounterKey, int]:
        wanted = list(dict.fromkeys(keys))
        if not wanted:
            return {}
        if unread := [key for key in wanted if not self._is_held(key)]:
            self._slices |= self._read(unread, lock=self._sure)
        return {key: sum(used for used, _ in self._slices[whole(key)].values()) for key in wanted}

    def _is_held(self, key: CounterKey) -> bool:
        """Whether a limit has been locked already: then what is known of it is what there is."""
        whole_key = whole(key)
        return whole_key in self._held and len(self._slices.get(whole_key, ())) >= key.slices

    def _read(self, keys: Iterable[CounterKey], *, lock: bool) -> dict[CounterKey, Slices]:
        """The slices of limits; those of each limit as of one moment."""
        wanted = list(keys)
        known = [self._slices.get(whole(key), {}) for key in wanted]
        places = [(self.program, key.owner, key.counter, key.period) for key in wanted]
        locked = [lock and is_shared(key) for key in wanted]
        # What is not there yet cannot be locked, so it is made.
        made: list[Sent] = [
            (_MAKE, (*place, part, 0, 0))
            for key, place, locks, there in zip(wanted, places, locked, known, strict=True)
            if locks
            for part in range(max(key.slices, key.slice + 1))
            if part not in there
        ]
        asked: list[Sent] = [
            (_COUNTER[locks], place) for place, locks in zip(places, locked, strict=True)
        ]
        answers = self._wire.ask(*made, *asked)[len(made) :]
        self._held |= {whole(key) for key, locks in zip(wanted, locked, strict=True) if locks}
        return {
            whole(key): {part: (used, ceiling) for part, used, ceiling in answer.rows}
            for key, answer in zip(wanted, answers, strict=True)
        }
