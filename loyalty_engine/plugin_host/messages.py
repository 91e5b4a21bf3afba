"""What a worker and its helper process say to each other: JSON, each message after its length."""

import socket
import struct

import msgspec

from loyalty_engine.domain.purchase import Purchase, Scalar
from loyalty_engine.plugin_host.sources import Source

LONGEST_QUESTION = 128 * 1024 * 1024
LONGEST_ANSWER = 1024 * 1024
_LENGTH = struct.Struct(">I")


class Start(msgspec.Struct, frozen=True):
    """First message to a helper: the plugins to bring in."""

    sources: tuple[Source, ...]


class Question(msgspec.Struct, frozen=True):
    """Ask these plugins for one hook, in this order. `patience` is in seconds, for all of them.

    A guard's refusal ends the round: later plugins are not asked.
    """

    hook: str
    plugins: tuple[str, ...]
    program: str
    purchase: Purchase | None
    patience: float
    action: str = ""
    spends: bool = False


class Told(msgspec.Struct, frozen=True):
    """One plugin's answer; `fault` says what went wrong instead, quoting nothing.

    With an empty `plugin` it is the helper's own word that it is ready.
    """

    plugin: str = ""
    facts: dict[str, Scalar] | None = None
    refusal: str | None = None
    fault: str = ""


class Broken(Exception):
    """The other side has gone, or says what cannot be read."""


read_start = msgspec.json.Decoder(Start)
read_question = msgspec.json.Decoder(Question)
read_told = msgspec.json.Decoder(Told)


def send(link: socket.socket, message: msgspec.Struct) -> None:
    """Raises OSError, TimeoutError included."""
    body = msgspec.json.encode(message)
    link.sendall(_LENGTH.pack(len(body)) + body)


def receive(link: socket.socket, at_most: int) -> bytes:
    """The next message. Raises `Broken` at the end or past `at_most` bytes, OSError otherwise."""
    (length,) = _LENGTH.unpack(_read(link, _LENGTH.size))
    if length > at_most:
        raise Broken("a message is too long")
    return _read(link, length)


def _read(link: socket.socket, size: int) -> bytes:
    parts = []
    while size:
        part = link.recv(min(size, 65536))
        if not part:
            raise Broken("the other side has gone")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
