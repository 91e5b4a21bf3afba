"""Watching the rules folder: nothing is parsed here, and nothing at all in a process that serves."""

import os
import select
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from loyalty_engine.cli.shared.standby import Standby
from loyalty_engine.rule_files import footprint

LOOK = 0.25
QUIET = 1.25
AGAIN = 3.0
"""Seconds: between two looks, without any change until files count as written to the end, and
after a look that came to nothing, as when the database is away.
"""

SHARE = 20
"""Looking takes one part in so many of the time at most, however many files there are."""

POLITE = 5
"""How far whoever looks and parses steps back behind the processes that serve, as `nice` counts."""


def step_back() -> None:
    """Let the processes that serve go first from now on; those forked later step back as well."""
    os.nice(POLITE)
    # Where there is such a thing: never interrupts another process that has just been woken.
    with suppress(AttributeError, OSError):
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def watch_folder(root: Path, begin: Callable[[], Callable[[], object]], *, beside: bool) -> None:
    """Have a standby do the work of `begin` once and after every change below `root`.

    With `beside` until stdin ends.
    """
    standby = Standby(begin)
    taken = None
    # Somebody may be writing at this very moment: the first look waits like all others.
    seen, changed_at, failed_at = footprint(root), time.monotonic(), float("-inf")
    while True:
        began = time.monotonic()
        now = footprint(root)
        looked = time.monotonic()
        if now != seen:
            seen, changed_at = now, looked
        elif seen != taken and looked - changed_at >= QUIET and looked - failed_at >= AGAIN:
            if standby.works():
                taken = seen
            else:
                failed_at = time.monotonic()
        pause = max(LOOK, (looked - began) * SHARE)
        if not beside:
            time.sleep(pause)
        elif select.select([sys.stdin], [], [], pause)[0]:
            return  # nobody writes there: it has ended, and with it whoever we watched for
