"""What happened in a past, and how it is written to a file and read again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from struct import Struct
from typing import Any, BinaryIO, Final, NamedTuple

import msgspec

from loyalty_engine.domain.purchase import Purchase, Scalar
from loyalty_engine.domain.requests import Return
from loyalty_engine.domain.tiers import Grant
from loyalty_engine.use_cases.purchases.history import Opening

GUESTS: Final = ""
"""Stands for whoever buys without a name."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A member is seen for the first time; `purchase` names it and has no lines."""

    at: datetime
    purchase: Purchase
    openings: tuple[Opening, ...] = ()
    attributes: Mapping[str, Scalar] = field(default_factory=dict)
    language: str = ""


@dataclass(frozen=True, slots=True)
class Bought:
    """A purchase. `top_up` is the reason for points that are brought where it spends more than
    there are; `attributes` and `language` are the member's by then, where that is known.
    """

    at: datetime
    purchase: Purchase
    top_up: str | None = None
    plugins: Mapping[str, Mapping[str, Scalar]] = field(default_factory=dict)
    attributes: Mapping[str, Scalar] | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class CameBack:
    """Something of a purchase comes back; without `back`, all that is left of it."""

    at: datetime
    purchase: str
    back: Return | None


@dataclass(frozen=True, slots=True)
class Brought:
    """Points that came by no purchase, or were taken (below zero), with the reason for it."""

    at: datetime
    opening: Opening


@dataclass(frozen=True, slots=True)
class Promoted:
    """A tier given by hand."""

    at: datetime
    grant: Grant


@dataclass(frozen=True, slots=True)
class Spent:
    """Points spent without a purchase, on a reward for example; `top_up` is as with `Bought`."""

    at: datetime
    unit: str
    points: int
    reason: str
    top_up: str


Event = Joined | Bought | CameBack | Brought | Promoted | Spent
KINDS: Final[tuple[type[Any], ...]] = (Joined, Bought, CameBack, Brought, Promoted, Spent)
CAME_BACK: Final = KINDS.index(CameBack)

_encoder = msgspec.msgpack.Encoder()
_decoders = [msgspec.msgpack.Decoder(kind) for kind in KINDS]
_head = Struct("<BHI")


class Frame(NamedTuple):
    """An event as it stands in a file: whose it is, of which kind, its bytes."""

    owner: str
    kind: int
    body: bytes

    @property
    def event(self) -> Event:
        """The event itself."""
        event: Event = _decoders[self.kind].decode(self.body)
        return event


def frame_of(owner: str, event: Event) -> Frame:
    """An event as it is written."""
    return Frame(owner, KINDS.index(type(event)), _encoder.encode(event))


def write_frame(file: BinaryIO, owner: str, event: Event) -> None:
    """Add an event to a file."""
    _, kind, body = frame_of(owner, event)
    name = owner.encode()
    file.write(_head.pack(kind, len(name), len(body)) + name + body)


def read_frames(path: Path) -> Iterator[Frame]:
    """The events of a file, as they were written."""
    with path.open("rb", buffering=1 << 20) as file:
        while head := file.read(_head.size):
            kind, name, body = _head.unpack(head)
            yield Frame(file.read(name).decode(), kind, file.read(body))
