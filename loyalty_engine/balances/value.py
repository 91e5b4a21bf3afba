"""What is kept in Redis for one member: a fixed header that orders itself, then bytes to send."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

MAX_NUMBER = 2**63 - 1
NEVER = MAX_NUMBER

# "2" + life + digest + " " + version + " " + begun + " " + until + " " + body. Every number has 19
# digits, so the text "version begun" sorts as the pair of numbers does, exactly, in Lua too (whose
# numbers don't).
FORMAT = b"2"
LIFE_BYTES = 8
DIGEST_BYTES = 16
_VERSION = len(FORMAT) + LIFE_BYTES + DIGEST_BYTES + 1
_BEGUN = _VERSION + 20
_UNTIL = _BEGUN + 20
_BODY = _UNTIL + 20


@dataclass(frozen=True, slots=True)
class Cached:
    """A member's balance as the service answers it.

    `version` is the account's; `until` the instant (microseconds since 1970, UTC) from which the
    body is no longer true by itself because a lot expires or a pending one becomes active; NEVER
    when nothing is due. `body` is JSON, ready to send.
    """

    version: int
    until: int
    body: bytes


def name(secret: bytes, programme: str, member: str) -> tuple[bytes, bytes]:
    """The member's key, and the digest that a value under this key must carry.

    No personal data stands in a key. The braces let a cluster place a member's keys together.
    """
    who = f"{programme}\0{member}".encode("utf-8", "surrogatepass")
    digest = hmac.digest(secret, who, "sha256").hex()
    key = f"loyalty:{{{programme}:{digest}}}:balance".encode("utf-8", "surrogatepass")
    return key, digest[:DIGEST_BYTES].encode()


def rank(version: int, begun: int) -> bytes:
    """What decides between two values of one member: the higher stays.

    `begun` is when the database was read, or just before a writer's commit, in microseconds on
    Redis's clock. A tier may change while the version stays: then the later view is the true one.
    """
    assert 0 <= version <= MAX_NUMBER, "a version is a 63-bit number"
    assert 0 <= begun <= MAX_NUMBER, "an instant is a 63-bit number of microseconds"
    return b"%019d %019d" % (version, begun)


def rest(value: Cached) -> bytes:
    """What follows the rank in a kept value: until when it is true, and the bytes to send."""
    assert 0 <= value.until <= MAX_NUMBER, "an instant is a 63-bit number of microseconds"
    return b"%019d %b" % (value.until, value.body)


def unpack(raw: object, header: bytes, now: int) -> Cached | None:
    """The value, or None when it is past its time at `now` (microseconds) or not one of ours.

    `header` names format, life of the server and member: what another member, another programme or
    an earlier life of Redis left under this key does not begin with it. When it was read matters
    to put.lua only, which looks for itself.
    """
    if not isinstance(raw, bytes) or not raw.startswith(header):
        return None
    version, until = raw[_VERSION : _BEGUN - 1], raw[_UNTIL : _BODY - 1]
    if not (version.isdigit() and until.isdigit() and raw[_BEGUN - 1 : _BODY : 20] == b"   "):
        return None
    found = Cached(int(version), int(until), raw[_BODY:])
    return found if now < found.until and found.version <= MAX_NUMBER else None
