"""A gunicorn worker with threads that does not live with a hanging request, and speaks JSON."""

import os
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from gunicorn.http.body import ChunkedReader, LengthReader
from gunicorn.http.errors import (
    ConfigurationProblem,
    ExpectationFailed,
    ForbiddenProxyRequest,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
    UnsupportedTransferCoding,
)
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

from loyalty_engine.api.errors import MEDIA_TYPE, Problem, encode
from loyalty_engine.api.turns import NOBODY, Turn, board

LOOK_EVERY = 0.25
"""Seconds between two looks whether a request hangs, and two signs of life to gunicorn."""
LAST_WORDS = 5.0
"""Seconds at most that the other requests of a worker get to finish when one hangs."""

_STATUS = {
    LimitRequestLine: 414,
    LimitRequestHeaders: 431,
    ExpectationFailed: 417,
    ForbiddenProxyRequest: 403,
    UnsupportedTransferCoding: 400,
    ConfigurationProblem: 500,
    ParseException: 400,
}


@dataclass(slots=True)
class _Taking:
    """A connection that a thread has taken, since when (monotonic seconds), and its request."""

    conn: Any
    since: float
    request: Any = None

    def waits_for_caller(self) -> bool:
        """Whether the head or the body of the request has not come whole."""
        if self.request is None:
            return True
        reader = self.request.body.reader
        if isinstance(reader, LengthReader):
            return bool(reader.length)
        return isinstance(reader, ChunkedReader) and reader.parser is not None

    def hear_no_more(self) -> None:
        """Let the caller's next byte be the end, so that the thread can answer and go on."""
        with suppress(OSError):  # it has gone meanwhile
            self.conn.sock.shutdown(socket.SHUT_RD)


class WatchedWorker(ThreadWorker):  # type: ignore[misc]
    """gunicorn takes a threaded worker for healthy as long as its main thread is, however many of
    its threads hang: one after the other would be lost, until nobody answers any more. This one
    ends when a request has been running for the timeout, and gunicorn starts another.

    That is safe at any moment: what was not acknowledged is repeated by the caller. A caller who
    takes longer than half of that to send a request is not waited for any more, so that nobody
    holds threads, or ends a worker, by sending slowly.
    """

    alive: bool
    nr_conns: int
    place: int | None = None
    """Where the worker tells the others how many connections it has."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._taking: dict[int, _Taking] = {}
        self._turn: Turn | None = None
        self._next_look = 0.0

    def accept(self, listener: Any) -> None:
        """Take a connection, unless another worker has fewer."""
        if self._turn is None:
            self._turn = Turn(board, self.place)
        if self._turn.is_ours(self.nr_conns):
            super().accept(listener)
            board.note(self.place, self.nr_conns)

    def handle(self, conn: Any) -> Any:
        thread = threading.get_ident()
        self._taking[thread] = _Taking(conn, time.monotonic())
        try:
            return super().handle(conn)
        finally:
            self._taking.pop(thread, None)

    def handle_request(self, req: Any, conn: Any) -> Any:
        self._taking[threading.get_ident()] = _Taking(conn, time.monotonic(), req)
        return super().handle_request(req, conn)

    def notify(self) -> None:
        board.note(self.place, self.nr_conns if self.alive else NOBODY)
        now = time.monotonic()
        if now < self._next_look:  # asked at each event, which may be thousands of times a second
            return
        self._next_look = now + LOOK_EVERY
        super().notify()
        hangs = False
        for each in list(self._taking.values()):
            lasts = now - each.since
            if lasts > self.cfg.timeout / 2 and each.waits_for_caller():
                each.hear_no_more()
            hangs = hangs or lasts > self.cfg.timeout
        if self.alive and hangs:
            self.log.critical("a request hangs; worker %s gives up and is replaced", self.pid)
            self.alive = False
            # The hanging thread would keep the interpreter from ending by itself.
            end = threading.Timer(min(LAST_WORDS, self.cfg.graceful_timeout), os._exit, (1,))
            end.daemon = True
            end.start()

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer what is no HTTP, or too much of it, as every other error is answered."""
        status = next((_STATUS[kind] for kind in type(exc).__mro__ if kind in _STATUS), 500)
        if status == 500:
            self.log.error("a request failed before it was read: %s", type(exc).__name__)
        code = "internal_error" if status == 500 else "malformed_request"
        detail = f"The request is not read here ({type(exc).__name__})."
        body = encode(Problem(status, code, detail).as_json())
        head = f"HTTP/1.1 {status} Error\r\nConnection: close\r\nContent-Type: {MEDIA_TYPE}\r\n"
        try:
            write_nonblock(client, f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        except OSError:
            self.log.debug("the caller is gone")
