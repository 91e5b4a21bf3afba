"""What a rule may look at: everything a decision depends on, gathered before, frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property

from loyalty_engine.domain.money import share_out
from loyalty_engine.domain.purchase import Purchase, Scalar


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


@dataclass(frozen=True)
class Facts:
    """One purchase, one member (None for a guest), one moment; `local` is in the programme's zone.

    `nets` are the lines' amounts as the lanes before have left them; `tender` is what the points
    spent are worth in minor units. `headroom` is what is left of each limit by its key, `carries`
    the running sums by rule, `plugins` what plugins gathered, under the plugin's name.
    """

    purchase: Purchase
    local: datetime
    member: MemberFacts | None = None
    tender: int = 0
    headroom: Mapping[str, int] = field(default_factory=dict)
    carries: Mapping[str, Carry] = field(default_factory=dict)
    plugins: Mapping[str, Mapping[str, Scalar]] = field(default_factory=dict)
    nets: tuple[int, ...] = ()

    def with_nets(self, nets: tuple[int, ...]) -> "Facts":
        """The same facts after discounts."""
        return replace(self, nets=nets)

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
    def categories(self) -> frozenset[str]:
        """Every category path in the basket with all its parents: `a/b/c` adds a, a/b, a/b/c."""
        found: set[str] = set()
        for line in self.purchase.lines:
            path = line.category
            while path and path not in found:
                found.add(path)
                path = path.rpartition("/")[0]
        return frozenset(found)

    @cached_property
    def skus(self) -> frozenset[str]:
        """Every sku in the basket."""
        return frozenset(line.sku for line in self.purchase.lines)

    @cached_property
    def brands(self) -> frozenset[str]:
        """Every brand in the basket."""
        return frozenset(line.brand for line in self.purchase.lines if line.brand)

    @cached_property
    def payment_methods(self) -> frozenset[str]:
        """Every means of payment used."""
        return frozenset(payment.method for payment in self.purchase.payments)
