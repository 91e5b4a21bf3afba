"""The worker's side: one helper process, started when first needed, killed when it does not answer."""

import contextlib
import logging
import os
import signal
import socket
import subprocess
import sys
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock

import msgspec

from loyalty_engine.plugin_host import messages
from loyalty_engine.plugin_host.messages import Broken, Question, Start, Told
from loyalty_engine.plugin_host.sources import Source

START_LIMIT = 20.0
"""Seconds that the first start may take; requests wait for it."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Round:
    """What a question brought: answers by plugin; `why` there are no more, and who is to blame."""

    told: dict[str, Told] = field(default_factory=dict)
    blamed: tuple[str, ...] = ()
    why: str = ""


@dataclass(slots=True)
class _Child:
    """A running helper; `ready` once it has said so, `by` when it must have."""

    process: subprocess.Popen[bytes]
    link: socket.socket
    by: float
    ready: bool = False

    def end(self) -> None:
        self.link.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Helper:
    """Asks plugins in a process of their own, one question at a time; safe among threads.

    Nothing here raises for what plugins do. After a fork the child starts a helper of its own.
    """

    def __init__(self, sources: tuple[Source, ...], monotonic: Callable[[], float]) -> None:
        """`monotonic` gives seconds."""
        self._sources = sources
        self._monotonic = monotonic
        self._lock = Lock()
        self._child: _Child | None = None
        self._started = False
        _all.add(self)

    def start(self) -> None:
        """Start before the first question, so that nobody waits for it."""
        with self._lock:
            if self._child is None:
                self._child = self._spawn()

    def close(self) -> None:
        """End the process; the next question starts another."""
        with self._lock:
            self._drop()

    def ask(self, question: Question) -> Round:
        """The answers that come within the question's patience; waiting for others counts."""
        ends = self._monotonic() + question.patience
        if not self._lock.acquire(timeout=question.patience):
            return Round(why="others are being waited for")
        try:
            return self._ask(question, ends)
        finally:
            self._lock.release()

    def reset_after_fork(self) -> None:
        """Leave the parent's helper to the parent."""
        self._lock = Lock()
        if self._child is not None:
            self._child.link.close()
            self._child.process.returncode = 0  # not ours to wait for
            self._child = None
        self._started = False

    def _ask(self, question: Question, ends: float) -> Round:
        found = Round()
        try:
            child = self._child = self._living() or self._spawn()
            if not child.ready:
                self._wait_ready(child, ends)
                ends = max(ends, self._monotonic() + question.patience * (not self._started))
                self._started = True
            self._exchange(child, question, ends, found)
        except (Broken, OSError, msgspec.MsgspecError) as error:
            self._give_up(question, found, error)
        return found

    def _living(self) -> _Child | None:
        """The helper, unless it has ended since it last answered: no plugin is to blame then."""
        if self._child is not None and self._child.ready and self._child.process.poll() is not None:
            log.warning("the helper process of plugins has ended; another is started")
            self._drop()
        return self._child

    def _wait_ready(self, child: _Child, ends: float) -> None:
        """The first start may take its time; a later one must be done within the question's.

        Its word may have come long ago, in an hour without questions: so there is always time
        to read it.
        """
        self._patience(child.link, ends if self._started else max(child.by, ends))
        messages.read_told.decode(messages.receive(child.link, messages.LONGEST_ANSWER))
        child.ready = True

    def _exchange(self, child: _Child, question: Question, ends: float, found: Round) -> None:
        self._patience(child.link, ends)
        messages.send(child.link, question)
        for plugin in question.plugins:
            self._patience(child.link, ends)
            body = messages.receive(child.link, messages.LONGEST_ANSWER)
            told = messages.read_told.decode(body)
            if told.plugin != plugin:
                raise Broken("another plugin answers")
            found.told[plugin] = told
            if told.refusal is not None:
                break

    def _give_up(self, question: Question, found: Round, error: Exception) -> None:
        child = self._child
        slow = isinstance(error, TimeoutError)
        if child is not None and not child.ready and slow and self._monotonic() < child.by:
            found.why = "its process is still starting"
            return
        self._drop()
        if child is None or not child.ready:
            found.why, found.blamed = "its process does not start", question.plugins
            log.error("the helper process of plugins does not start: %s", type(error).__name__)
            return
        found.why = f"no answer within {question.patience:g} s" if slow else "its process has ended"
        found.blamed = tuple(it for it in question.plugins if it not in found.told)[:1]
        with contextlib.suppress(OSError):
            self._child = self._spawn()

    def _spawn(self) -> _Child:
        ours, theirs = socket.socketpair()
        module = "loyalty_engine.plugin_host"
        try:
            process = subprocess.Popen(  # noqa: S603 - our own module, no text from outside
                [sys.executable, "-P", "-m", module, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
                env=_environment(),
            )
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        child = _Child(process, ours, self._monotonic() + START_LIMIT)
        self._patience(ours, child.by)
        with contextlib.suppress(OSError):  # it ended at once; that shows when it should be ready
            messages.send(ours, Start(self._sources))
        return child

    def _drop(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None

    def _patience(self, link: socket.socket, ends: float) -> None:
        left = ends - self._monotonic()
        if left <= 0:
            raise TimeoutError
        link.settimeout(left)


def _environment() -> Mapping[str, str]:
    """The helper finds the modules that we find."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


_all: weakref.WeakSet[Helper] = weakref.WeakSet()


def _reset_after_fork() -> None:
    for helper in list(_all):
        helper.reset_after_fork()


os.register_at_fork(after_in_child=_reset_after_fork)
