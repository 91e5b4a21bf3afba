"""Writing stored value: purses with their entries, and holds."""

from collections.abc import Sequence

from sqlalchemy import case, update

from loyalty_engine.domain.purse_book import PurseBook
from loyalty_engine.domain.stored_value import Purse, ValueHold
from loyalty_engine.storage.errors import Retry
from loyalty_engine.storage.sql.inserts import Rows, upsert
from loyalty_engine.storage.sql.instants import micros, micros_or_none
from loyalty_engine.storage.sql.reading.room import Room, here
from loyalty_engine.storage.sql.statements import Statement, Values, const, number_var, var
from loyalty_engine.storage.sql.tables import purses, value_entries, value_holds, value_notes


def _overtaken(values: Values) -> Exception:
    return Retry(f"purse {values[1]!r} was written by somebody else in the meantime")


_ADD = Rows(purses)
_ENTRIES = Rows(value_entries, unique=_overtaken)
_HOLDS = Rows(value_holds, upsert(value_holds))
_NOTES = Rows(value_notes)
# No version may be negative: a purse that has moved on refuses, and the commit with it.
_SAVE = Statement(
    update(purses)
    .where(here(purses), purses.c.purse == var("p_purse"))
    .values(
        state=var("p_state"),
        available=number_var("p_available"),
        held=number_var("p_held"),
        loaded=number_var("p_loaded"),
        expired=number_var("p_expired"),
        ends_at=number_var("p_ends_at"),
        replaced_by=number_var("p_replaced_by"),
        version=case(
            (purses.c.version == var("p_first"), number_var("p_version")), else_=const(-1)
        ),
    ),
    "p_program",
    "p_purse",
    "p_state",
    "p_available",
    "p_held",
    "p_loaded",
    "p_expired",
    "p_ends_at",
    "p_replaced_by",
    "p_first",
    "p_version",
)


class WritesValue(Room):
    """The only way stored value gets into the database."""

    def add_purses(self, made: Sequence[Purse]) -> None:
        for statement, values in _ADD.batches([_purse_row(self.program, it) for it in made]):
            self._wire.tell(statement, values)

    def save_purse(self, book: PurseBook) -> None:
        if not book.changed:
            return
        it = book.purse
        assert it.version == book.first_version + len(book.entries), "a version for each entry"
        values = (
            self.program, it.number, it.state.value, it.available, it.held, it.loaded,
            it.expired, micros_or_none(it.ends_at), it.replaced_by, book.first_version, it.version,
        )  # fmt: skip
        self._wire.tell(_SAVE, values, touches=1)
        recorded_at = micros(self.now)
        rows = [
            (
                self.program, it.number, entry.version, entry.source, entry.destination,
                entry.amount, entry.cause.kind, entry.cause.key, entry.cause.purchase,
                entry.cause.reason, entry.cause.by, micros(entry.at), recorded_at,
            )
            for entry in book.entries
        ]  # fmt: skip
        if rows:
            for statement, batch in _ENTRIES.batches(rows):
                self._wire.tell(statement, batch)

    def add_value_note(self, purse: int, kind: str, reason: str, by: str) -> None:
        row = (self.program, purse, micros(self.now), kind, reason, by)
        for statement, values in _NOTES.batches([row]):
            self._wire.tell(statement, values)

    def save_value_hold(self, hold: ValueHold) -> None:
        it = hold
        row = (
            self.program, it.purse, it.id, it.amount, it.state, micros(it.placed_at),
            micros(it.expires_at), it.fingerprint, it.captured, it.purchase,
        )  # fmt: skip
        for statement, values in _HOLDS.batches([row]):
            self._wire.tell(statement, values)


def _purse_row(program: str, it: Purse) -> Values:
    return (
        program, it.number, it.kind.value, it.currency, it.state.value,
        None if it.code is None else bytes.fromhex(it.code), it.member, it.available, it.held,
        it.loaded, it.expired, it.version, micros(it.made_at), micros_or_none(it.ends_at), it.replaced_by,
    )  # fmt: skip
