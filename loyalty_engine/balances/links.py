"""Connections to Redis, and what each knows of the server at its other end."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, TypeVarTuple

from redis.exceptions import ConnectionError as ConnectionFault
from redis.exceptions import ResponseError

from loyalty_engine.balances.client import Connect, Wire
from loyalty_engine.balances.counters import Counters
from loyalty_engine.balances.value import LIFE_BYTES

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

HEARTBEAT = b"loyalty:heartbeat"
TRUST = 5.0
"""Seconds for which a heartbeat vouches, counted from the instant it carries."""
CHECK_EVERY = 1.0
SEEK_EVERY = 0.1
"""Seconds between looks at the heartbeat; the second while there is none to be seen."""
CLOCK_STEP = 1_000_000
"""Microseconds by which a heartbeat may lie in the server's future before it is disbelieved."""

MOST_OWED = 16
"""So many answers at most are left unread; they come together then."""

_RUN_ID = re.compile(rb"run_id:([0-9a-f]{%d})" % LIFE_BYTES)


def packed(*parts: bytes) -> bytes:
    """A command as Redis reads it from the wire."""
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%b\r\n" % (len(p), p) for p in parts)


_READ_HEARTBEAT = packed(b"GET", HEARTBEAT)
_READ_TIME = packed(b"TIME")
_READ_LIFE = packed(b"INFO", b"server")


class Link:
    """One open connection, used by one thread at a time.

    What vouches for a value must come from the server that holds it: after a failover two
    connections may lead to two servers. So the heartbeat, the clock and the life of the server are
    kept with the connection, and travel with a look-up instead of costing a round trip.
    """

    __slots__ = (
        "_counters",
        "_owed",
        "_wire",
        "clock",
        "due",
        "life",
        "takes_puts",
        "vouched_until",
    )

    def __init__(self, wire: Wire, counters: Counters) -> None:
        self._wire = wire
        self._counters = counters
        self._owed = 0
        self.takes_puts = False
        """Whether the last put went well, so that the next need not be waited for."""
        self.life = b""
        """Differs after each start of the server, and between a master and its replica."""
        self.clock = 0.0
        """Microseconds to add to our monotonic clock to get the server's; errs towards the past."""
        self.due = 0.0
        self.vouched_until = 0.0
        """Monotonic seconds: when to look at the heartbeat again, how far the last one reaches."""

    def get(self, key: bytes) -> Any:
        return self.ask(b"*2\r\n$3\r\nGET\r\n$%d\r\n%b\r\n" % (len(key), key))

    def ask(self, command: bytes) -> Any:
        """One question, one answer. ResponseError when the server refuses."""
        self._wire.send_packed_command([command], False)
        return self._answer()

    def ask_all(self, commands: Sequence[bytes]) -> list[Any]:
        """Several questions in one trip, and their answers."""
        self._wire.send_packed_command([b"".join(commands)], False)
        return [self._answer() for _ in commands]

    def tell(self, command: bytes) -> None:
        """Send a write that answers 1 or 0, and leave its answer to whatever uses the link next.

        Waiting for it would hold up a caller who has nothing to learn from it.
        """
        if self._owed >= MOST_OWED:
            self._take_owed()
        self._wire.send_packed_command([command], False)
        self._owed += 1

    def check(self, key: bytes, monotonic: Callable[[], float]) -> Any:
        """The value under `key`, with a look at the heartbeat and the clock in the same trip."""
        began = monotonic()
        first = not self.life
        questions = packed(b"GET", key) + _READ_HEARTBEAT + _READ_TIME
        self._wire.send_packed_command([questions + _READ_LIFE if first else questions], False)
        raw, beat, (seconds, micros) = self._answer(), self._answer(), self._answer()
        server = int(seconds) * 1_000_000 + int(micros)
        self.clock = server - monotonic() * 1e6
        if first:
            self.life = _life(self._answer())
        reach = began + TRUST - _age(beat, server) / 1e6
        # A heartbeat that was lost (FLUSHALL) takes nothing back from what an earlier one vouched.
        self.vouched_until = max(self.vouched_until, reach)
        self.due = began + (CHECK_EVERY if began < self.vouched_until else SEEK_EVERY)
        return raw

    def close(self) -> None:
        self._wire.disconnect()

    def _take_owed(self) -> None:
        """Read the answers that nobody has waited for. What was lost with them the relay repairs."""
        while self._owed:
            self._owed -= 1
            try:
                if self._wire.read_response() != 1:
                    self._counters.late += 1
            except ResponseError:
                self._counters.errors += 1
                self.takes_puts = False

    def _answer(self) -> Any:
        self._take_owed()
        try:
            return self._wire.read_response()
        except ResponseError as refusal:
            if str(refusal).startswith("WRONGTYPE"):  # garbage under our key is no value
                return None
            raise


def _age(beat: object, server: int) -> float:
    """Microseconds since the heartbeat; infinite when there is none that can be believed."""
    if not isinstance(beat, bytes) or not beat.isdigit() or len(beat) > 19:
        return float("inf")
    age = server - int(beat)
    return max(age, 0) if age >= -CLOCK_STEP else float("inf")


def _life(info: object) -> bytes:
    found = _RUN_ID.search(info) if isinstance(info, bytes) else None
    if found is None:
        raise ConnectionFault("the server does not say which run this is")
    return found[1]


class Links:
    """Open connections that nobody is using.

    A link comes back only after its answer was read whole; on any fault it is closed. So no thread
    can ever read the late answer to another's question.
    """

    def __init__(self, connect: Connect, counters: Counters) -> None:
        self._connect = connect
        self._counters = counters
        self._free: deque[Link] = deque()

    def drop(self) -> None:
        """Forget the idle links; after a fork they are the parent's."""
        self._free = deque()

    def exchange(self, ask: Callable[[Link, *Ts], T], *args: *Ts) -> T:
        """ask(link, …). Raises redis.RedisError or OSError when there is no answer.

        A connection that the server closed while it lay idle is replaced once, at no delay: what is
        asked here may be asked twice.
        """
        try:
            link = self._free.pop()
        except IndexError:
            return self._ask(self._open(), ask, *args)
        try:
            return self._ask(link, ask, *args)
        except ConnectionFault:
            self.drop()
            return self._ask(self._open(), ask, *args)

    def _open(self) -> Link:
        wire = self._connect()
        wire.connect()
        return Link(wire, self._counters)

    def _ask(self, link: Link, ask: Callable[[Link, *Ts], T], *args: *Ts) -> T:
        try:
            answer = ask(link, *args)
        except BaseException:
            link.close()
            raise
        self._free.append(link)
        return answer
