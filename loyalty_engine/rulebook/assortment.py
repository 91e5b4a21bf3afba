"""The retailer's catalogue as checks need it: which items, categories and brands there are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from loyalty_engine.rulebook.faults import Findings, nearest, shown
from loyalty_engine.rulebook.parsing.csv_rows import read_sheet

MOST_ITEMS: Final = 2_000_000
MOST_CHARACTERS: Final = 256 * 1024 * 1024

COLUMNS: Final = ("sku", "category", "brand")


@dataclass(frozen=True, slots=True)
class Item:
    """What is known of an item; empty where nothing is."""

    category: str = ""
    brand: str = ""


@dataclass(frozen=True)
class Assortment:
    """All items by sku."""

    items: Mapping[str, Item] = field(default_factory=dict)

    @cached_property
    def categories(self) -> frozenset[str]:
        """Every category of an item with all its parents."""
        found: set[str] = set()
        for item in self.items.values():
            path = item.category
            while path and path not in found:
                found.add(path)
                path = path.rpartition("/")[0]
        return frozenset(found)

    @cached_property
    def brands(self) -> frozenset[str]:
        """Every brand of an item."""
        return frozenset(item.brand for item in self.items.values() if item.brand)


def read_assortment(text: str, findings: Findings) -> Assortment | None:
    """A catalogue from CSV with the columns sku, category and brand; others are passed over.

    None where it cannot be read; faults go to `findings`. Raises TooManyFaults.
    """
    sheet = read_sheet(text, findings, most_rows=MOST_ITEMS, most_characters=MOST_CHARACTERS)
    if sheet is None:
        return None
    places = {name.lower(): index for index, name in enumerate(sheet.head.cells)}
    if "sku" not in places:
        like = nearest("sku", places)
        said = f"a column 'sku' is needed; there is {', '.join(map(shown, places))}"
        findings.add(sheet.head.number, 1, said, None if like is None else "sku")
        return None
    sku, category, brand = (places.get(name) for name in COLUMNS)
    items: dict[str, Item] = {}
    for row in sheet.rows:
        cells = row.cells
        assert sku is not None
        if not cells[sku]:
            findings.add(row.number, sku + 1, "a sku is missing")
            continue
        items[cells[sku]] = Item(
            "" if category is None else cells[category], "" if brand is None else cells[brand]
        )
    return Assortment(items)
