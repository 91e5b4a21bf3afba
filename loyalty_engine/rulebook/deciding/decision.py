"""What came of deciding: one verdict for each rule, and all that is given, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from loyalty_engine.domain.outcomes import Message
from loyalty_engine.rulebook.words import Word


# Not frozen, like reductions: every decision makes them, and freezing triples what each costs.
@dataclass(slots=True)
class Grant:
    """Points of one unit by one rule: what it would give (`desired`), what it gives (`granted`).

    `by_line` shares `granted` out to the lines that earn it. For rules with carry, `basis` is what
    earns (minor units), and each `carry_step` of the running sum gives `carry_points`.
    """

    rule: str
    unit: str
    exact: Fraction
    desired: int
    granted: int
    by_line: Mapping[int, int]
    basis: int = 0
    carry_step: int = 0
    carry_points: int = 0


@dataclass(frozen=True, slots=True)
class Added:
    """A product that one rule adds on top of what is bought; the quantity in thousandths."""

    rule: str
    sku: str
    quantity_milli: int


@dataclass(slots=True)
class Reduction:
    """Money off by one rule, minor units by line index.

    `units_milli` says how much of a line it covers (the whole line where it is silent);
    `in_sets` marks complete sets, whose discount is lost when a return breaks them.
    """

    rule: str
    by_line: Mapping[int, int]
    units_milli: Mapping[int, int] = field(default_factory=dict)
    in_sets: bool = False

    @property
    def total(self) -> int:
        """The sum over all lines."""
        return sum(self.by_line.values())


def still_standing(
    frozen: Reduction | None, wanted: Mapping[int, int], covered: Mapping[int, int]
) -> Reduction | None:
    """What stands of a frozen discount whose rule holds on what is kept.

    Its frozen share; of complete sets no more than the sets that are still complete give.
    """
    if frozen is None or not frozen.in_sets:
        return frozen
    if sum(wanted.values()) >= frozen.total:
        return frozen
    return Reduction(frozen.rule, wanted, covered, in_sets=True) if wanted else None


# Not frozen: every decision makes one for each rule, and freezing triples what each costs.
@dataclass(slots=True)
class Verdict:
    """Why one rule did or did not apply.

    `status` is applied, not_met, overshadowed, capped, refused or error; `failed` the first
    condition (or selector) that did not hold; `by` the rule that stood in the way; `limit` the
    limit that cut it.
    """

    rule: str
    status: str
    failed: Word | None = None
    by: str | None = None
    limit: str | None = None
    desired: Mapping[str, int] = field(default_factory=dict)
    granted: Mapping[str, int] = field(default_factory=dict)
    discount: int = 0
    desired_discount: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """All that a purchase brings about. `used` counts against limits, by the limit's name.

    `nets` are prices by line after discounts; `due` is what is to be paid for all, tax included,
    `counted` what all of it counts for; minor units. `vouchers` are those given for next time,
    each by its rule and its kind.

    `bounded` tells of the lanes whose best combination was not searched to the end, how much more
    another one could give at most, in minor units. `lines` are those (ids) that rules got of a lane
    that gives each line to one of them.
    """

    verdicts: tuple[Verdict, ...]
    reductions: tuple[Reduction, ...]
    grants: tuple[Grant, ...]
    messages: tuple[tuple[str, Message], ...]
    nets: tuple[int, ...]
    used: Mapping[str, int]
    due: int
    counted: int
    bounded: Mapping[str, int] = field(default_factory=dict)
    added: tuple[Added, ...] = ()
    vouchers: tuple[tuple[str, str], ...] = ()
    lines: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def discount_of_line(self, index: int) -> int:
        """All discounts of one line, minor units."""
        return sum(it.by_line.get(index, 0) for it in self.reductions)

    def points(self) -> dict[str, int]:
        """What is granted, by unit."""
        sums: dict[str, int] = {}
        for grant in self.grants:
            sums[grant.unit] = sums.get(grant.unit, 0) + grant.granted
        return sums
