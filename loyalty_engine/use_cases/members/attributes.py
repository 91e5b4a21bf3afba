"""Member attributes: only what the programme declares, each of its declared type."""

from collections.abc import Mapping
from datetime import date

from loyalty_engine.domain.errors import InvalidRequest, pointer_to
from loyalty_engine.domain.program import Attribute, Program
from loyalty_engine.domain.purchase import Scalar

JOINED_BEFORE = "joined_before"
"""The attribute that a programme may declare to know members who have been members before."""


def checked_attributes(
    program: Program, there: Mapping[str, Scalar], changes: Mapping[str, Scalar | None]
) -> dict[str, Scalar]:
    """The attributes with the changes made; raises `InvalidRequest` for what is not declared."""
    merged = dict(there)
    for name, value in changes.items():
        declared = program.attributes.get(name)
        pointer = pointer_to("attributes", name)
        if declared is None:
            raise InvalidRequest(
                f"attribute {name!r} is not declared; the programme keeps "
                f"{', '.join(sorted(program.attributes)) or 'none'}",
                code="attribute_unknown", pointer=pointer,
            )  # fmt: skip
        if name == JOINED_BEFORE and value != there.get(name):
            raise InvalidRequest(
                f"attribute {name!r} is set by the engine alone, by the programme's signals",
                code="attribute_invalid", pointer=pointer,
            )  # fmt: skip
        if value is None:
            merged.pop(name, None)
            continue
        if not fits(declared, value):
            raise InvalidRequest(
                f"attribute {name!r} is {_wanted(declared)}", code="attribute_invalid",
                pointer=pointer,
            )  # fmt: skip
        merged[name] = value
    return merged


def fits(declared: Attribute, value: Scalar) -> bool:
    """Whether a value is of the declared type, and one of the declared values where listed."""
    if declared.type == "boolean":
        return type(value) is bool
    if declared.type == "integer":
        return type(value) is int
    if type(value) is not str:
        return False
    if declared.one_of and value not in declared.one_of:
        return False
    if declared.type == "date":
        try:
            return date.fromisoformat(value).isoformat() == value
        except ValueError:
            return False
    if declared.type == "decimal":
        whole, _, rest = value.removeprefix("-").partition(".")
        return (whole + rest).isdecimal() and whole.isascii() and bool(whole)
    return True


def _wanted(declared: Attribute) -> str:
    if declared.one_of:
        return f"one of {', '.join(declared.one_of)}"
    if declared.type == "date":
        return "a date, written 1990-12-31"
    return f"of type {declared.type}"
