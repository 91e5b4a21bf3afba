"""Where every line of a file went: recorded, come back, or left out with its reason and value."""

import csv
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final, TextIO

from loyalty_engine.domain.money import MILLI
from loyalty_engine.imports.source import SourceBasket, SourceLine
from loyalty_engine.storage.sql.instants import instant

HEADINGS: Final = (
    "reason", "detail", "basket", "row", "at", "line", "sku", "quantity", "value",
)  # fmt: skip


@dataclass(slots=True)
class Tally:
    """Whole lines, further parts of lines that are counted elsewhere, and their value.

    Values are minor units, below zero for what comes back.
    """

    lines: int = 0
    parts: int = 0
    value: int = 0

    def add(self, value: int, *, whole: bool) -> None:
        """Count a line, or a part of one."""
        self.lines += whole
        self.parts += not whole
        self.value += value


@dataclass(slots=True)
class Account:
    """Counts lines as they are read and, apart from that, as something becomes of them.

    What is left out is written to `report` too, line by line, amounts with `decimals`.
    """

    decimals: int
    report: TextIO | None = None
    read: Tally = field(default_factory=Tally)
    recorded: Tally = field(default_factory=Tally)
    returned: Tally = field(default_factory=Tally)
    left_out: dict[str, Tally] = field(default_factory=dict)
    baskets: Counter[str] = field(default_factory=Counter)
    _rows: Any = None

    def __post_init__(self) -> None:
        """Begin the report with its headings."""
        if self.report is not None:
            self._rows = csv.writer(self.report, lineterminator="\n")
            self._rows.writerow(HEADINGS)

    def begin(self, basket: SourceBasket) -> None:
        """A basket has been read."""
        self.read.lines += len(basket.lines)
        self.read.value += sum(line.value for line in basket.lines)

    def leave_out(
        self,
        basket: SourceBasket,
        line: SourceLine,
        reason: str,
        detail: str = "",
        *,
        milli: int | None = None,
        value: int | None = None,
        whole: bool = True,
    ) -> None:
        """Nothing becomes of a line, or of `milli` worth `value` of it."""
        value = line.value if value is None else value
        self.left_out.setdefault(reason, Tally()).add(value, whole=whole)
        if self._rows is not None:
            self._rows.writerow(
                (
                    reason, detail, basket.id, basket.row, instant(basket.at).isoformat(),
                    line.id, line.sku,
                    _decimal(line.milli if milli is None else milli, 3, trim=True),
                    _decimal(value, self.decimals),
                )
            )  # fmt: skip

    def leave_out_all(self, basket: SourceBasket, reason: str, detail: str = "") -> None:
        """Nothing becomes of a whole basket."""
        self.baskets[reason] += 1
        for line in basket.lines:
            self.leave_out(basket, line, reason, detail or line.detail)

    @property
    def accounted(self) -> Tally:
        """All that something, or nothing, became of."""
        kinds = (self.recorded, self.returned, *self.left_out.values())
        return Tally(sum(it.lines for it in kinds), 0, sum(it.value for it in kinds))

    @property
    def ties(self) -> bool:
        """Whether every line that was read, and all of its value, is accounted for."""
        there = self.accounted
        return (there.lines, there.value) == (self.read.lines, self.read.value)


def _decimal(amount: int, places: int, *, trim: bool = False) -> str:
    whole, rest = divmod(abs(amount), 10**places)
    sign = "-" if amount < 0 else ""
    tail = f"{rest:0{places}d}" if places else ""
    if trim:
        tail = tail.rstrip("0")
    return f"{sign}{whole}{'.' + tail if tail else ''}"


def in_units(milli: int) -> str:
    """A quantity as people write it."""
    return _decimal(milli, len(str(MILLI)) - 1, trim=True)


def in_major(minor: int, decimals: int) -> str:
    """An amount as people write it."""
    return _decimal(minor, decimals)
