"""Watching the rules folder: nothing is parsed here, and nothing at all in a process that serves."""

import select
import subprocess
import sys
import time
from collections.abc import Sequence
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

TAKE_UP = (
    "import sys; from loyalty_engine.cli import main; sys.argv[1:] = ['rules', 'take-up']; main()"
)


def watch_folder(root: Path, take_up: Sequence[str], *, beside: bool) -> None:
    """Run `take_up` once and after every change below `root`; with `beside` until stdin ends."""
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
            if subprocess.run(take_up, stdin=subprocess.DEVNULL, check=False).returncode == 0:  # noqa: S603 - ours
                taken = seen
            else:
                failed_at = time.monotonic()
        pause = max(LOOK, (looked - began) * SHARE)
        if not beside:
            time.sleep(pause)
        elif select.select([sys.stdin], [], [], pause)[0]:
            return  # nobody writes there: it has ended, and with it whoever we watched for
