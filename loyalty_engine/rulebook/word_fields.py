"""The declared types and the defaults of a word's fields."""

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from loyalty_engine.rulebook.words import Word


@cache
def types_of(word: type[Word]) -> Mapping[str, Any]:
    """The declared type of each field, `| None` taken off."""
    hints = get_type_hints(word)
    return {it.name: without_none(hints[it.name]) for it in fields(word)}  # type: ignore[arg-type]


def without_none(kind: Any) -> Any:
    if get_origin(kind) in (Union, UnionType):
        kinds = [each for each in get_args(kind) if each is not type(None)]
        return kinds[0] if len(kinds) == 1 else kind
    return kind


@cache
def defaults_of(word: type[Word]) -> Mapping[str, Any]:
    return {it.name: it.default for it in fields(word)}  # type: ignore[arg-type]
