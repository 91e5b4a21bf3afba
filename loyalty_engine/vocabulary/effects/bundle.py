"""One of each of these, together for a price."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.outcomes import Outcome
from loyalty_engine.rulebook.arguments import Sku
from loyalty_engine.rulebook.deciding.sets import UnitSet, at_most, set_discount
from loyalty_engine.rulebook.deciding.slots import best_streams
from loyalty_engine.rulebook.deciding.units import dearest_first, rows, runs_of
from loyalty_engine.rulebook.words import Effect, Found, Most
from loyalty_engine.vocabulary.benefits import Benefit
from loyalty_engine.vocabulary.products import Products, lines_of

MOST_PRODUCTS = 20


@dataclass(frozen=True)
class Bundle(Products, Benefit, Effect):
    """Gives one unit of each named sku, category and brand together for `price`, or cheaper.

    A name that stands twice asks for two units. `percent` or `amount` come off each set as a
    whole. Units are chosen so that the member gets the most, for at most so many `times` sets;
    one that fits several names counts for one of them. The discount of a set is spread over all
    of it. Weighed lines take no part.
    """

    word = "bundle"
    says = (
        "a set of[ {sku:and},][ something from {category:and},][ something by {brand:and},] "
        "together[ for {price}][ at {percent} off][ at {amount} off][, at most {times} times]"
    )
    example = "{sku: [COFFEE, OIL], price: 15.00}"
    times: int | None = None

    def __post_init__(self) -> None:
        """Refuse what takes nothing off, and sets of one or of too many."""
        self.check_benefit()
        if not 2 <= self._size <= MOST_PRODUCTS:
            raise ValueError(f"name 2 to {MOST_PRODUCTS} products, by sku, category or brand")
        if self.times is not None and self.times < 1:
            raise ValueError("times must be 1 or more")

    @property
    def _size(self) -> int:
        return len(self.sku) + len(self.category) + len(self.brand)

    def outcomes(self, facts: Facts, lines: Sequence[int]) -> Iterable[Outcome]:
        found = set_discount(
            facts,
            at_most(self._sets(facts, lines), self.times),
            lambda each: self.off(sum(run.cost for run in each.parts), facts),
        )
        return (found,) if found else ()

    def found(self, facts: Facts, lines: Sequence[int]) -> Found | None:
        names = [*self.sku, *self.category, *self.brand]
        there = [name for name, slot in zip(names, self._slots(facts, lines), strict=True) if slot]
        return Found(tuple(there), Sku) if len(there) < len(names) else None

    def most(self) -> Most:
        return Most(points=0)

    def _sets(self, facts: Facts, lines: Sequence[int]) -> Iterator[UnitSet]:
        slots = self._slots(facts, lines)
        if not all(slots):
            return
        runs = runs_of(facts, sorted(set().union(*slots)))
        streams = best_streams(runs, slots, self.price, self.times)
        for times, parts in rows(streams, [1] * len(streams)):
            units = dearest_first(run for part in parts for run in part)
            yield UnitSet(times, units, units)

    def _slots(self, facts: Facts, lines: Sequence[int]) -> list[set[int]]:
        """The lines that fit each name."""
        about = set(lines)
        return [
            *(lines_of([name], facts.by_sku) & about for name in self.sku),
            *(lines_of([name], facts.by_category) & about for name in self.category),
            *(lines_of([name], facts.by_brand) & about for name in self.brand),
        ]
