"""What is in which column of a file of purchases, and what is to be made of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from fractions import Fraction
from zoneinfo import ZoneInfo

from loyalty_engine.domain.purchase import LineKind


class Layout(StrEnum):
    """A row is a whole basket with its lines inside, or one line of a basket."""

    BASKETS = "baskets"
    LINES = "lines"


class Written(StrEnum):
    """Amounts are written in pounds (12.34) or in pence (1234)."""

    MAJOR = "major"
    MINOR = "minor"


class Finer(StrEnum):
    """What becomes of an amount finer than the currency's smallest coin."""

    REFUSED = "refused"
    HALF_UP = "half_up"
    DOWN = "down"


class Clean(StrEnum):
    """How a text is made alike. `whole` takes the .0 off numbers that were written as decimals."""

    UPPER = "upper"
    LOWER = "lower"
    WHOLE = "whole"


class Zero(StrEnum):
    """What a quantity of 0 means: goods that were weighed, or a mistake."""

    ONE = "one"
    LEFT_OUT = "left_out"


class Negative(StrEnum):
    """What a negative quantity within a sale means."""

    RETURN = "return"
    LEFT_OUT = "left_out"


class Anonymous(StrEnum):
    """Where what comes back without a member's name is looked for."""

    SAME_STORE = "same_store"
    ANY_STORE = "any_store"
    LEFT_OUT = "left_out"


class Price(StrEnum):
    """What the unit price is, for lines that are to be left out."""

    ZERO = "zero"
    NEGATIVE = "negative"


class Buyer(StrEnum):
    """Whether the basket names a member."""

    NAMED = "named"
    NONE = "none"


class Kind(StrEnum):
    """What a basket is."""

    SALE = "sale"
    RETURN = "return"
    ADJUSTMENT = "adjustment"


class AttributeType(StrEnum):
    """What the values of a line's attribute are."""

    TEXT = "text"
    INTEGER = "integer"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class Column:
    """Where a value is found: in a column, or the same `value` for all rows."""

    name: str = ""
    value: str | None = None
    clean: tuple[Clean, ...] = ()


NOWHERE = Column(value="")
"""For what the file does not say."""


@dataclass(frozen=True, slots=True)
class KindColumn:
    """Which values of a column mean which kind; `*` stands for anything."""

    column: Column = Column(value="")
    patterns: Mapping[Kind, tuple[str, ...]] = field(default_factory=dict)

    def kind_of(self, text: str) -> Kind | None:
        """The first kind, in the order of `Kind`, that fits; None where nothing does."""
        for kind in (Kind.RETURN, Kind.ADJUSTMENT, Kind.SALE):
            if any(fnmatchcase(text, pattern) for pattern in self.patterns.get(kind, ())):
                return kind
        return Kind.SALE if Kind.SALE not in self.patterns else None


@dataclass(frozen=True, slots=True)
class CategoryColumn:
    """A path in a column, its steps between `separator`; or told from the sku by patterns."""

    column: Column = NOWHERE
    separator: str = "/"
    by_sku: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    otherwise: str = ""


@dataclass(frozen=True, slots=True)
class AttributeColumn:
    """An attribute of lines."""

    name: str
    column: Column
    type: AttributeType = AttributeType.TEXT


@dataclass(frozen=True, slots=True)
class BasketColumns:
    """What is told once for a basket. `total` is what was due for all of it."""

    id: Column
    at: Column
    member: Column = NOWHERE
    store: Column = NOWHERE
    touchpoint: Column = NOWHERE
    currency: Column = NOWHERE
    total: Column = NOWHERE
    kind: KindColumn = KindColumn()


@dataclass(frozen=True, slots=True)
class LineColumns:
    """What is told for each line; in the layout `baskets`, within the column `inside`.

    With `share_total` lines have no price of their own: the basket's total is shared out to them
    by quantity. `kinds` are the patterns of skus that are no goods.
    """

    sku: Column
    quantity: Column
    inside: str = ""
    id: Column = NOWHERE
    unit_price: Column = NOWHERE
    share_total: bool = False
    brand: Column = NOWHERE
    category: CategoryColumn = CategoryColumn()
    kinds: Mapping[LineKind, tuple[str, ...]] = field(default_factory=dict)
    attributes: tuple[AttributeColumn, ...] = ()
    zero_quantity: Zero = Zero.LEFT_OUT


@dataclass(frozen=True, slots=True)
class PointColumns:
    """Points of `unit` that the source has given and taken; `for_one` make one of the source's."""

    unit: str
    spent: Column = NOWHERE
    received: Column = NOWHERE
    for_one: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class LeaveOut:
    """Lines that are no purchase of anything: all that is said must fit."""

    reason: str
    kind: Kind | None = None
    sku: tuple[str, ...] = ()
    price: Price | None = None
    member: Buyer | None = None


@dataclass(frozen=True, slots=True)
class SourceMapping:
    """All of a mapping file. `time_format` is Python's; without it times are ISO 8601.

    What comes back of a sku in `same_price_only` is looked for at its own price alone.
    """

    source: str
    layout: Layout
    zone: ZoneInfo
    basket: BasketColumns
    lines: LineColumns
    program: str = ""
    time_format: str = ""
    written: Written = Written.MAJOR
    finer: Finer = Finer.REFUSED
    decimal_mark: str = "."
    delimiter: str = ","
    encoding: str = "utf-8"
    negative_in_sale: Negative = Negative.RETURN
    anonymous: Anonymous = Anonymous.LEFT_OUT
    same_price_only: tuple[str, ...] = ()
    points: tuple[PointColumns, ...] = ()
    leave_out: tuple[LeaveOut, ...] = ()
