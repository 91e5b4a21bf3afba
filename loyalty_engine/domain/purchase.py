"""What happened at a touchpoint: a purchase with its lines and payments."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from loyalty_engine.domain.lazily import lazily
from loyalty_engine.domain.money import share_kept, times_quantity

type_names = ("text", "integer", "decimal", "boolean", "date")
"""The types an attribute of a line or a member can have."""

Scalar = str | int | bool
"""A value of an attribute; decimals stay text, so that nothing turns into a binary fraction."""


class LineKind(StrEnum):
    """What a line sells. Rules are about goods unless they name another kind."""

    GOODS = "goods"
    SHIPPING = "shipping"
    GIFT_CARD = "gift_card"
    DEPOSIT = "deposit"
    DONATION = "donation"


@dataclass(frozen=True, slots=True)
class Applied:
    """A discount that the till has already given on the engine's word; minor units."""

    rule: str
    amount: int


@dataclass(frozen=True)
class Line:
    """One line of a basket. `discount` and `tax` are totals of the line in minor units.

    `card` is the gift card that the line sells, by its keyed hash.

    Defaults are left out where purchases are stored, so none of them ever changes.
    """

    id: str
    sku: str
    quantity_milli: int
    unit_price: int
    category: str = ""
    brand: str = ""
    discount: int = 0
    tax: int = 0
    attributes: Mapping[str, Scalar] = field(default_factory=dict)
    applied: tuple[Applied, ...] = ()
    kind: LineKind = LineKind.GOODS
    card: str = ""

    @lazily
    def gross(self) -> int:
        """Price times quantity in minor units, half up."""
        return times_quantity(self.unit_price, self.quantity_milli)

    @lazily
    def net(self) -> int:
        """What is due after discounts given elsewhere and before any of the engine's."""
        return self.gross - self.discount

    def kept(self, kept_milli: int) -> "Line":
        """The same line with what is left of it after a return; its own discount shrinks too."""
        return replace(
            self,
            quantity_milli=kept_milli,
            discount=share_kept(self.discount, self.quantity_milli, kept_milli),
            tax=share_kept(self.tax, self.quantity_milli, kept_milli),
            applied=tuple(
                Applied(it.rule, share_kept(it.amount, self.quantity_milli, kept_milli))
                for it in self.applied
            ),
        )


@dataclass(frozen=True, slots=True)
class Payment:
    """A means of payment and what it paid, in minor units.

    `card` is the gift card that pays, as purchases keep it: its keyed hash. `hold` names what was
    set aside on it.
    """

    method: str
    amount: int
    card: str = ""
    hold: str | None = None


@dataclass(frozen=True, slots=True)
class Identifier:
    """One of several ways to name a member: a card, a hashed e-mail address, a wallet pass."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Happening:
    """What an event that is no purchase tells: its kind, as declared, and its values."""

    kind: str
    data: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True)
class Purchase:
    """A purchase as the caller tells it; `member` and `identifier` are both None for a guest.

    An event that is no purchase is decided as one without lines, with its `event`.
    """

    id: str
    occurred_at: datetime
    currency: str
    lines: tuple[Line, ...]
    revision: int = 1
    member: str | None = None
    identifier: Identifier | None = None
    store: str = ""
    touchpoint: str = ""
    payments: tuple[Payment, ...] = ()
    vouchers: tuple[str, ...] = ()
    spend: Mapping[str, int] = field(default_factory=dict)
    reservation: str | None = None
    hold: str | None = None
    event: Happening | None = None

    @property
    def is_guest(self) -> bool:
        """Whether nobody is named: such a purchase may be claimed later."""
        return self.member is None and self.identifier is None

    @lazily
    def names_cards(self) -> bool:
        """Whether it pays by a gift card, or by what is held on one, or sells one."""
        return any(it.card or it.hold for it in self.payments) or any(it.card for it in self.lines)

    @property
    def without_cards(self) -> "Purchase":
        """The same, paid and sold without naming any gift card."""
        if not self.names_cards:
            return self
        return replace(
            self,
            payments=tuple(Payment(it.method, it.amount) for it in self.payments),
            lines=tuple(replace(it, card="") if it.card else it for it in self.lines),
        )

    @lazily
    def gross(self) -> int:
        """The sum of all lines before any discount, minor units."""
        return sum(line.gross for line in self.lines)

    @lazily
    def net(self) -> int:
        """What is due before the engine's own discounts, minor units."""
        return sum(line.net for line in self.lines)
