"""Frozen dataclasses made quickly: their own `__init__` sets field after field the slow way."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, TypeVar

T = TypeVar("T")


def defaults_of(kind: type[Any]) -> dict[str, Any]:
    """The values that fields of a dataclass have when nothing is said.

    A default that is made anew each time (an empty dict) is made once and shared: whoever gets it
    may read it only, as with everything in the core.
    """
    assert not hasattr(kind, "__slots__"), "slots are not filled through __dict__"
    assert not hasattr(kind, "__post_init__"), "what __post_init__ promises would be missing"
    found: dict[str, Any] = {}
    for field in fields(kind):
        if field.default is not MISSING:
            found[field.name] = field.default
        elif field.default_factory is not MISSING:
            found[field.name] = field.default_factory()
    return found


def assembled(kind: type[T], defaults: Mapping[str, Any], known: Mapping[str, Any]) -> T:
    """An instance with the fields in `known`, the others from defaults_of(kind)."""
    thing = object.__new__(kind)
    inside = vars(thing)
    inside.update(defaults)
    inside.update(known)
    return thing
