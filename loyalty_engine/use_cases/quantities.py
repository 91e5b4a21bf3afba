"""How quantities are written in answers."""

from loyalty_engine.domain.money import MILLI


def quantity(milli: int) -> int | str:
    """A quantity as the API writes it: whole, or a decimal string."""
    if milli % MILLI == 0:
        return milli // MILLI
    return f"{milli // MILLI}.{milli % MILLI:03d}".rstrip("0")
