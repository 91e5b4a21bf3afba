"""Baskets to what happened: arrivals, purchases, and returns found to their purchases."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from loyalty_engine.domain.money import share_kept
from loyalty_engine.domain.purchase import Line, Purchase
from loyalty_engine.domain.requests import Return, ReturnLine
from loyalty_engine.imports.account import Account
from loyalty_engine.imports.mapping import Anonymous, SourceMapping
from loyalty_engine.imports.matching import Part, Shelf
from loyalty_engine.imports.source import SourceBasket, SourceLine
from loyalty_engine.imports.staging import Staging
from loyalty_engine.storage.sql.instants import instant
from loyalty_engine.use_cases.purchases.history import Arrival, Back, Happening, Opening, Sale

OPENING: Final = "opening balance: earned before the file begins"
TOP_UP: Final = "opening balance: earned in the source beyond these rules"
NEVER_BOUGHT: Final = "came back, but no purchase of it is in the file"
MORE_THAN_BOUGHT: Final = "came back, more of it than was bought in the file"
NOBODY: Final = "came back without a member's name"


@dataclass(slots=True)
class Moved:
    """A part of a line that comes back; `whole` stands for the line itself."""

    line: SourceLine
    milli: int
    value: int
    whole: bool


@dataclass(slots=True)
class Step:
    """A happening, and what of the file it settles."""

    happening: Happening
    basket: SourceBasket | None = None
    sold: list[SourceLine] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)


class Steps:
    """What happened, step by step; `currency` is that of baskets which name none.

    What cannot be a step is left out in `account` as it is met. `baskets` counts how many have
    been gone through.
    """

    def __init__(
        self, staging: Staging, account: Account, mapping: SourceMapping, currency: str
    ) -> None:
        self._staging = staging
        self._account = account
        self._shelf = Shelf(staging.connection, mapping) if staging.comes_back else None
        self._anonymous = mapping.anonymous
        self._currency = currency
        self._openings = staging.openings()
        self._seen: set[str] = set()
        self.baskets = 0

    def __iter__(self) -> Iterator[Step]:
        for basket in self._staging.in_time():
            self.baskets += 1
            self._account.begin(basket)
            at = instant(basket.at)
            sold, back = self._sorted(basket)
            purchase = self._purchase(basket, at, sold)
            if basket.member is not None and basket.member not in self._seen:
                self._seen.add(basket.member)
                yield Step(Arrival(at, purchase, self._brought(basket.member)))
            if sold:
                if self._shelf is not None:
                    self._shelf.put(basket, sold)
                yield Step(Sale(at, purchase, TOP_UP), basket, sold=sold)
            if back:
                yield from self._returns(basket, at, back)

    def _sorted(self, basket: SourceBasket) -> tuple[list[SourceLine], list[SourceLine]]:
        """What is sold and what comes back; the rest is left out here."""
        sold: list[SourceLine] = []
        back: list[SourceLine] = []
        for line in basket.lines:
            if line.left_out:
                self._account.leave_out(basket, line, line.left_out, line.detail)
            else:
                (back if line.back else sold).append(line)
        return sold, back

    def _purchase(self, basket: SourceBasket, at: datetime, sold: list[SourceLine]) -> Purchase:
        return Purchase(
            id=basket.id,
            occurred_at=at,
            currency=basket.currency or self._currency,
            lines=tuple(map(_line, sold)),
            member=basket.member,
            store=basket.store,
            touchpoint=basket.touchpoint,
            spend=basket.spent,
        )

    def _brought(self, member: str) -> tuple[Opening, ...]:
        needed = self._openings.get(member, {})
        return tuple(
            Opening(f"opening:{member}:{unit}", unit, points, OPENING)
            for unit, points in sorted(needed.items())
        )

    def _returns(
        self, basket: SourceBasket, at: datetime, back: list[SourceLine]
    ) -> Iterator[Step]:
        """One return for each purchase that something comes back from."""
        by_purchase: dict[str, dict[str, int]] = {}
        moved: dict[str, list[Moved]] = {}
        for line in back:
            parts = self._matched(basket, line)
            for part, piece in parts:
                lines = by_purchase.setdefault(part.purchase, {})
                lines[part.line] = lines.get(part.line, 0) + part.milli
                moved.setdefault(part.purchase, []).append(piece)
        for purchase, lines in by_purchase.items():
            told = tuple(ReturnLine(line, milli) for line, milli in lines.items())
            happening = Back(at, purchase, Return(basket.id, at, told))
            yield Step(happening, basket, moved=moved[purchase])

    def _matched(self, basket: SourceBasket, line: SourceLine) -> list[tuple[Part, Moved]]:
        """What a line is matched to; what of it is matched to nothing is left out here."""
        parts = self._shelf.take(basket, line) if self._shelf is not None else []
        found: list[tuple[Part, Moved]] = []
        done = worth = 0
        for part in parts:
            done += part.milli
            value = share_kept(abs(line.value), line.milli, done) - worth
            worth += value
            piece = Moved(line, part.milli, value if line.value > 0 else -value, not found)
            found.append((part, piece))
        if done < line.milli:
            left = abs(line.value) - worth
            reason = MORE_THAN_BOUGHT if found else NEVER_BOUGHT
            if basket.member is None and self._anonymous is Anonymous.LEFT_OUT:
                reason = NOBODY
            self._account.leave_out(
                basket, line, reason, milli=line.milli - done,
                value=left if line.value > 0 else -left, whole=not found,
            )  # fmt: skip
        return found


def _line(line: SourceLine) -> Line:
    return Line(
        line.id, line.sku, line.milli, line.price, line.category, line.brand, line.discount,
        attributes=line.attributes, kind=line.kind,
    )  # fmt: skip
