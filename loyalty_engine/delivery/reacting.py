"""Reactions called one by one, each with a deadline, so that one that hangs is left behind."""

from collections.abc import Mapping
from threading import Event, Thread
from time import monotonic
from typing import Any, Protocol

DEADLINE = 10.0
"""Seconds that a reaction may take; after it the event is told again later."""

MOST_STUCK = 5
"""Threads that one reaction may leave hanging before it is not called any more."""

GLANCE = 0.2
"""Seconds between looks at whether to stop."""

Values = Mapping[str, Any]
"""The arguments of `handle_event` by name."""


class Reaction(Protocol):
    """Something that wants to hear of events, such as a plugin."""

    @property
    def name(self) -> str:
        """Its own name, by which is kept what it has taken."""
        ...

    def serves(self, program: str) -> bool:
        """Whether it has to do with this programme."""
        ...

    def react(self, values: Values) -> str:
        """Take an event; empty when that went well, else what went wrong, quoting nothing."""
        ...


class Reactor:
    """Calls one reaction. Python cannot end a thread: one that hangs is left to itself."""

    def __init__(self, reaction: Reaction, stop: Event, deadline: float = DEADLINE) -> None:
        self.reaction = reaction
        self._stop = stop
        self._deadline = deadline
        self._stuck: list[Thread] = []

    def call(self, values: Values) -> str:
        """Empty when the reaction has taken the event; else why it has not."""
        self._stuck = [thread for thread in self._stuck if thread.is_alive()]
        if len(self._stuck) >= MOST_STUCK:
            return f"hangs in {MOST_STUCK} earlier calls; restart the worker"
        outcome: list[str] = []
        done = Event()

        def run() -> None:
            try:
                outcome.append(self.reaction.react(values))
            finally:
                done.set()

        thread = Thread(target=run, name=f"reaction-{self.reaction.name}", daemon=True)
        thread.start()
        if not self._wait(done):
            self._stuck.append(thread)
            return "stopped" if self._stop.is_set() else f"no end within {self._deadline:g} s"
        return outcome[0] if outcome else "ended its thread"

    def _wait(self, done: Event) -> bool:
        """Whether it is done in time; while the worker stops it gets a moment and no more."""
        ends = monotonic() + self._deadline
        while not done.wait(GLANCE):
            if monotonic() >= ends:
                return False
            if self._stop.is_set():
                return done.wait(GLANCE)
        return True
