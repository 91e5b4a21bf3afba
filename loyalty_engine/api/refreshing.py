"""Takes up, in a running process, the rulebooks that others put in force.

Files are watched, and what stands in them is parsed and checked, by another process: see
`cli.shared.watching`. A process that serves starts it where there is none.
"""

import gc
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable

from loyalty_engine.bootstrap import Parts
from loyalty_engine.rule_files import watching_alone
from loyalty_engine.storage.sql.programmes import stored_programmes

EVERY = 0.5
"""Seconds between looks, so that a rulebook is in force everywhere within 5."""

STRETCH = 0.002
BREATH = 0.0005
"""Seconds of parsing at a stretch in a process that serves, and of leaving it to requests then."""

WATCH = (
    "import sys; from loyalty_engine.cli import main; "
    "sys.argv[1:] = ['rules', 'watch', '--beside']; main()"
)

log = logging.getLogger(__name__)


def keep_fresh(parts: Parts, every: float = EVERY, *, watch: bool = False) -> threading.Event:
    """Look for newer rulebooks in the background; set the event that is answered to stop.

    With `watch` also see to it that somebody watches the rule files.
    """
    stop = threading.Event()

    def run() -> None:
        told = False
        watcher = None
        while not stop.wait(every):
            try:
                if watch:
                    watcher = _watched(parts, watcher)
                for name in sorted({*stored_programmes(parts.storage), *parts.shelf.programs()}):
                    _refresh(parts, name)
                told = False
            except Exception as fault:  # noqa: BLE001 - the rulebook at hand stays in force
                if not told:
                    log.warning("rulebooks cannot be looked at: %s", type(fault).__name__)
                told = True
        if watcher is not None:
            watcher.communicate()

    threading.Thread(target=run, name="rulebooks", daemon=True).start()
    return stop


def _refresh(parts: Parts, name: str) -> None:
    """Take up the newest rulebook without holding up requests.

    A new rulebook is very many objects of which none is garbage. The collector would look at them
    all at once, and everybody would wait: it rests until they are out of its sight.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        if parts.shelf.refresh(name, _breathing()):
            gc.freeze()
    finally:
        if enabled:
            gc.enable()


def _breathing() -> Callable[[], None]:
    """Something to call often: it leaves the process to others every now and then."""
    since = time.monotonic()

    def pause() -> None:
        nonlocal since
        if time.monotonic() - since > STRETCH:
            time.sleep(BREATH)
            since = time.monotonic()

    return pause


def _watched(
    parts: Parts, watcher: "subprocess.Popen[bytes] | None"
) -> "subprocess.Popen[bytes] | None":
    """The watching process of ours, started where nobody else's is at work."""
    if watcher is not None and watcher.poll() is None:
        return watcher
    with watching_alone(parts.settings.home) as alone:
        if not alone:
            return None
    # It ends when the pipe to it does, so with this process, however that comes about.
    return subprocess.Popen(  # noqa: S603 - ours
        [sys.executable, "-c", WATCH], stdin=subprocess.PIPE, start_new_session=True
    )
