"""A client that sends at a steady rate, whatever the answers take, as customers do.

A request that has to wait for a free connection waits at our expense: latencies count from when it
was due. So a server that stands still for a moment shows with everything that came meanwhile.
"""

import select
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from benchmarks.load import complete


@dataclass(slots=True)
class Answer:
    """One answer: when it was due and when it came, in seconds of time.perf_counter()."""

    due: float
    came: float
    connection: int
    status: int
    body: bytes

    @property
    def latency(self) -> float:
        """Seconds."""
        return self.came - self.due


@dataclass
class Steady:
    """Sends `rate` requests a second over so many connections, until `ends` says so."""

    port: int
    requests: Iterator[bytes]
    rate: float
    connections: int
    answers: list[Answer] = field(default_factory=list)

    def run(self, ends: Callable[[], bool]) -> list[Answer]:
        """All answers, in the order in which they came."""
        self._poll = select.epoll()
        self._sockets: dict[int, socket.socket] = {}
        self._free: list[int] = []
        self._due: dict[int, float] = {}
        self._buffers: dict[int, bytearray] = {}
        for _ in range(self.connections):
            self._connect()
        next_due = time.perf_counter()
        while not ends():
            now = time.perf_counter()
            while next_due <= now and self._free:
                self._send(self._free.pop(0), next_due)
                next_due += 1 / self.rate
            pause = max(0.0, next_due - now) if self._free else 0.1
            for number, _ in self._poll.poll(min(pause, 0.1)):
                self._read(number)
        for each in self._sockets.values():
            each.close()
        return self.answers

    def _connect(self) -> None:
        connection = socket.create_connection(("127.0.0.1", self.port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sockets[connection.fileno()] = connection
        self._poll.register(connection.fileno(), select.EPOLLIN)
        self._free.append(connection.fileno())

    def _send(self, number: int, due: float) -> None:
        self._due[number], self._buffers[number] = due, bytearray()
        self._sockets[number].sendall(next(self.requests))

    def _read(self, number: int) -> None:
        chunk = self._sockets[number].recv(65536)
        if not chunk:
            raise RuntimeError("the server closed a connection")
        buffer = self._buffers[number]
        buffer += chunk
        status, closes = complete(buffer)
        if not status:
            return
        body = bytes(buffer).partition(b"\r\n\r\n")[2]
        self.answers.append(
            Answer(self._due.pop(number), time.perf_counter(), number, status, body)
        )
        if closes:
            self._poll.unregister(number)
            self._sockets.pop(number).close()
            self._connect()
        else:
            self._free.append(number)
