"""Every refusal, as a tree. Wrong input is one of these; a broken promise of ours is an assert.

LoyaltyError
├── InvalidRequest       the request contradicts itself or the programme
├── NotFound             what the request names is not there
├── Conflict             it is there, but not in a state that allows this
│   └── InsufficientPoints
├── Forbidden            a guard or the programme's terms say no
├── TooMany              too much was tried; later it may be
└── Unavailable          try again: nothing happened
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar


def pointer_to(*steps: str) -> str:
    """The JSON pointer to a value below objects whose names may be the caller's own."""
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)


@contextmanager
def pointing_below(place: str) -> Iterator[None]:
    """Let refusals point to where a part of the request stands that is looked at by itself."""
    try:
        yield
    except LoyaltyError as refusal:
        if refusal.pointer is not None:
            refusal.pointer = place + refusal.pointer
        raise


class LoyaltyError(Exception):
    """Base of all refusals. `code` is stable; `pointer` is a JSON pointer into the request."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 400

    def __init__(
        self, detail: str, *, code: str | None = None, pointer: str | None = None, **values: object
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        if code is not None:
            self.code = code  # type: ignore[misc]
        self.pointer = pointer
        self.values: Mapping[str, object] = values


class InvalidRequest(LoyaltyError):
    """The request contradicts itself, the programme or what is already known. HTTP 422."""

    code = "invalid_request"
    status = 422


class NotFound(LoyaltyError):
    """What the request names does not exist in this programme. HTTP 404."""

    code = "not_found"
    status = 404


class Conflict(LoyaltyError):
    """It exists, but in a state that does not allow this. HTTP 409."""

    code = "conflict"
    status = 409


class InsufficientPoints(Conflict):
    """More points are to be spent than the member can spend. HTTP 409."""

    code = "insufficient_points"


class Forbidden(LoyaltyError):
    """A guard or the programme's terms refuse it. HTTP 403."""

    code = "forbidden"
    status = 403


class TooMany(LoyaltyError):
    """Too much was tried in too short a time; nothing was looked at. HTTP 429."""

    code = "too_many"
    status = 429


class Unavailable(LoyaltyError):
    """Nothing happened; the same request may be sent again. HTTP 503."""

    code = "unavailable"
    status = 503
    accounts: Collection[int] = ()
    """The accounts to lock first, in one order, where it is done again."""
