"""The rules that ask for products, by category, sku or brand, found line by line.

Of all that a purchase tells products are most, and shops sell the same ones over and over: which
rules a product lets through is found once and kept, so that a line costs one look.
"""

from collections.abc import Callable, Hashable, Mapping
from typing import Any, Final

from loyalty_engine.domain.facts import Facts, Product, upwards
from loyalty_engine.rulebook.dimensions import BRAND, CATEGORY, SKU
from loyalty_engine.rulebook.needs import Dimension
from loyalty_engine.rulebook.rule_sets import FEW, Asking, by_value, joined, set_of

PRODUCTS: Final[tuple[Dimension, ...]] = (SKU, BRAND, CATEGORY)

MOST_BYTES = 2_000_000
"""So much memory, about, is taken for what products let through."""

_OBJECTS = 300
"""Bytes that an entry takes besides its set."""


class ByProduct:
    """The rules that some product of a purchase lets through, and those that ask for none.

    A rule that asks in several ways is found by the rarest of them.
    """

    def __init__(
        self, asking: Mapping[Dimension, Asking], every: int, pause: Callable[[], None]
    ) -> None:
        rarest = _rarest(asking)
        self.free = every ^ set_of(it for rules in rarest.values() for it, _ in rules)
        self._skus, self._brands, self._categories = (
            by_value(rarest[it], pause, FEW) for it in PRODUCTS
        )
        self._known: dict[Product, int] = {}
        self._most = MOST_BYTES // (_OBJECTS + every.bit_length() // 8)

    def through(self, facts: Facts) -> int:
        """The rules that may be about something in the basket."""
        through, known = self.free, self._known
        for product in facts.products:
            rules = known.get(product)
            through |= self._found(product) if rules is None else rules
        return through

    def _found(self, product: Product) -> int:
        sku, brand, category = product
        rules = _set(self._skus.get(sku, 0)) | _set(self._brands.get(brand, 0))
        for path in upwards(category):
            rules |= _set(self._categories.get(path, 0))
        if len(self._known) >= self._most:
            self._known.clear()
        self._known[product] = rules
        return rules


def _set(rules: Any) -> int:
    return rules if isinstance(rules, int) else joined(rules)


def _rarest(asking: Mapping[Dimension, Asking]) -> dict[Dimension, Asking]:
    """Each rule in one dimension: where it asks for the smallest part of what all rules name."""
    named: dict[Dimension, set[Hashable]] = {
        kind: set().union(*(need for _, need in rules)) for kind, rules in asking.items()
    }
    best: dict[int, tuple[float, Dimension, Any]] = {}
    for kind, rules in asking.items():
        for place, need in rules:
            share = len(need) / max(1, len(named[kind]))
            if place not in best or share < best[place][0]:
                best[place] = (share, kind, need)
    found: dict[Dimension, Asking] = {kind: [] for kind in PRODUCTS}
    for place, (_, kind, need) in best.items():
        found[kind].append((place, need))
    return found
