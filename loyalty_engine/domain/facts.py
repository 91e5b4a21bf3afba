"""What a rule may look at: everything a decision depends on, gathered before, frozen."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache

from loyalty_engine.domain.counting import USUAL, Counting, earning
from loyalty_engine.domain.discounting import ExtraCent, spread
from loyalty_engine.domain.lazily import lazily
from loyalty_engine.domain.money import share_out
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purchase import LineKind, Purchase, Scalar
from loyalty_engine.domain.switches import Switches


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """The member as of the purchase's instant. `purchases` counts those before this one."""

    tier: str
    enrolled_on: date
    language: str
    attributes: Mapping[str, Scalar] = field(default_factory=dict)
    purchases: int = 0
    last_purchase_on: date | None = None


@dataclass(frozen=True, slots=True)
class Carry:
    """What a rule with carry knows of a member: `basis` in minor units so far, points given."""

    basis: int = 0
    given: int = 0


Product = tuple[str, str, str]
"""Sku, brand and category path, the two last empty where a line names none."""

DEFAULTS = Switches()
_LARGEST = ExtraCent.LARGEST_REMAINDER


@dataclass(frozen=True)
class Facts:
    """One purchase, one member (None for a guest), one moment; `local` is in the programme's zone.

    `codes` says of which kinds of voucher how many codes are used; `worths` what each of them is
    worth, in minor units, where that was decided when it was made, and `worth` that of the code
    whose turn it is.

    `nets` are the lines' amounts as the lanes before have left them; `tender` is what the points
    spent are worth in minor units, `not_earning` what was paid by other means that earn nothing.
    `headroom` is what is left of each limit by its key, `carries` the running sums by theirs,
    `plugins` what plugins gathered, under the plugin's name. `switches` and `counting` are the
    programme's, which deciding puts in; `percentages` is what percentages have taken off each line
    so far where only the best of them counts, `basket_wide` what discounts on the whole basket have
    taken, for rules about some lines whose earnings these do not lower.
    """

    purchase: Purchase
    local: datetime
    member: MemberFacts | None = None
    tender: int = 0
    headroom: Mapping[str, int] = field(default_factory=dict)
    carries: Mapping[str, Carry] = field(default_factory=dict)
    plugins: Mapping[str, Mapping[str, Scalar]] = field(default_factory=dict)
    nets: tuple[int, ...] = ()
    switches: Switches = DEFAULTS
    percentages: tuple[int, ...] = ()
    basket_wide: tuple[int, ...] = ()
    counting: Counting = USUAL
    not_earning: int = 0
    codes: Mapping[str, int] = field(default_factory=dict)
    worths: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    worth: int = 0

    def with_nets(self, nets: tuple[int, ...], program: Program | None = None) -> "Facts":
        """The same facts after discounts; what was found out about the lines stays known."""
        changed = object.__new__(Facts)
        known = vars(changed)
        known.update(vars(self))
        for name in _CHANGED:
            known.pop(name, None)
        known["nets"] = nets
        if program is not None:
            known["switches"] = program.switches
            known["counting"] = program.counting
            known.pop("countable", None)
        return changed

    def spread(
        self,
        total: int,
        lines: Sequence[int],
        weights: Sequence[int],
        quantities: Sequence[int] | None = None,
    ) -> tuple[int, ...]:
        """A discount spread over `lines` by weight; who takes the cent left over is declared.

        `quantities` (thousandths) are needed where it is not on all of each line.
        """
        extra = self.switches.extra_cent
        if extra is _LARGEST:
            return share_out(total, weights)
        if quantities is None:
            quantities = [self.purchase.lines[index].quantity_milli for index in lines]
        return spread(total, weights, quantities, extra)

    @lazily
    def total(self) -> int:
        """The basket's amount as it stands now, minor units: what minimum amounts look at."""
        counting = self.countable
        amounts = self.amounts
        return sum(amounts if counting is None else [amounts[index] for index in counting])

    @lazily
    def amounts(self) -> tuple[int, ...]:
        """By line, its amount as things stand, on the programme's basis, minor units."""
        if self.counting is USUAL:
            return self.nets
        return self.counting.amounts(self.purchase.lines, self.nets)

    @property
    def due(self) -> tuple[int, ...]:
        """By line, what is to be paid as things stand, tax included, minor units."""
        return self.counting.due(self.purchase.lines, self.nets)

    @lazily
    def earning_basis(self) -> tuple[int, ...]:
        """By line, what earns: the part paid by what earns nothing is taken off in proportion."""
        if self.basket_wide:
            before = zip(self.nets, self.basket_wide, strict=True)
            nets = tuple(net + off for net, off in before)
            return replace(self, nets=nets, basket_wide=()).earning_basis
        paid = self.not_earning + (0 if self.counting.points_earn else self.tender)
        return earning(self.amounts, self.due, paid) if paid else self.amounts

    @lazily
    def kinds(self) -> frozenset[LineKind]:
        """The kinds of line in the basket."""
        return frozenset(line.kind for line in self.purchase.lines)

    @lazily
    def goods(self) -> Sequence[int] | None:
        """The lines that are goods, by index; None where there are no others."""
        if self.kinds <= _ONLY_GOODS:
            return None
        lines = self.purchase.lines
        return [index for index, line in enumerate(lines) if line.kind is LineKind.GOODS]

    @lazily
    def countable(self) -> Sequence[int] | None:
        """The lines of kinds that count, by index; None where there are only goods."""
        if self.goods is None:
            return None
        lines, kinds = self.purchase.lines, self.counting.kinds
        return [index for index, line in enumerate(lines) if line.kind in kinds]

    @lazily
    def every_line(self) -> tuple[int, ...]:
        """All lines, by index."""
        return tuple(range(len(self.purchase.lines)))

    @lazily
    def products(self) -> frozenset[Product]:
        """What is in the basket, each product once."""
        return frozenset([(it.sku, it.brand, it.category) for it in self.purchase.lines])

    @lazily
    def by_category(self) -> Mapping[str, Sequence[int]]:
        """The lines at or below each category in the basket: one of `a/b/c` counts for a and a/b."""
        found: dict[str, list[int]] = {}
        for index, line in enumerate(self.purchase.lines):
            for path in upwards(line.category):
                found.setdefault(path, []).append(index)
        return found

    @lazily
    def by_sku(self) -> Mapping[str, Sequence[int]]:
        """The lines of each sku in the basket."""
        found: dict[str, list[int]] = {}
        for index, line in enumerate(self.purchase.lines):
            found.setdefault(line.sku, []).append(index)
        return found

    @lazily
    def by_brand(self) -> Mapping[str, Sequence[int]]:
        """The lines of each brand in the basket."""
        found: dict[str, list[int]] = {}
        for index, line in enumerate(self.purchase.lines):
            if line.brand:
                found.setdefault(line.brand, []).append(index)
        return found

    @property
    def categories(self) -> AbstractSet[str]:
        """Every category path in the basket with all its parents: `a/b/c` adds a, a/b, a/b/c."""
        return self.by_category.keys()

    @property
    def skus(self) -> AbstractSet[str]:
        """Every sku in the basket."""
        return self.by_sku.keys()

    @property
    def brands(self) -> AbstractSet[str]:
        """Every brand in the basket."""
        return self.by_brand.keys()

    @lazily
    def payment_methods(self) -> frozenset[str]:
        """Every means of payment used."""
        return frozenset(payment.method for payment in self.purchase.payments)

    @property
    def vouchers(self) -> frozenset[str]:
        """Every voucher that the purchase names, in lower case: people type codes as they like."""
        return frozenset(code.casefold() for code in self.purchase.vouchers)


_ONLY_GOODS = frozenset((LineKind.GOODS,))
_SAME = {
    "every_line",
    "products",
    "by_category",
    "by_sku",
    "by_brand",
    "payment_methods",
    "kinds",
    "goods",
    "countable",
}
"""What is found out and no discount changes."""

_CHANGED = {name for name, it in vars(Facts).items() if isinstance(it, lazily)} - _SAME


@lru_cache(maxsize=10_000)
def upwards(path: str) -> tuple[str, ...]:
    """A category path and all its parents, from the bottom up."""
    paths = []
    while path:
        paths.append(path)
        path = path.rpartition("/")[0]
    return tuple(paths)
