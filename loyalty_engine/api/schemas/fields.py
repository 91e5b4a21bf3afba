"""The fields that schemas are made of: how a value is read, and how OpenAPI describes it.

`wire` is the JSON type by which the quick decoder may take a value before `read` sees it.
"""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar

import msgspec
from marshmallow import ValidationError, fields

from loyalty_engine.api import values
from loyalty_engine.api.values import EXACT, MOST_MONEY, MOST_POINTS

# Python and JavaScript both read these. What is refused beyond them (format characters, private
# and unassigned ones) no pattern that both read can say.
_CONTROL = r"\u0000-\u001f\u007f-\u009f"
_BLANK = r"\u0000-\u0020\u007f-\u00a0"

_DECIMAL = r"^(0|[1-9][0-9]{0,6})(\.[0-9]{1,3})?$"
_DIGITS = re.compile(r"0|[1-9][0-9]{0,18}")


def like(**schema: Any) -> Mapping[str, Any]:
    """A JSON Schema; of a text unless it says otherwise."""
    schema = {"type": "string", **schema}
    return {name: value for name, value in schema.items() if value is not None}


class Read(fields.Field[Any]):
    """A field whose value one of the functions in api.values reads."""

    wire: Any = str
    reader: ClassVar[Callable[[object], Any]]
    json: Mapping[str, Any] = like()

    def read(self, value: object) -> Any:
        return type(self).reader(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Any:
        try:
            return self.read(value)
        except ValueError as fault:
            raise ValidationError(str(fault)) from None


class Id(Read):
    """An id of the caller's."""

    reader = values.read_id
    json = like(pattern=f"^[^{_BLANK}]+$", minLength=1, maxLength=values.ID_LENGTH)


class Name(Read):
    """What another system calls a product, a store, a brand."""

    reader = values.read_name
    json = like(pattern=f"^[^{_BLANK}]([^{_CONTROL}]*[^{_BLANK}])?$", maxLength=values.NAME_LENGTH)


class Category(Read):
    """A category path."""

    reader = values.read_category
    json = like(
        pattern=f"^[^{_BLANK}/]([^{_CONTROL}]*[^{_BLANK}/])?$", maxLength=values.NAME_LENGTH
    )


class Sentence(Read):
    """Free text on one line."""

    reader = values.read_text
    json = like(pattern=f"^[^{_CONTROL}]+$", minLength=1, maxLength=values.TEXT_LENGTH)


class Instant(Read):
    """An instant with its offset."""

    reader = values.read_instant
    json = like(format="date-time")


class Currency(Read):
    """An ISO 4217 code."""

    reader = values.read_currency
    json = like(pattern="^[A-Z]{3}$")


class Quantity(Read):
    """A quantity, in thousandths once it is read."""

    wire = int | str
    reader = values.read_quantity
    json = like(
        type=None,
        oneOf=[
            {"type": "integer", "minimum": 1, "maximum": values.MOST_QUANTITY},
            {"type": "string", "pattern": _DECIMAL},
        ],
    )


class QuantityShown(Quantity):
    """A quantity in an answer, which may be none."""

    json = like(
        type=None,
        oneOf=[
            {"type": "integer", "minimum": 0, "maximum": values.MOST_QUANTITY},
            {"type": "string", "pattern": _DECIMAL},
        ],
    )

    def read(self, value: object) -> int:
        return 0 if value == 0 else super().read(value)


class Scalar(Read):
    """The value of an attribute."""

    wire = str | int | bool
    reader = values.read_scalar
    json = like(
        type=None,
        oneOf=[
            dict(Sentence.json),
            {"type": "integer", "minimum": -EXACT, "maximum": EXACT},
            {"type": "boolean"},
        ],
    )


class OneOf(Read):
    """One of a few words."""

    def __init__(self, *words: str, **others: Any) -> None:
        super().__init__(**others)
        self.words = words
        self.json = {"type": "string", "enum": list(words)}

    def read(self, value: object) -> str:
        if type(value) is str and value in self.words:
            return value
        raise ValueError(f"One of {', '.join(self.words)}.")


class Whole(Read):
    """An integer between two bounds."""

    def __init__(self, least: int = -EXACT, most: int = EXACT, **others: Any) -> None:
        super().__init__(**others)
        self.least, self.most = least, most
        self.wire = Annotated[int, msgspec.Meta(ge=least, le=most)]
        self.json = {"type": "integer", "minimum": least, "maximum": most}

    def read(self, value: object) -> int:
        return values.read_whole(value, self.least, self.most)


def money(least: int = 0, **others: Any) -> Whole:
    """An amount in minor units that a request may tell; what answers add up has no such bound."""
    return Whole(least, MOST_MONEY, **others)


def points(least: int = -MOST_POINTS, **others: Any) -> Whole:
    """Points, in the smallest step of their unit, that a request may tell; see `money`."""
    return Whole(least, MOST_POINTS, **others)


class Flag(Read):
    """true or false."""

    wire = bool
    json = like(type="boolean")

    def read(self, value: object) -> bool:
        if type(value) is not bool:
            raise ValueError("true or false is needed, without quotation marks.")
        return value


class KeyHeader(Read):
    """An Idempotency-Key as the document describes it."""

    reader = values.read_key
    json = like(pattern=r"^[ -~]+$", minLength=1, maxLength=values.KEY_LENGTH)


class Number(Whole):
    """An integer in a query, where everything is text."""

    def read(self, value: object) -> int:
        if type(value) is str and _DIGITS.fullmatch(value):
            value = int(value)
        return super().read(value)
