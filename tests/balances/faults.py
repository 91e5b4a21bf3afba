"""A proxy between cache and Redis that can be told to misbehave."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from typing import Self

Mood = Callable[[int], str]
"""What to do with the n-th answer: "pass", "cut" the connection instead, or "delay" it."""


class Proxy:
    """Passes bytes both ways on a port of its own, as many connections as are made."""

    def __init__(self, port: int, mood: Mood, delay: float = 0.08) -> None:
        self.mood = mood
        self._upstream = port
        self._delay = delay
        self._answers = 0
        self._ear = socket.create_server(("127.0.0.1", 0))
        self.url = f"redis://127.0.0.1:{self._ear.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ear.close()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._ear.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        there = ("127.0.0.1", self._upstream)
        with contextlib.suppress(OSError), client, socket.create_connection(there) as upstream:
            while question := client.recv(65536):
                upstream.sendall(question)
                answer = upstream.recv(65536)
                self._answers += 1
                mood = self.mood(self._answers)
                if mood == "cut":
                    return
                if mood == "delay":
                    time.sleep(self._delay)
                client.sendall(answer)
