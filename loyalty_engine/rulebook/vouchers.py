"""What the codes of one voucher file give, and to whom; the codes themselves are stored elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from loyalty_engine.domain.codes import CHARACTERS
from loyalty_engine.domain.local_time import RoundUp, add_calendar, end_of, start_of_day
from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.calendar_values import Length
from loyalty_engine.rulebook.faults import Place


@dataclass(frozen=True)
class VoucherKind:
    """One voucher file. What its codes give by themselves is the rule of the same name; where
    there is none they only unlock rules that ask for them by `code_used`.

    `shared` are the codes that many know; without any, each code is of single use and made by the
    service, of so many random `characters`. It can be used for as long as `valid` from the day it
    was given, that day's end included. One that is not `transferable` is its member's alone.
    With a Global Coupon Number in `gcn` its codes are that number and so many random digits.
    `of_worth`: each code takes off what it is worth, in minor units `worth` unless its making says.
    """

    id: str
    title: Mapping[str, str]
    start: date | None = None
    end: date | None = None
    shared: tuple[str, ...] = ()
    characters: int = CHARACTERS
    valid: Length | None = None
    transferable: bool = True
    per_purchase: int = 1
    gcn: str = ""
    of_worth: bool = False
    worth: int | None = None
    place: Place | None = None

    def alike(self, other: "VoucherKind") -> bool:
        """Whether somebody who guesses at codes of the one kind may hit one of the other."""
        return not self.shared and (self.characters, self.gcn) == (other.characters, other.gcn)

    def live_on(self, day: date) -> bool:
        """Whether `day` lies within the dates, both named days included."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)

    def ends_at(self, given: datetime, program: Program) -> datetime | None:
        """The first instant at which a code given then can be used no more; None for never."""
        ends = []
        if self.valid is not None:
            it = self.valid
            after = add_calendar(given, it.all_months, it.days, program.zone)
            ends.append(end_of(after, RoundUp.DAY, program.zone))
        if self.end is not None:
            ends.append(start_of_day(self.end + timedelta(days=1), program.zone))
        return min(ends, default=None)
