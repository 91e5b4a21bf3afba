"""Balances in Redis: read in one round trip, written by compare-and-set, never trusted blindly."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar, TypeVarTuple

from redis.exceptions import NoScriptError, ResponseError

from loyalty_engine.balances.breaker import Breaker
from loyalty_engine.balances.client import Connect
from loyalty_engine.balances.counters import Counters
from loyalty_engine.balances.links import HEARTBEAT, Link, Links, packed
from loyalty_engine.balances.value import FORMAT, MAX_NUMBER, Cached, name, rank, rest, unpack

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

# A write may reach Redis long after it was sent, when a newer one has come and gone. Up to FRESH
# microseconds after its database read it is kept for LONG milliseconds, up to LATE for SHORT, and
# then not at all: LATE + SHORT is how old a balance may be shown (5 seconds).
FRESH = b"100000"
LATE = b"3000000"
LONG = b"2592000000"
SHORT = b"2000"

# Stands above every version until no write that began before it can be accepted any more. It is
# true until 1970, so nobody is shown it.
TOMBSTONE = rank(MAX_NUMBER, 0) + b" " + rest(Cached(MAX_NUMBER, 0, b""))
TOMBSTONE_LIFE = b"10000"

HEARTBEAT_LIFE = b"60000"

_PUT = Path(__file__).with_name("put.lua").read_bytes()
_PUT_SHA = hashlib.sha1(_PUT, usedforsecurity=False).hexdigest().encode()

log = logging.getLogger(__name__)


class BalanceCache:
    """The Balances of interface.py, in Redis.

    `now` gives microseconds since 1970 (UTC) and is compared with a value's `until`; `monotonic`
    gives seconds. Ages of writes and of the heartbeat are taken on Redis's own clock, so the clocks
    of two machines are never compared. `secret` keys the digest that stands for a member.
    """

    def __init__(
        self,
        connect: Connect,
        now: Callable[[], int],
        monotonic: Callable[[], float],
        secret: bytes = b"",
    ) -> None:
        self.counters = Counters()
        self.breaker = Breaker(monotonic)
        self._links = Links(connect, self.counters)
        self._now = now
        self._monotonic = monotonic
        self._secret = secret

    def get(self, programme: str, member: str) -> Cached | None:
        if not self.breaker.allows():
            self.counters.breaker_open += 1
            return None
        try:
            key, digest = name(self._secret, programme, member)
            found = self._links.exchange(self._look, key, digest)
        except Exception as fault:  # noqa: BLE001 - whatever is wrong with Redis, the database answers
            self._failed(fault)
            return None
        self._answered()
        return found

    def stamp(self) -> float:
        return self._monotonic()

    def put(self, programme: str, member: str, value: Cached, stamp: float) -> bool:
        return self._write(self._put, programme, member, value, stamp) is True

    def post(self, programme: str, member: str, value: Cached, stamp: float) -> None:
        self._write(self._post, programme, member, value, stamp)

    def kept(self, programme: str, members: Sequence[str]) -> Sequence[Cached | None]:
        return self._write(self._kept, programme, members) or [None] * len(members)

    def forget(self, programme: str, member: str) -> bool:
        return self._write(self._forget, programme, member) is True

    def server_time(self) -> int | None:
        return self._write(_server_time)

    def beat(self, began: int | None) -> bool:
        return began is not None and self._write(_beat, began) is True

    def reset_after_fork(self) -> None:
        self._links.drop()
        self.breaker.reset()

    def _look(self, link: Link, key: bytes, digest: bytes) -> Cached | None:
        now = self._monotonic()
        if now >= link.due:
            raw = link.check(key, self._monotonic)
        elif now < link.vouched_until:
            raw = link.get(key)
        if now >= link.vouched_until:
            self.counters.stale_heartbeat += 1
            return None
        found = unpack(raw, FORMAT + link.life + digest + b" ", self._now())
        if found is None:
            self.counters.misses += 1
        else:
            self.counters.hits += 1
        return found

    def _put(self, link: Link, programme: str, member: str, value: Cached, stamp: float) -> bool:
        told = self._told(link, programme, member, value, stamp)
        try:
            done = link.ask(packed(b"EVALSHA", _PUT_SHA, *told))
        except NoScriptError:  # a Redis that was restarted has forgotten it
            done = link.ask(packed(b"EVAL", _PUT, *told))
        link.takes_puts = True
        if done != 1:
            self.counters.late += 1
        return bool(done == 1)

    def _post(self, link: Link, programme: str, member: str, value: Cached, stamp: float) -> None:
        if not link.takes_puts:
            self._put(link, programme, member, value, stamp)
            return
        told = self._told(link, programme, member, value, stamp)
        link.tell(packed(b"EVALSHA", _PUT_SHA, *told))

    def _told(
        self, link: Link, programme: str, member: str, value: Cached, stamp: float
    ) -> tuple[bytes, ...]:
        """The arguments of put.lua."""
        key, header = self._prepare(link, programme, member)
        order = rank(value.version, max(0, int(stamp * 1e6 + link.clock)))
        return b"1", key, header, order, rest(value), FRESH, LATE, LONG, SHORT

    def _kept(self, link: Link, programme: str, members: Sequence[str]) -> Sequence[Cached | None]:
        if not members:
            return []
        self._prepare(link, programme, members[0])
        names = [name(self._secret, programme, member) for member in members]
        found = link.ask_all([packed(b"GET", key) for key, _ in names])
        now, before = self._now(), FORMAT + link.life
        return [
            unpack(raw, before + digest + b" ", now)
            for raw, (_, digest) in zip(found, names, strict=True)
        ]

    def _forget(self, link: Link, programme: str, member: str) -> bool:
        key, header = self._prepare(link, programme, member)
        link.ask(packed(b"SET", key, header + TOMBSTONE, b"PX", TOMBSTONE_LIFE))
        return True

    def _prepare(self, link: Link, programme: str, member: str) -> tuple[bytes, bytes]:
        """Key and header for a write; a look at the server first when the last was too long ago."""
        key, digest = name(self._secret, programme, member)
        if self._monotonic() >= link.due:
            link.check(key, self._monotonic)
        return key, FORMAT + link.life + digest + b" "

    def _write(self, ask: Callable[[Link, *Ts], T], *args: *Ts) -> T | None:
        if not self.breaker.allows():
            self.counters.breaker_open += 1
            return None
        try:
            done = self._links.exchange(ask, *args)
        except ResponseError:  # it answers, so it may still be read: full, or a replica
            self.counters.errors += 1
            self._answered()
            return None
        except Exception as fault:  # noqa: BLE001 - the database holds the truth; this can wait
            self._failed(fault)
            return None
        self._answered()
        return done

    def _answered(self) -> None:
        if self.breaker.succeeded():
            log.info("Redis answers again")

    def _failed(self, fault: Exception) -> None:
        self.counters.errors += 1
        if self.breaker.failed():
            # The kind only: the text may quote what was sent.
            log.warning("Redis is left alone, the database answers: %s", type(fault).__name__)


def _server_time(link: Link) -> int:
    seconds, micros = link.ask(packed(b"TIME"))
    return int(seconds) * 1_000_000 + int(micros)


def _beat(link: Link, began: int) -> bool:
    link.ask(packed(b"SET", HEARTBEAT, b"%d" % began, b"PX", HEARTBEAT_LIFE))
    return True
