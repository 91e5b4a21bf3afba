"""Takes up, in a running process, the rulebooks that others put in force."""

import logging
import threading

from loyalty_engine.bootstrap import Parts

EVERY = 2.0
"""Seconds: with the look itself, a rulebook is in force everywhere within 5."""

log = logging.getLogger(__name__)


def keep_fresh(parts: Parts, every: float = EVERY) -> threading.Event:
    """Look for newer rulebooks in the background; set the event that is answered to stop."""
    stop = threading.Event()

    def run() -> None:
        told = False
        while not stop.wait(every):
            try:
                for name in parts.shelf.programs():
                    parts.shelf.refresh(name)
                told = False
            except Exception as fault:  # noqa: BLE001 - the rulebook at hand stays in force
                if not told:
                    log.warning("rulebooks cannot be looked at: %s", type(fault).__name__)
                told = True

    threading.Thread(target=run, name="rulebooks", daemon=True).start()
    return stop
