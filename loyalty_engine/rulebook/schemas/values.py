"""How a value of each type is written, as JSON Schema.

Editors read YAML 1.2: `12:30` and `yes` arrive as text, `1.50` and `2026` as numbers.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from fractions import Fraction
from types import NoneType
from typing import Any, Final, get_args, get_origin

from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook import arguments
from loyalty_engine.rulebook.parsing.argument_parsers import WEEKDAYS

Schema = dict[str, Any]

DRAFT: Final = "http://json-schema.org/draft-07/schema#"
DECIMAL: Final = r"^(0|[1-9][0-9]*)(\.[0-9]+)?$"
WHOLE: Final = r"^-?(0|[1-9][0-9]*)$"
DATE: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
MOMENT: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T]+[0-9]{1,2}:[0-9]{2})?$"
TIME: Final = r"^([01]?[0-9]|2[0-3]):[0-5][0-9]$"
ANYTHING: Final[Schema] = {}


@dataclass(frozen=True, slots=True)
class Known:
    """The names that a programme declares; None where no programme is given."""

    tiers: Collection[str] | None = None
    units: Collection[str] | None = None
    lanes: Collection[str] | None = None
    attributes: Collection[str] | None = None
    touchpoints: Collection[str] | None = None
    languages: Sequence[str] | None = None
    campaigns: Collection[str] | None = None
    events: Collection[str] | None = None
    segments: Collection[str] | None = None


def known_in(program: Program) -> Known:
    """The names of one programme."""
    return Known(
        tuple(tier.name for tier in program.tiers.tiers),
        tuple(program.units),
        tuple(lane.name for lane in program.lanes),
        tuple(program.attributes),
        program.touchpoints,
        program.languages,
        tuple(program.campaigns),
        tuple(program.events),
        tuple(program.segments),
    )


def value_schema(hint: Any, known: Known) -> Schema:
    """The values that an argument of a type takes."""
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return choice(option.value for option in hint)
    if make := _PLAIN.get(hint):
        return make(known)
    inner = [it for it in get_args(hint) if it not in {NoneType, ...}]
    if len(inner) != 1:
        return {}
    item = value_schema(inner[0], known)
    return several(item) if get_origin(hint) is tuple else item


def several(item: Schema) -> Schema:
    """One value, or a list of them."""
    return {"anyOf": [item, {"type": "array", "items": item, "minItems": 1}]}


def choice(values: Any) -> Schema:
    """One of these texts."""
    return {"enum": list(values)}


def name(known: Collection[str] | None) -> Schema:
    """A name that the programme declares."""
    if known is None:
        return {"type": ["string", "integer"]}
    return {"enum": [int(it) if it.isdigit() and not it.startswith("0") else it for it in known]}


def sentence(known: Known) -> Schema:
    """A text for members, or one for each language."""
    text = {"type": ["string", "number", "boolean"]}
    by_language: Schema = {"type": "object", "minProperties": 1}
    if known.languages is None:
        by_language["additionalProperties"] = text
    else:
        by_language["properties"] = dict.fromkeys(known.languages, text)
        by_language["additionalProperties"] = False
        by_language["required"] = list(known.languages[:1])
    return {"anyOf": [text, by_language]}


def number(description: str = "", **bounds: int) -> Schema:
    """A decimal, as a number or as text."""
    schema = {"type": ["number", "string"], "pattern": DECIMAL, "minimum": 0, **bounds}
    return described(schema, description)


def whole(description: str = "", minimum: int | None = None) -> Schema:
    """A whole number."""
    bounds = {} if minimum is None else {"minimum": minimum}
    return described({"type": ["integer", "string"], "pattern": WHOLE, **bounds}, description)


def text(description: str = "", pattern: str | None = None) -> Schema:
    """A text; what looks like a number or a truth may stand without quotation marks."""
    like = {} if pattern is None else {"pattern": pattern}
    return described({"type": ["string", "number", "boolean"], **like}, description)


def truth() -> Schema:
    """Yes or no."""
    either = "|".join(map(any_case, ("yes", "no", "true", "false")))
    return {
        "anyOf": [
            {"enum": ["yes", "no"]},
            {"type": "boolean"},
            {"type": "string", "pattern": f"^({either})$"},
        ]
    }


def mapping(
    properties: Mapping[str, Schema], required: Collection[str] = (), **more: object
) -> Schema:
    """A mapping with these keys and no others."""
    made: Schema = {
        "type": "object",
        "properties": dict(properties),
        "additionalProperties": False,
        **more,
    }
    return made | ({"required": list(required)} if required else {})


def either(*schemas: Schema) -> Schema:
    """What fits any of several."""
    return {"anyOf": list(schemas)}


def described(schema: Schema, description: str) -> Schema:
    """The same, with what an editor shows beside it."""
    said = description.replace(", see below", "").strip()
    if not said:
        return schema
    return {
        "description": said[:1].upper() + said[1:] + "." * (said[-1:] not in ".!"),
        **_bare(schema),
    }


def any_case(word: str) -> str:
    """A pattern for a word in small or capital letters."""
    return "".join(f"[{letter}{letter.upper()}]" for letter in word)


def _bare(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if key != "description"}


def _weekday(_: Known) -> Schema:
    days = "|".join(map(any_case, WEEKDAYS))
    return {"anyOf": [{"enum": list(WEEKDAYS)}, {"type": "string", "pattern": f"^({days})$"}]}


_PLAIN: Final[Mapping[Any, Callable[[Known], Schema]]] = {
    str: lambda _: text("a text"),
    int: lambda _: whole("a whole number"),
    bool: lambda _: truth(),
    Fraction: lambda _: number("a number such as 1.5"),
    date: lambda _: text("a day such as 2026-03-01", DATE),
    time: lambda _: text("a time of day such as 18:30", TIME),
    arguments.Minor: lambda _: number("an amount of money such as 50.00"),
    arguments.Milli: lambda _: number("a quantity such as 3 or 0.5"),
    arguments.Percent: lambda _: {
        **number("a percentage such as 12.5", maximum=100),
        "pattern": r"^(0|[1-9][0-9]*)(\.[0-9]+)? *%?$",
    },
    arguments.Weekday: _weekday,
    arguments.TierName: lambda known: name(known.tiers),
    arguments.UnitName: lambda known: name(known.units),
    arguments.AttributeName: lambda known: name(known.attributes),
    arguments.TouchpointName: lambda known: name(known.touchpoints),
    arguments.VoucherName: lambda _: text("a voucher, by the name of its file"),
    arguments.SegmentName: lambda known: name(known.segments),
    arguments.EventName: lambda known: name(known.events),
    arguments.CategoryPath: lambda _: text("a category such as grocery/coffee"),
    arguments.Sku: lambda _: text("an item's sku"),
    arguments.BrandName: lambda _: text("a brand"),
    arguments.Text: sentence,
}
