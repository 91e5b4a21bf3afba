"""The price below which no discount may take a product: of a rule, of a line, of the programme."""

from collections.abc import Mapping

from loyalty_engine.domain.discounting import NO_ATTRIBUTE
from loyalty_engine.domain.money import times_quantity
from loyalty_engine.domain.purchase import Line, Purchase
from loyalty_engine.domain.switches import Switches

PER_CENT = 100


def declared_floors(switches: Switches, purchase: Purchase) -> tuple[int, ...]:
    """What each line costs at the least, minor units, as the programme declares it.

    Empty where it declares nothing, so that nobody pays for looking.
    """
    name, share = switches.lowest_price_attribute, switches.lowest_price_percent
    if name == NO_ATTRIBUTE and not share:
        return ()
    return tuple(_floor(line, name, share) for line in purchase.lines)


def above_floors(
    wanted: Mapping[int, int],
    nets: tuple[int, ...],
    purchase: Purchase,
    declared: tuple[int, ...],
    lowest_price: int | None,
) -> dict[int, int]:
    """What may be taken off each line; `lowest_price` is the rule's own, for one unit.

    What would go below is not given, and goes to no other line either.
    """
    found: dict[int, int] = {}
    for index, amount in wanted.items():
        floor = declared[index] if declared else 0
        if lowest_price is not None:
            own = times_quantity(lowest_price, purchase.lines[index].quantity_milli)
            floor = max(floor, own)
        if (most := min(amount, nets[index] - floor)) > 0:
            found[index] = most
    return found


def _floor(line: Line, name: str, share: int) -> int:
    """The higher of what the line's attribute says, and so many per cent of the price, up."""
    floor = -(-line.gross * share // PER_CENT)
    told = line.attributes.get(name)
    if type(told) is int and told > 0:
        floor = max(floor, times_quantity(told, line.quantity_milli))
    return floor
