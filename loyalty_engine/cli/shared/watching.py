"""Watching the rules folder: nothing is parsed here, and nothing at all in a process that serves."""

import os
import select
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from loyalty_engine.rule_files import footprint

LOOK = 0.25
QUIET = 1.25
AGAIN = 3.0
"""Seconds: between two looks, without any change until files count as written to the end, and
after a look that came to nothing, as when the database is away.
"""

SHARE = 20
"""Looking takes one part in so many of the time at most, however many files there are."""


def watch_folder(root: Path, take_up: Callable[[], object], *, beside: bool) -> None:
    """Call `take_up` once and after every change below `root`, each time in a process of its own.

    With `beside` until stdin ends.
    """
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
            if in_a_child(take_up):
                taken = seen
            else:
                failed_at = time.monotonic()
        pause = max(LOOK, (looked - began) * SHARE)
        if not beside:
            time.sleep(pause)
        elif select.select([sys.stdin], [], [], pause)[0]:
            return  # nobody writes there: it has ended, and with it whoever we watched for


def in_a_child(work: Callable[[], object]) -> bool:
    """Do some work in a copy of this process, which has no threads; whether it went well.

    What the work takes of memory, or breaks, is gone with it, and nothing has to be imported anew,
    which takes longer than reading a thousand files.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        failed = True
        try:
            work()
            failed = False
        except BaseException:  # noqa: BLE001 - nothing may go on from here in the child
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(failed)
    _, status = os.waitpid(child, 0)
    return status == 0
