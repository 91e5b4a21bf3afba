"""The quick way from a body to a value: msgspec takes the JSON apart, by types made from the
marshmallow schema; the fields' own readers do the rest.

What is accepted here, the schema accepts with an equal value; a test holds it to that. What is not
accepted here, for whatever reason, goes through the schema, which says what is wrong.
"""

import operator
import re
from collections.abc import Callable
from typing import Any

import msgspec
from marshmallow import ValidationError, fields, missing, validate
from msgspec import UNSET, Struct, UnsetType

from loyalty_engine.api.schemas.containers import Each, Many, Shape
from loyalty_engine.api.schemas.fields import Flag, Read, Whole

Convert = Callable[[Any], Any]

_encode = msgspec.json.Encoder().encode
_KEY_OR_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*"([ \t\n\r]*:)?', re.DOTALL)


class NotTaken(Exception):
    """The quick way does not take this body; the thorough one decides."""


class Quick:
    """A decoder for one schema."""

    def __init__(self, shape: Shape) -> None:
        wire, self._convert = _compile(shape)
        self._decode = msgspec.json.Decoder(wire).decode

    def __call__(self, body: bytes) -> Any:
        """The value of a body. Raises NotTaken, and nothing else, for a body that is not right."""
        try:
            wire = self._decode(body)
            if _drops_keys(body, _encode(wire)):
                raise NotTaken
            return self._convert(wire)
        except (msgspec.MsgspecError, ValueError, ValidationError, RecursionError):
            raise NotTaken from None


def _drops_keys(body: bytes, encoded: bytes) -> bool:
    """Whether decoding lost a key, which it does when an object has one twice.

    `encoded` is what was understood, written again, so it has every key but the lost ones. Each
    key brings a colon, and what stands in texts stands in both unless it is written as an escape.
    """
    if b"\\" in body:
        return _keys(body) != _keys(encoded)
    return body.count(b":") != encoded.count(b":")


def _keys(text: bytes) -> int:
    return sum(1 for found in _KEY_OR_TEXT.finditer(text) if found[1])


def _compile(shape: Shape) -> tuple[type[Struct], Convert]:
    """A Struct with the schema's fields, and the function from it to the schema's value."""
    names: list[str] = []
    members: list[tuple[Any, ...]] = []
    converts: list[Convert | None] = []
    for name, field in shape.fields.items():
        kind, convert = _compile_field(field)
        if field.required:
            members.append((name, kind))
        else:
            members.append((name, kind | UnsetType, UNSET))
        names.append(field.attribute or name)
        converts.append(convert)
    wire = msgspec.defstruct(
        type(shape).__name__, members, kw_only=True, forbid_unknown_fields=True, gc=False
    )
    values_of = operator.attrgetter(*shape.fields)
    one = len(names) == 1
    plan = list(zip(names, converts, strict=True))
    make = shape.make

    def convert_shape(wire: Struct) -> Any:
        found = (values_of(wire),) if one else values_of(wire)
        return make(
            {
                name: value if convert is None else convert(value)
                for (name, convert), value in zip(plan, found, strict=True)
                if value is not UNSET
            }
        )

    return wire, convert_shape


def _compile_field(field: fields.Field[Any]) -> tuple[Any, Convert | None]:
    """The type on the wire, and how to go on from there; None where the type says it all."""
    if field.allow_none or field.load_default is not missing:
        raise TypeError(f"{field.name}: null and defaults are not known here")
    if isinstance(field, Each):
        return _compile(field.shape)
    if isinstance(field, Many):
        return _compile_list(field)
    if isinstance(field, Read) and not field.validators:
        plain = type(field).read is Read.read
        read = type(field).reader if plain else field.read
        return field.wire, None if isinstance(field, Whole | Flag) else read
    raise TypeError(f"{field.name}: teach api.fast about {type(field).__name__} first")


def _compile_list(field: Many) -> tuple[Any, Convert]:
    assert all(isinstance(it, validate.Length) for it in field.validators)
    kind, convert = _compile_field(field.inner)
    least, most = field.least, field.most

    def convert_list(wire: list[Any]) -> tuple[Any, ...]:
        if not least <= len(wire) <= most:
            raise NotTaken
        return tuple(wire) if convert is None else tuple(map(convert, wire))

    return list[kind], convert_list  # type: ignore[valid-type]
