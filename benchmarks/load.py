"""A client that costs little: keep-alive connections, requests made before, one loop."""

import select
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass
class Result:
    """What a run came to; latencies in seconds, in the order of the answers.

    `times` says when each answer came, in seconds of time.perf_counter().
    """

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """The latency that this share of requests stayed under, in seconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def request(method: str, path: str, key: str = "", body: bytes = b"") -> bytes:
    """One HTTP request, whole."""
    head = f"{method} {path} HTTP/1.1\r\nHost: bench\r\n"
    if key:
        head += f"Authorization: Bearer {key}\r\n"
    if body:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


def run(port: int, requests: Iterator[bytes], *, connections: int = 4, seconds: float) -> Result:
    """Keep `connections` busy for so long; the iterator must not end before."""
    result = Result()
    poll = select.epoll()
    sockets: dict[int, socket.socket] = {}
    sent_at: dict[int, float] = {}
    buffers: dict[int, bytearray] = {}

    def send(number: int) -> None:
        buffers[number] = bytearray()
        sent_at[number] = time.perf_counter()
        sockets[number].sendall(next(requests))

    for _ in range(connections):
        _connect(port, poll, sockets, send)
    began = time.perf_counter()
    end = began + seconds
    while (now := time.perf_counter()) < end:
        for number, _ in poll.poll(end - now):
            chunk = sockets[number].recv(65536)
            buffers[number] += chunk
            if not chunk:
                raise RuntimeError(f"the server closed a connection: {bytes(buffers[number])!r}")
            status, closes = complete(buffers[number])
            if status:
                answered = time.perf_counter()
                result.latencies.append(answered - sent_at[number])
                result.times.append(answered)
                result.statuses[status] = result.statuses.get(status, 0) + 1
                if closes:
                    poll.unregister(number)
                    sockets.pop(number).close()
                    _connect(port, poll, sockets, send)
                else:
                    send(number)
    result.seconds = time.perf_counter() - began
    for each in sockets.values():
        each.close()
    return result


def at_rate(
    port: int,
    requests: Iterator[bytes],
    *,
    rate: float,
    until: Callable[[], bool],
    connections: int = 8,
) -> Result:
    """Send so many requests a second until it is `until`, whether those before are answered or not.

    A request's latency counts from when it was due, so one that waits for a free connection is not
    measured as quicker than it was.
    """
    result = Result()
    poll = select.epoll()
    free: list[socket.socket] = []
    busy: dict[int, tuple[socket.socket, bytearray, float, bytes]] = {}
    began = time.perf_counter()
    due, ended = began, False

    def send(connection: socket.socket, what: bytes, since: float) -> None:
        busy[connection.fileno()] = connection, bytearray(), since, what
        poll.register(connection.fileno(), select.EPOLLIN)
        connection.sendall(what)

    while not ended or busy:
        now = time.perf_counter()
        ended = ended or until()
        while not ended and due <= now and (free or len(busy) < connections):
            one = _alive(free.pop(), port) if free else _connected(port)
            send(one, next(requests), due)
            due += 1 / rate
        full = len(busy) == connections
        wait = 0.05 if ended or full else min(0.05, max(0.0, due - now))
        for number, _ in poll.poll(wait):
            connection, buffer, since, what = busy[number]
            chunk = connection.recv(65536)
            buffer += chunk
            if not chunk and buffer:
                raise RuntimeError(f"the server closed a connection: {bytes(buffer)!r}")
            if not chunk:  # it had idled for too long, and the server closed it just now
                poll.unregister(number)
                del busy[number]
                connection.close()
                send(_connected(port), what, since)
                continue
            status, closes = complete(buffer)
            if not status:
                continue
            answered = time.perf_counter()
            result.latencies.append(answered - since)
            result.times.append(answered)
            result.statuses[status] = result.statuses.get(status, 0) + 1
            poll.unregister(number)
            del busy[number]
            if closes:
                connection.close()
                connection = _connected(port)
            free.append(connection)
    result.seconds = time.perf_counter() - began
    for each in free:
        each.close()
    return result


def _alive(connection: socket.socket, port: int) -> socket.socket:
    """The connection, or another one where the server has closed it."""
    if not select.select([connection], [], [], 0)[0]:
        return connection
    connection.close()
    return _connected(port)


def _connected(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _connect(port: int, poll: select.epoll, sockets: dict[int, socket.socket], send) -> None:  # type: ignore[no-untyped-def]
    connection = _connected(port)
    sockets[connection.fileno()] = connection
    poll.register(connection.fileno(), select.EPOLLIN)
    send(connection.fileno())


def complete(buffer: bytearray) -> tuple[int, bool]:
    """The status when the answer is whole, else 0; and whether the server closes after it."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return 0, False
    head = bytes(buffer[:end]).lower()
    start = head.find(b"content-length:")
    length = int(head[start + 15 : head.find(b"\r\n", start)]) if start >= 0 else 0
    if len(buffer) < end + 4 + length:
        return 0, False
    return int(head[9:12]), b"connection: close" in head
