"""Which products a word means: by category path, sku or brand, all that are given at once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.purchase import Line
from loyalty_engine.rulebook.arguments import CategoryPath, Sku
from loyalty_engine.rulebook.dimensions import BRAND, CATEGORY, SKU
from loyalty_engine.rulebook.needs import Dimension, Needs


def lies_under(category: str, paths: Iterable[str]) -> bool:
    """Whether a category is one of `paths` or stands below one: `grocery` covers `grocery/tea`."""
    return any(category == path or category.startswith(f"{path}/") for path in paths)


@dataclass(frozen=True)
class Products:
    """Fields of words about some products; a line must fit every kind that is given."""

    category: tuple[CategoryPath, ...] = field(default=(), kw_only=True)
    sku: tuple[Sku, ...] = field(default=(), kw_only=True)
    brand: tuple[str, ...] = field(default=(), kw_only=True)

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

    def fitting(self, facts: Facts) -> Iterator[int]:
        """The indexes of the lines that fit."""
        return (index for index, line in enumerate(facts.purchase.lines) if self.fits(line))
