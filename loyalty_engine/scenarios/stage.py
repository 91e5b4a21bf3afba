"""The real engine with a stopped clock and a database in memory, for one scenario at a time.

All scenarios share one schema: each plays under a programme name of its own, and since nothing
in the database leaks from one programme to another, each begins with nothing.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

import msgspec

from loyalty_engine.clock import StoppedClock
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purchase import Purchase, Scalar
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.use_cases.calling import Caller, Engine
from loyalty_engine.use_cases.codes import Codes

LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
EVERY_RULE = 1_000_000
"""Receipts of scenarios name every rule that was not met, for `expect` may ask for any."""

_rooms = count(1)


class OneRulebook:
    """The rulebook that is tried, whatever is asked for."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook

    def current(self, program: str) -> Rulebook:
        """The rulebook."""
        return self._rulebook

    def at(self, program: str, at: datetime) -> Rulebook:
        """The rulebook."""
        return self._rulebook

    def by_hash(self, program: str, hash: str) -> Rulebook:
        """The rulebook."""
        return self._rulebook


class GivenFacts:
    """Facts as the scenario gives them instead of plugins; no guard refuses anything."""

    def __init__(self) -> None:
        self.facts: Mapping[str, Mapping[str, Scalar]] = {}

    def gather_facts(self, program: str, purchase: Purchase) -> Mapping[str, Mapping[str, Scalar]]:
        """The scenario's facts."""
        return self.facts

    def guard(self, program: str, action: str, purchase: Purchase | None, spends: bool) -> None:
        """Let everything through."""


class NoBoard:
    """Balances are read from the database."""

    def stamp(self) -> float:
        """Of no meaning."""
        return 0.0

    def show(
        self,
        program: str,
        member: str,
        version: int,
        until: datetime | None,
        body: bytes,
        stamp: float,
        *,
        wait: bool = True,
    ) -> bool:
        """Take it and forget it."""
        return True


def open_storage() -> SqlStorage:
    """An empty database in memory, with all tables. Close it when done."""
    storage = SqlStorage("sqlite://")
    storage.create_schema()
    return storage


class Stage:
    """An engine that knows one rulebook, the scenario's clock, and what has happened so far."""

    def __init__(self, rulebook: Rulebook, storage: SqlStorage) -> None:
        program = rulebook.program
        switches = replace(program.switches, receipt_not_met=EVERY_RULE)
        self.rulebook = replace(rulebook, program=replace(program, switches=switches))
        self.room = f"{program.name}#{next(_rooms)}"
        self.storage = storage
        self.clock = StoppedClock(LONG_AGO)
        self.given = GivenFacts()
        self.recorded: list[str] = []
        self.reservations: dict[str, str] = {}
        self.secrets: dict[str, str] = {}
        self.codes: dict[str, str] = {}
        self.referrers: dict[str, str] = {}
        self._numbers, self._words = count(1), count(1)
        self.engine = Engine(
            storage=storage,
            rulebooks=OneRulebook(self.rulebook),
            hooks=self.given,
            board=NoBoard(),
            new_number=lambda: next(self._numbers),
            new_secret=lambda: f"SECRET{next(self._words)}",
            codes=Codes(b"scenario"),
        )

    @property
    def program(self) -> Program:
        """The programme that is tried."""
        return self.rulebook.program

    def caller(self) -> Caller:
        """Somebody who may do anything, now."""
        return Caller(self.room, "scenario", self.clock.now(), detailed=True)

    def move_to(self, at: datetime) -> None:
        """Move the clock on; it never goes back, so what happened earlier arrives late."""
        if at > self.clock.now():
            self.clock.set(at)

    def with_codes(self, purchase: Purchase) -> Purchase:
        """The purchase with the codes that its names stand for."""
        code = self.codes.get
        return replace(
            purchase,
            vouchers=tuple(code(name, name) for name in purchase.vouchers),
            payments=tuple(replace(it, card=code(it.card, it.card)) for it in purchase.payments),
            lines=tuple(
                replace(it, card=code(it.card, it.card)) if it.card else it for it in purchase.lines
            ),
        )

    def note_code(self, redemption: str, told: bytes) -> None:
        """Remember the code that a reward has given."""
        code = msgspec.json.decode(told)["gave"].get("code")
        if code:
            self.codes.setdefault(redemption, code)

    def note_recorded(self, purchase: str, receipt: bytes) -> None:
        """Remember a purchase, the secret on a guest's receipt, and the first code it gives."""
        if purchase not in self.recorded:
            self.recorded.append(purchase)
        told = msgspec.json.decode(receipt) if receipt else {}
        for voucher in told.get("vouchers", ()):
            self.codes.setdefault(purchase, voucher["code"])
        claim = told.get("claim")
        if claim:
            self.secrets[purchase] = claim["secret"]
