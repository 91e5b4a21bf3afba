"""What all answers are written in: JSON, instants, quantities, balances; and whose receipt it is."""

from datetime import UTC, datetime

import msgspec

from loyalty_engine.domain.lots import Balance
from loyalty_engine.domain.money import MILLI

_encoder = msgspec.json.Encoder()


def to_json(value: object) -> bytes:
    """Compact JSON in the order of the fields."""
    return _encoder.encode(value)


def with_member(receipt: bytes, member: str | None) -> bytes:
    """A stored receipt with the member's id as the caller knows it, or null."""
    return b'{"member":' + to_json(member) + b"," + receipt[1:]


def shown(balance: Balance) -> dict[str, int]:
    """A balance as receipts show it; a debt only where there is one."""
    figures = {"available": balance.available, "pending": balance.pending}
    if balance.held:
        figures["held"] = balance.held
    if balance.debt:
        figures["debt"] = balance.debt
    return figures


def instant(at: datetime) -> str:
    """RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def quantity(milli: int) -> int | str:
    """A quantity as the API writes it: whole, or a decimal string."""
    if milli % MILLI == 0:
        return milli // MILLI
    return f"{milli // MILLI}.{milli % MILLI:03d}".rstrip("0")
