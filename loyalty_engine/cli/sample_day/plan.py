"""What a day is made of: requests in the order in which they are sent, and chance that repeats."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. `what` names it in the count; `key` is its Idempotency-Key.

    `with_secret_of` names the guest's purchase whose receipt bears the secret to send.
    """

    what: str
    method: str
    path: str
    body: Mapping[str, Any] | None = None
    key: str | None = None
    with_secret_of: str | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A programme's day."""

    program: str
    asks: tuple[Ask, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """Something on the shelf, at a price in minor units."""

    sku: str
    category: str
    price: int
    brand: str = ""
    attributes: Mapping[str, Any] | None = None

    def line(self, place: int, quantity: int | str = 1, discount: int = 0) -> dict[str, Any]:
        """A line of a basket."""
        line: dict[str, Any] = {
            "id": str(place),
            "sku": self.sku,
            "category": self.category,
            "quantity": quantity,
            "unit_price": self.price,
        }
        if self.brand:
            line["brand"] = self.brand
        if self.attributes:
            line["attributes"] = dict(self.attributes)
        if discount:
            line["discount"] = discount
        return line


class Chance:
    """Draws that depend on nothing but what they are for, so that the same day repeats."""

    def __init__(self, *about: object) -> None:
        self._about = "/".join(map(str, about))
        self._drawn = 0

    def upto(self, most: int) -> int:
        """A number from 0 to `most`, both included."""
        self._drawn += 1
        digest = hashlib.sha256(f"{self._about}/{self._drawn}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % (most + 1)

    def between(self, least: int, most: int) -> int:
        """A number from `least` to `most`, both included."""
        return least + self.upto(most - least)

    def one_of(self, choices: Sequence[T]) -> T:
        """One of several."""
        return choices[self.upto(len(choices) - 1)]

    def some_of(self, choices: Sequence[T], count: int) -> list[T]:
        """Several different ones."""
        left = list(choices)
        return [left.pop(self.upto(len(left) - 1)) for _ in range(min(count, len(left)))]

    def happens(self, percent: int) -> bool:
        """True so many times out of a hundred."""
        return self.upto(99) < percent


def at(day: date, minutes: int, zone: ZoneInfo) -> str:
    """An instant so many minutes after a local midnight, as requests write it."""
    moment = datetime.combine(day, time(minutes // 60, minutes % 60), zone)
    return moment.isoformat()


def total_of(lines: Sequence[Mapping[str, Any]]) -> int:
    """What a basket of whole units costs, minor units."""
    return sum(it["unit_price"] * int(it["quantity"]) - it.get("discount", 0) for it in lines)
