"""A copy of this process that does the same work again and again, and remembers between."""

import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress


class Standby:
    """Does some work in a copy of this process, which may have no threads, whenever it is asked.

    The copy stays: what it has learned it need not learn again, and nothing has to be imported
    anew, which takes longer than reading a thousand files. What it breaks is gone with it: it ends
    after work that raises, and the next work begins in a new one. It ends with this process, too.
    """

    def __init__(self, begin: Callable[[], Callable[[], object]]) -> None:
        """`begin` is called once in each copy, and what it answers for each work."""
        self._begin = begin
        self._pid = 0
        self._line: socket.socket | None = None

    def works(self) -> bool:
        """Have the work done once, and wait for it; whether it went well."""
        went_well = self._line is not None and _asked(self._line)
        if not went_well:  # the first time, and where it was killed meanwhile
            self._bury()
            went_well = _asked(self._start())
        went_well = went_well and self._line is not None and _answered(self._line)
        if not went_well:
            self._bury()
        return went_well

    def _start(self) -> socket.socket:
        sys.stdout.flush()
        sys.stderr.flush()
        line, other = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            line.close()
            _serve(other, self._begin)
        other.close()
        self._pid, self._line = pid, line
        return line

    def _bury(self) -> None:
        if self._line is not None:
            self._line.close()
            os.waitpid(self._pid, 0)
            self._line = None


def _asked(line: socket.socket) -> bool:
    with suppress(OSError):
        line.sendall(b"?")
        return True
    return False


def _answered(line: socket.socket) -> bool:
    with suppress(OSError):
        return bool(line.recv(1))
    return False


def _serve(line: socket.socket, begin: Callable[[], Callable[[], object]]) -> None:
    """Work whenever something comes, until the line ends. Never returns: this is the copy."""
    failed = True
    try:
        # Whoever interrupts means the process that asks; this one follows it.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        work = begin()
        while line.recv(1):
            work()
            sys.stdout.flush()
            sys.stderr.flush()
            line.sendall(b"!")
        failed = False
    except BrokenPipeError:
        pass  # nobody is left to be answered
    except BaseException:  # noqa: BLE001 - nothing may go on from here
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(failed)
