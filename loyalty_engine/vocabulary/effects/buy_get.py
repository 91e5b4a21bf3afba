"""Buy some, get some more free or for less: of the same or of another product."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from loyalty_engine.domain.discounting import FreeGoods, FreeUnit
from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.outcomes import Outcome
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.switches import Switches
from loyalty_engine.rulebook.arguments import BrandName, CategoryPath, Sku
from loyalty_engine.rulebook.deciding.on_top import added_products
from loyalty_engine.rulebook.deciding.sets import (
    UnitSet,
    at_most,
    multi_buys,
    other_buys,
    set_discount,
)
from loyalty_engine.rulebook.deciding.units import Run, count, dearest_first, divided, runs_of
from loyalty_engine.rulebook.words import Effect, Found, Most, Near
from loyalty_engine.vocabulary.benefits import Benefit
from loyalty_engine.vocabulary.products import Products
from loyalty_engine.vocabulary.short_sets import short_of_units, units_found


@dataclass(frozen=True)
class BuyGet(Benefit, Effect):
    """For each `buy` units of the selected lines, `get` units more are free, or cheaper.

    They are of the selected lines too, or of the products that `get_sku`, `get_category` and
    `get_brand` name, wherever in the basket; a unit is bought or got, never both. Cheaper by
    `percent` or `amount`, or to `price`. Which units are got, the cheapest or the dearest, the
    programme's switch `free_unit` says. There are at most so many `times` sets, and the discount
    of a set is spread over all of it. Weighed lines take no part.

    Where the programme's switch `free_goods` is `added`, units that are free are not looked for in
    the basket: the receipt names them under `rewards` and the till adds them at no price.
    """

    word = "buy_get"
    says = (
        "buy {buy}, get {get} more[ of item {get_sku}][ of {get_category}][ by {get_brand}]"
        "[ at {percent} off][ at {amount} off][ for {price}][, at most {times} times]"
    )
    example = "{buy: 2, get_sku: OIL, percent: 50}"
    buy: int
    get: int = 1
    get_sku: tuple[Sku, ...] = ()
    get_category: tuple[CategoryPath, ...] = ()
    get_brand: tuple[BrandName, ...] = ()
    times: int | None = None

    def __post_init__(self) -> None:
        """Refuse what takes nothing off."""
        self.check_benefit(free=True)
        if self.buy < 1 or self.get < 1:
            raise ValueError("buy and get must be 1 or more")
        if self.times is not None and self.times < 1:
            raise ValueError("times must be 1 or more")

    def check(self, program: Program) -> str | None:
        """Only a named product can be added."""
        if self._is_added(program.switches) and (self.get_category or self.get_brand):
            return "with the switch free_goods: added, name the product that is free by get_sku"
        return None

    def outcomes(self, facts: Facts, lines: Sequence[int]) -> Iterable[Outcome]:
        if self._is_added(facts.switches):
            bought = runs_of(facts, lines)
            skus = [line.sku for line in facts.purchase.lines]
            return added_products(
                [run for run in bought if run.price], skus, self.buy, self.get,
                self.get_sku[0] if self.get_sku else None, facts.switches.free_unit, self.times,
            )  # fmt: skip
        found = set_discount(
            facts,
            at_most(self._sets(facts, lines), self.times),
            lambda each: self.off_each(each.got, facts),
        )
        return (found,) if found else ()

    def _is_added(self, switches: Switches) -> bool:
        return switches.free_goods is FreeGoods.ADDED and self.is_free

    def near(self, facts: Facts, lines: Sequence[int]) -> Near | None:
        if self._of_others:
            return None  # nobody knows what the other product costs
        return short_of_units(self._in_basket(facts), facts, lines)

    def found(self, facts: Facts, lines: Sequence[int]) -> Found | None:
        if self._of_others:
            return None
        return units_found(self._in_basket(facts), facts, lines)

    @property
    def _of_others(self) -> bool:
        return bool(self.get_sku or self.get_category or self.get_brand)

    def _in_basket(self, facts: Facts) -> int:
        return self.buy if self._is_added(facts.switches) else self.buy + self.get

    def most(self) -> Most:
        return Most(points=0)

    def _sets(self, facts: Facts, lines: Sequence[int]) -> Iterator[UnitSet]:
        which = facts.switches.free_unit
        products = Products(category=self.get_category, sku=self.get_sku, brand=self.get_brand)
        if not products.named:
            return multi_buys(runs_of(facts, lines), self.buy, self.get, which)
        fitting = set(products.fitting(facts))
        only_bought = runs_of(facts, [index for index in lines if index not in fitting])
        either = runs_of(facts, [index for index in lines if index in fitting])
        only_got = runs_of(facts, sorted(fitting.difference(lines)))
        sets = min(
            (count(only_bought) + count(either)) // self.buy,
            (count(only_got) + count(either)) // self.get,
            (count(only_bought) + count(either) + count(only_got)) // (self.buy + self.get),
        )
        sets = sets if self.times is None else min(sets, self.times)
        paid, got = self._divided(only_bought, either, only_got, sets, which)
        return other_buys(paid, got, self.buy, self.get)

    def _divided(
        self,
        only_bought: Sequence[Run],
        either: Sequence[Run],
        only_got: Sequence[Run],
        sets: int,
        which: FreeUnit,
    ) -> tuple[list[Run], list[Run]]:
        """The units bought and the units got, dearest first, just as many as the sets need.

        Of those that could be either, as many are got as are not needed to be bought.
        """
        needed = max(0, sets * self.buy - count(only_bought))
        spare, kept = _picked(either, count(either) - needed, which)
        got, left = _picked(dearest_first([*only_got, *spare]), sets * self.get, which)
        mine = {run.line for run in either}
        back = [run for run in left if run.line in mine]
        paid = divided(dearest_first([*only_bought, *kept, *back]), sets * self.buy)[0]
        return paid, got


def _picked(runs: Sequence[Run], units: int, which: FreeUnit) -> tuple[list[Run], list[Run]]:
    """So many units, the cheapest or the dearest of them, and the rest."""
    if which is FreeUnit.DEAREST:
        return divided(runs, units)
    rest, picked = divided(runs, max(0, count(runs) - units))
    return picked, rest
