"""Writing what is used of limits, slice by slice, and the running sums of rules."""

from sqlalchemy import update

from loyalty_engine.domain.facts import Carry
from loyalty_engine.ports import CounterKey
from loyalty_engine.storage.errors import Retry, StorageBug
from loyalty_engine.storage.sql.inserts import Rows, upsert
from loyalty_engine.storage.sql.reading.limits import ReadsLimits, Slices, is_shared, whole
from loyalty_engine.storage.sql.reading.room import here
from loyalty_engine.storage.sql.statements import Statement, number_var, var
from loyalty_engine.storage.sql.tables import carries, counters

_CARRIES = Rows(carries, upsert(carries))
_SLICE = (
    here(counters),
    counters.c.owner == var("p_owner"),
    counters.c.counter == var("p_counter"),
    counters.c.period == var("p_period"),
    counters.c.slice == var("p_slice"),
)
_NAMES = ("p_program", "p_owner", "p_counter", "p_period", "p_slice")
_OWN = Rows(
    counters,
    lambda statement: statement.on_conflict_do_update(
        index_elements=["program", "owner", "counter", "period", "slice"],
        set_={
            "used": counters.c.used + statement.excluded.used,
            "ceiling": statement.excluded.ceiling,
        },
    ),
)
_SHARE_OUT = Rows(counters, upsert(counters))


def _meanwhile(_: object) -> Retry:
    return Retry("others have used the rest of a limit meanwhile")


_TAKE = Statement(
    update(counters).where(*_SLICE).values(used=counters.c.used + number_var("p_amount")),
    *_NAMES, "p_amount", check=_meanwhile,
)  # fmt: skip
_GIVE_BACK = Statement(
    update(counters).where(*_SLICE).values(used=counters.c.used - number_var("p_amount")),
    *_NAMES, "p_amount",
)  # fmt: skip


class WritesLimits(ReadsLimits):
    """What is used of limits, and what rules carry over."""

    def use(self, key: CounterKey, amount: int, ceiling: int) -> None:
        place = (self.program, key.owner, key.counter, key.period, key.slice)
        if amount < 0:
            self._wire.tell(_GIVE_BACK, (*place, -amount), touches=1, wait=True)
            self._slices.pop(whole(key), None)
        elif not is_shared(key):
            for statement, values in _OWN.batches([(*place, amount, ceiling)]):
                self._wire.tell(statement, values)
        elif self._has(key, amount, ceiling):
            self._wire.tell(_TAKE, (*place, amount), touches=1)
            slices = self._slices[whole(key)]
            used, share = slices[key.slice]
            slices[key.slice] = (used + amount, share)
        else:
            self._borrow(key, amount, ceiling)

    def _has(self, key: CounterKey, amount: int, ceiling: int) -> bool:
        """Whether the slice has so much left, as far as is known; the database makes sure of it."""
        slices = self._slices.get(whole(key), {})
        if key.slice not in slices or sum(share for _, share in slices.values()) != ceiling:
            return False
        used, share = slices[key.slice]
        return used + amount <= share

    def _borrow(self, key: CounterKey, amount: int, ceiling: int) -> None:
        """Share the ceiling out anew, so that the slice has what it needs; all slices locked.

        Nobody can be in each other's way: whoever locks all of them locks them in one order, and
        whoever takes from one holds no other of the same limit.
        """
        held = self._is_held(key)
        slices = self._slices[whole(key)] if held else self._read([key], lock=True)[whole(key)]
        taken: Slices = dict.fromkeys(range(key.slice + 1), (0, 0)) | slices
        used = {part: there for part, (there, _) in taken.items()}
        used[key.slice] += amount
        left = ceiling - sum(used.values())
        if left < 0:
            if self._sure:
                raise StorageBug(f"{key} would be overrun by {-left}")
            raise _meanwhile(key)
        share, more = divmod(left, len(used))
        rows = {
            part: (there, there + share + (place < more))
            for place, (part, there) in enumerate(sorted(used.items()))
        }
        place = (self.program, key.owner, key.counter, key.period)
        for statement, values in _SHARE_OUT.batches(
            [(*place, it, *row) for it, row in rows.items()]
        ):
            self._wire.tell(statement, values)
        self._slices[whole(key)] = rows

    def save_carry(self, member: int, key: str, carry: Carry) -> None:
        rule, _, terms = key.partition("/")
        row = (self.program, member, rule, terms, carry.basis, carry.given)
        for statement, values in _CARRIES.batches([row]):
            self._wire.tell(statement, values)
