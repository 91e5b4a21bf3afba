"""Which products a word means: by category path, sku or brand, all that are given at once."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.purchase import Line
from loyalty_engine.rulebook.arguments import BrandName, CategoryPath, Sku
from loyalty_engine.rulebook.dimensions import BRAND, CATEGORY, SKU
from loyalty_engine.rulebook.needs import Dimension, Needs


def lies_under(category: str, paths: Collection[str]) -> bool:
    """Whether a category is one of `paths` or stands below one: `grocery` covers `grocery/tea`."""
    return category in paths or category.startswith(tuple(f"{path}/" for path in paths))


def lines_of(names: Iterable[str], lines: Mapping[str, Iterable[int]]) -> set[int]:
    """The lines that facts sort under any of these names, by index."""
    return {index for name in names if name in lines for index in lines[name]}


@dataclass(frozen=True)
class Products:
    """Fields of words about some products; a line must fit every kind that is given."""

    category: tuple[CategoryPath, ...] = field(default=(), kw_only=True)
    sku: tuple[Sku, ...] = field(default=(), kw_only=True)
    brand: tuple[BrandName, ...] = field(default=(), kw_only=True)

    @property
    def named(self) -> bool:
        """Whether any product is named at all; otherwise every line fits."""
        return bool(self.category or self.sku or self.brand)

    @property
    def present(self) -> Needs:
        """What is needed for any line to fit."""
        given: dict[Dimension, tuple[str, ...]] = {
            CATEGORY: self.category,
            SKU: self.sku,
            BRAND: self.brand,
        }
        return {kind: frozenset(names) for kind, names in given.items() if names}

    def fits(self, line: Line) -> bool:
        """Whether the line is one of these products."""
        return (
            (not self.category or lies_under(line.category, self.category))
            and (not self.sku or line.sku in self.sku)
            and (not self.brand or line.brand in self.brand)
        )

    def like(self, facts: Facts) -> Line | None:
        """A line of these products: one of the basket's where there is any, else the first named.

        None where every line fits.
        """
        if not self.named:
            return None
        for index in sorted(self.fitting(facts)):
            return facts.purchase.lines[index]
        named = (names[0] if names else "" for names in (self.sku, self.category, self.brand))
        sku, category, brand = named
        return Line("", sku, 0, 0, category, brand)

    def fitting(self, facts: Facts) -> Collection[int]:
        """The indexes of the goods that fit, each once."""
        if facts.goods is None and len(self.category) == 1 and not (self.sku or self.brand):
            return facts.by_category.get(self.category[0], ())  # what rules say most often
        found: set[int] | None = None
        if self.category:
            found = lines_of(self.category, facts.by_category)
        if self.sku:
            named = lines_of(self.sku, facts.by_sku)
            found = named if found is None else found & named
        if self.brand:
            named = lines_of(self.brand, facts.by_brand)
            found = named if found is None else found & named
        if facts.goods is not None:
            return facts.goods if found is None else found.intersection(facts.goods)
        return range(len(facts.purchase.lines)) if found is None else found
