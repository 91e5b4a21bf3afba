"""What an event must satisfy before anything is decided: its kind, and every value it tells."""

from collections.abc import Mapping
from fractions import Fraction

from loyalty_engine.domain.errors import InvalidRequest, pointer_to
from loyalty_engine.domain.happenings import EventField, EventKind
from loyalty_engine.domain.program import Attribute, Program
from loyalty_engine.domain.purchase import Happening, Scalar
from loyalty_engine.use_cases.members.attributes import fits


def check_event(program: Program, event: Happening) -> None:
    """Refuse what the programme does not declare; raises `InvalidRequest`."""
    kind = program.events.get(event.kind)
    if kind is None:
        raise InvalidRequest(
            f"kind {event.kind!r} is not declared; the programme knows "
            f"{', '.join(sorted(program.events)) or 'none'}",
            code="event_kind_unknown", pointer="/kind",
        )  # fmt: skip
    for name, value in event.data.items():
        if name not in kind.fields:
            raise InvalidRequest(
                f"{kind.name} tells no {name!r}; it tells {', '.join(kind.fields) or 'nothing'}",
                code="event_data_invalid", pointer=pointer_to("data", name),
            )  # fmt: skip
        _check_value(kind.fields[name], value)
    _check_missing(kind, event.data)


def _check_missing(kind: EventKind, data: Mapping[str, Scalar]) -> None:
    for it in kind.fields.values():
        if it.required and it.name not in data:
            raise InvalidRequest(
                f"{kind.name} needs {it.name!r}", code="event_data_invalid",
                pointer=f"/data/{it.name}",
            )  # fmt: skip


def _check_value(told: EventField, value: Scalar) -> None:
    declared = Attribute(told.name, told.type, "", told.one_of)
    if fits(declared, value) and _in_bounds(told, value):
        return
    raise InvalidRequest(
        f"{told.name!r} is {_wanted(told)}", code="event_data_invalid",
        pointer=f"/data/{told.name}",
    )  # fmt: skip


def _in_bounds(told: EventField, value: Scalar) -> bool:
    if told.type not in ("integer", "decimal"):
        return True
    number = Fraction(str(value))
    return (told.minimum is None or number >= told.minimum) and (
        told.maximum is None or number <= told.maximum
    )


def _wanted(told: EventField) -> str:
    if told.one_of:
        return f"one of {', '.join(told.one_of)}"
    bounds = [
        f"{word} {bound}"
        for word, bound in (("from", told.minimum), ("to", told.maximum))
        if bound is not None
    ]
    return " ".join([f"of type {told.type}", *bounds])
