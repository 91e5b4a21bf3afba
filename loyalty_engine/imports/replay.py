"""Play a file's baskets through the engine, in the order in which they happened."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from loyalty_engine.domain.errors import InvalidRequest, LoyaltyError
from loyalty_engine.imports.account import Account
from loyalty_engine.imports.mapping import SourceMapping
from loyalty_engine.imports.staging import Staging
from loyalty_engine.imports.steps import Step, Steps
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.storage.sql.work import SqlView
from loyalty_engine.use_cases.calling import Caller, Engine
from loyalty_engine.use_cases.purchases.history import Arrival, Back, Due, Played, Sale
from loyalty_engine.use_cases.purchases.play_history import play_history

CHUNK: Final = 250
"""Happenings in one transaction: few enough to hold no lock for much longer than a blink."""

CLIENT: Final = "replay"

Tell = Callable[[int], object]
"""Hears how far something has come."""


@dataclass(slots=True)
class Counts:
    """How many of each there were in the file, and how many were recorded before."""

    members: int = 0
    purchases: int = 0
    returns: int = 0
    there_already: int = 0
    refused: int = 0


class Replay:
    """One run over a file. What was recorded in an earlier run is found again and counted."""

    def __init__(
        self,
        engine: Engine,
        program: str,
        mapping: SourceMapping,
        staging: Staging,
        account: Account,
    ) -> None:
        declared = engine.rulebooks.current(program).program
        for it in mapping.points:
            if it.unit not in declared.units:
                raise InvalidRequest(
                    f"the mapping names points {it.unit!r}; the programme {program} has "
                    f"{', '.join(declared.units)}",
                    code="unit_unknown",
                )
        self._engine = engine
        self._program = program
        self._key = f"{CLIENT}:{mapping.source}"
        self._account = account
        self._steps = Steps(staging, account, mapping, declared.currency)
        self.counts = Counts()

    def run(self, tell: Tell | None = None) -> None:
        """Play everything. `tell` hears, after each commit, how many baskets are done."""
        steps = iter(self._steps)
        while chunk := list(islice(steps, CHUNK)):
            played = play_history(self._engine, self._caller(chunk), [it.happening for it in chunk])
            for step, outcome in zip(chunk, played, strict=True):
                self._settle(step, outcome)
            if tell is not None:
                tell(self._steps.baskets)

    def _caller(self, chunk: list[Step]) -> Caller:
        return Caller(self._program, CLIENT, chunk[0].happening.at, key=self._key)

    def _settle(self, step: Step, outcome: Played) -> None:
        self.counts.there_already += outcome.known and step.basket is not None
        if outcome.refusal is not None:
            self._refused(step, outcome.refusal)
            return
        match step.happening:
            case Arrival():
                self.counts.members += 1
            case Sale():
                self.counts.purchases += 1
                for line in step.sold:
                    self._account.recorded.add(line.value, whole=True)
            case Back():
                self.counts.returns += 1
                for piece in step.moved:
                    self._account.returned.add(piece.value, whole=piece.whole)

    def _refused(self, step: Step, refusal: LoyaltyError) -> None:
        self.counts.refused += 1
        reason = f"refused by the engine: {refusal.code}"
        basket = step.basket
        if basket is None:
            raise refusal
        for line in step.sold:
            self._account.leave_out(basket, line, reason, refusal.detail)
        for piece in step.moved:
            self._account.leave_out(
                basket, piece.line, reason, refusal.detail,
                milli=piece.milli, value=piece.value, whole=piece.whole,
            )  # fmt: skip


def let_time_pass(engine: Engine, storage: SqlStorage, program: str, until: datetime) -> int:
    """Expire, activate and review all that is due by `until`; answers how many members it met."""
    caller = Caller(program, CLIENT, until)
    met = 0
    for look in (SqlView.accounts_due, SqlView.members_to_review):
        after = 0
        while True:
            with storage.read(program) as view:
                due = look(view, until, after, CHUNK)
            if not due:
                break
            play_history(engine, caller, [Due(until, number) for number in due])
            met += len(due)
            after = due[-1]
    return met
