"""What a rule can bring about: a closed set, so that no plugin can invent a way to the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class EarnPoints:
    """Points in `unit`, exact, by index of the line that earns them; `fixed` belongs to no line.

    `carry_step` (minor units) makes the rest count with the next purchase: then the basis is
    kept in `basis` and points are the whole steps of the running sum times `carry_points`.
    """

    unit: str
    by_line: Mapping[int, Fraction] = field(default_factory=dict)
    fixed: Fraction = Fraction(0)
    carry_step: int | None = None
    carry_points: int = 1
    basis: int = 0


@dataclass(frozen=True, slots=True)
class MultiplyPoints:
    """The per-line points of the rules so far count `factor` times on the lines named."""

    unit: str
    factor: Fraction
    lines: frozenset[int]


@dataclass(frozen=True, slots=True)
class Discount:
    """Money off, in minor units, by index of the line it is spread to.

    `units_milli` says how much of a line a discount covers where it is not all of it.
    `in_sets` marks discounts that depend on how much is bought together: after a return they are
    never more than what is kept would get. `percentage` marks percentages of the lines' prices,
    of which the programme may let only the best count.
    """

    by_line: Mapping[int, int]
    units_milli: Mapping[int, int] = field(default_factory=dict)
    in_sets: bool = False
    percentage: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence for the member, in the languages of the programme, to print or to show."""

    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AddProduct:
    """A product on top of what is bought, for nothing: the till adds it, at no price."""

    sku: str
    quantity_milli: int


@dataclass(frozen=True, slots=True)
class GiveVoucher:
    """A code of the voucher `kind`, to be used another time."""

    kind: str


Outcome = EarnPoints | MultiplyPoints | Discount | Message | AddProduct | GiveVoucher
