"""What was asked, in one form: the same bytes for every way of saying it, by every version.

Fields that have their default are left out. So a field that a later version adds changes nothing
for requests without it, and a repetition across an upgrade stays a repetition; and so a default,
once given, never changes.
"""

import hashlib
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec

_encode = msgspec.json.Encoder(order="deterministic").encode


def fingerprint(asked: object) -> bytes:
    """SHA-256 of what was asked, to tell a repetition from another request."""
    return hashlib.sha256(_encode(without_defaults(asked))).digest()


def without_defaults(value: Any) -> Any:
    """A dataclass as a struct that is encoded without its defaults, by name; others as they are."""
    kind = type(value)
    if is_dataclass(kind):
        return msgspec.convert(value, _struct(kind), from_attributes=True)
    if kind is tuple or kind is list:
        return [without_defaults(each) for each in value]
    if kind is dict:
        return {name: without_defaults(each) for name, each in value.items()}
    return value


@cache
def _struct(kind: type[Any]) -> type[msgspec.Struct]:
    hints = get_type_hints(kind)
    members = [
        (each.name, _like(hints[each.name]), *_default(each))
        for each in sorted(fields(kind), key=lambda each: each.name)
    ]
    made = msgspec.defstruct(kind.__name__, members, omit_defaults=True, kw_only=True)
    # msgspec works a type out when it is first used, and lets another thread see it half done: that
    # ended the process. So it is worked out before anybody else has it.
    msgspec.json.Decoder(made)
    return made


def _default(field: Field[Any]) -> tuple[Any, ...]:
    if field.default is not MISSING:
        return (field.default,)
    if field.default_factory is not MISSING:
        return (msgspec.field(default_factory=field.default_factory),)
    return ()


def _like(hint: Any) -> Any:
    """The type of a field: structs for dataclasses, wherever they are; anything for the rest."""
    if is_dataclass(hint):
        assert isinstance(hint, type)
        return _struct(hint)
    inner = [_like(each) for each in get_args(hint) if each not in {NoneType, ...}]
    if len(inner) != 1 or inner[0] is Any:
        return Any
    if get_origin(hint) is tuple:
        return tuple[inner[0], ...]  # type: ignore[valid-type]
    return inner[0] | None if get_origin(hint) in {Union, UnionType} else Any
