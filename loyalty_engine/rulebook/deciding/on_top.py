"""Products that a rule gives on top of what is bought: the till adds them."""

from collections.abc import Sequence

from loyalty_engine.domain.discounting import FreeUnit
from loyalty_engine.domain.money import MILLI
from loyalty_engine.domain.outcomes import AddProduct
from loyalty_engine.rulebook.deciding.sets import UnitSet, at_most
from loyalty_engine.rulebook.deciding.units import Run, rows


def added_products(
    bought: Sequence[Run],
    skus: Sequence[str],
    buy: int,
    get: int,
    sku: str | None,
    which: FreeUnit,
    times: int | None,
) -> list[AddProduct]:
    """For each `buy` units, dearest first, `get` units of `sku` on top.

    Without a `sku` of the cheapest or dearest product of the set; `skus` are those of the lines.
    """
    sets = (UnitSet(often, parts, parts) for often, (parts,) in rows([bought], [buy]))
    quantities: dict[str, int] = {}
    for each in at_most(sets, times):
        part = each.parts[0 if which is FreeUnit.DEAREST else -1]
        name = skus[part.line] if sku is None else sku
        quantities[name] = quantities.get(name, 0) + each.times * get * MILLI
    return [AddProduct(name, milli) for name, milli in sorted(quantities.items())]
