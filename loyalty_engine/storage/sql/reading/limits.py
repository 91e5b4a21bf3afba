"""Reading counters of limits and running sums of rules."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from loyalty_engine.domain.facts import Carry
from loyalty_engine.ports import CounterKey
from loyalty_engine.storage.sql.reading.room import Room, here
from loyalty_engine.storage.sql.statements import Statement, insert_one, var
from loyalty_engine.storage.sql.tables import carries, counters
from loyalty_engine.storage.sql.wire import Sent

_CARRIES = Statement(
    select(carries.c.rule, carries.c.basis, carries.c.given).where(
        here(carries), carries.c.member == var("p_member")
    ),
    "p_program",
    "p_member",
)
_USED = select(counters.c.used).where(
    here(counters),
    counters.c.owner == var("p_owner"),
    counters.c.counter == var("p_counter"),
    counters.c.period == var("p_period"),
)
_COUNTER = (
    Statement(_USED, "p_program", "p_owner", "p_counter", "p_period"),
    Statement(_USED.with_for_update(), "p_program", "p_owner", "p_counter", "p_period"),
)
_MAKE = insert_one(counters, ignore_known=True)
_LOCKED_ALREADY = ("member:", "account:")
"""Whose counters need no lock of their own: the account was locked first."""


class ReadsLimits(Room):
    """What is used of limits, and what rules carry over."""

    def carries(self, member: int, rules: Iterable[str]) -> Mapping[str, Carry]:
        wanted = set(rules)
        if not wanted:
            return {}
        rows = self._rows(_CARRIES, member)
        return {rule: Carry(basis, given) for rule, basis, given in rows if rule in wanted}

    def counters(self, keys: Iterable[CounterKey]) -> Mapping[CounterKey, int]:
        wanted = list(dict.fromkeys(keys))
        if not wanted:
            return {}
        places = [(self.program, key.owner, key.counter, key.period) for key in wanted]
        questions: list[Sent] = [(_COUNTER[self._locks], where) for where in places]
        # A shared counter that is not there yet cannot be locked, so it is made.
        made: list[Sent] = [
            (_MAKE, (*where, 0, 0))
            for key, where in zip(wanted, places, strict=True)
            if self._locks and not key.owner.startswith(_LOCKED_ALREADY)
        ]
        answers = self._wire.ask(*made, *questions)[len(made) :]
        return {
            key: answer.rows[0][0] if answer.rows else 0
            for key, answer in zip(wanted, answers, strict=True)
        }
