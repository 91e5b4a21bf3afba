"""What a rule may look at: everything a decision depends on, gathered before, frozen."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from functools import cached_property, lru_cache

from loyalty_engine.domain.discounting import ExtraCent, spread
from loyalty_engine.domain.money import share_out
from loyalty_engine.domain.program import Switches
from loyalty_engine.domain.purchase import LineKind, Purchase, Scalar


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


DEFAULTS = Switches()
_LARGEST = ExtraCent.LARGEST_REMAINDER


@dataclass(frozen=True)
class Facts:
    """One purchase, one member (None for a guest), one moment; `local` is in the programme's zone.

    `nets` are the lines' amounts as the lanes before have left them; `tender` is what the points
    spent are worth in minor units. `headroom` is what is left of each limit by its key, `carries`
    the running sums by rule, `plugins` what plugins gathered, under the plugin's name. `switches`
    are the programme's, which deciding puts in; `percentages` is what percentages have taken off
    each line so far where only the best of them counts.
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

    def with_nets(self, nets: tuple[int, ...], switches: Switches | None = None) -> "Facts":
        """The same facts after discounts; what was found out about the lines stays known."""
        changed = object.__new__(Facts)
        vars(changed).update({name: it for name, it in vars(self).items() if name in _SAME})
        vars(changed)["nets"] = nets
        if switches is not None:
            vars(changed)["switches"] = switches
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

    @cached_property
    def total(self) -> int:
        """The basket's amount as it stands now, minor units: what minimum amounts look at."""
        return sum(self.nets)

    @cached_property
    def earning_basis(self) -> tuple[int, ...]:
        """By line, what earns: the part paid with points is taken off in proportion."""
        if not self.tender:
            return self.nets
        paid = share_out(min(self.tender, self.total), self.nets)
        return tuple(net - part for net, part in zip(self.nets, paid, strict=True))

    @cached_property
    def kinds(self) -> frozenset[LineKind]:
        """The kinds of line in the basket."""
        return frozenset(line.kind for line in self.purchase.lines)

    @cached_property
    def goods(self) -> Sequence[int] | None:
        """The lines that are goods, by index; None where there are no others."""
        if self.kinds <= _ONLY_GOODS:
            return None
        lines = self.purchase.lines
        return [index for index, line in enumerate(lines) if line.kind is LineKind.GOODS]

    @cached_property
    def by_category(self) -> Mapping[str, Sequence[int]]:
        """The lines at or below each category in the basket: one of `a/b/c` counts for a and a/b."""
        found: dict[str, list[int]] = {}
        for index, line in enumerate(self.purchase.lines):
            for path in _upwards(line.category):
                found.setdefault(path, []).append(index)
        return found

    @cached_property
    def by_sku(self) -> Mapping[str, Sequence[int]]:
        """The lines of each sku in the basket."""
        found: dict[str, list[int]] = {}
        for index, line in enumerate(self.purchase.lines):
            found.setdefault(line.sku, []).append(index)
        return found

    @cached_property
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

    @cached_property
    def payment_methods(self) -> frozenset[str]:
        """Every means of payment used."""
        return frozenset(payment.method for payment in self.purchase.payments)


_ONLY_GOODS = frozenset((LineKind.GOODS,))
_SAME = {each.name for each in fields(Facts)} | {
    "by_category",
    "by_sku",
    "by_brand",
    "payment_methods",
    "kinds",
    "goods",
}
"""What no discount changes, beside `nets` themselves."""


@lru_cache(maxsize=10_000)
def _upwards(path: str) -> tuple[str, ...]:
    """A category path and all its parents, from the bottom up."""
    paths = []
    while path:
        paths.append(path)
        path = path.rpartition("/")[0]
    return tuple(paths)
