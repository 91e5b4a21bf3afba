"""All parts of a past played by as many processes as there are cores to run them."""

from collections import deque
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from loyalty_engine.backtest.sorting import Part
from loyalty_engine.backtest.working import (
    Answer,
    Brief,
    Done,
    Failed,
    Order,
    answered,
    encoded,
    player_of,
    serve,
)
from loyalty_engine.imports.job import seldom_collecting

SIDES = (0, 1)

Hear = Callable[[Answer], None]


def orders_for(parts: Sequence[Part], *, together: bool) -> list[Order]:
    """What is to be played: both sides of a part at once, or, `together`, each on its own."""
    sides = [(0,), (1,)] if together else [SIDES]
    return [Order(str(it.path), it.in_time, each) for it in parts for each in sides]


def play_all(brief: Brief, orders: Sequence[Order], workers: int, hear: Hear) -> None:
    """Play all orders; `hear` is told everything, in this process."""
    workers = min(workers, len(orders))
    if workers <= 1:
        player = player_of(brief)
        with seldom_collecting():
            for order in orders:
                player.play(order, hear)
        return
    team = _Team(brief, workers)
    try:
        team.work(orders, hear)
    finally:
        team.close()


class BacktestFailed(RuntimeError):
    """A process that plays has failed or is gone; the message says how."""


class _Team:
    """Processes, each with a connection to it. They start anew, so nothing is shared by chance."""

    def __init__(self, brief: Brief, workers: int) -> None:
        context = get_context("spawn")
        self._processes: list[BaseProcess] = []
        self._connections: list[Connection] = []
        for _ in range(workers):
            ours, theirs = context.Pipe()
            process = context.Process(target=serve, args=(theirs, encoded(brief)), daemon=True)
            process.start()
            theirs.close()
            self._processes.append(process)
            self._connections.append(ours)

    def work(self, orders: Sequence[Order], hear: Hear) -> None:
        waiting = deque(orders)
        busy: list[Connection] = []
        for connection in self._connections:
            connection.send_bytes(encoded(waiting.popleft()))
            busy.append(connection)
        while busy:
            ready = wait(busy)
            for connection in [it for it in busy if it in ready]:
                answer = _received(connection)
                hear(answer)
                if isinstance(answer, Done):
                    if waiting:
                        connection.send_bytes(encoded(waiting.popleft()))
                    else:
                        busy.remove(connection)

    def close(self) -> None:
        for connection in self._connections:
            connection.close()
        for process in self._processes:
            process.terminate()
            process.join()


def _received(connection: Connection) -> Answer:
    try:
        answer = answered(connection.recv_bytes())
    except EOFError:
        raise BacktestFailed(
            "a process that plays is gone; there may be too little memory"
        ) from None
    if isinstance(answer, Failed):
        raise BacktestFailed(answer.traceback)
    return answer
