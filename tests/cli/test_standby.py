"""What is done after a change of the files is done in a copy of the watching process."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from loyalty_engine.cli.shared.standby import Standby


def noting(note: Path) -> Callable[[], Callable[[], None]]:
    """Work that writes down who does it, and for which time."""

    def begin() -> Callable[[], None]:
        done = []

        def work() -> None:
            done.append(1)
            note.write_text(f"{os.getpid()} {len(done)}")

        return work

    return begin


def test_the_same_copy_works_each_time_and_remembers(tmp_path: Path):
    note = tmp_path / "note"
    standby = Standby(noting(note))
    assert standby.works()
    pid, times = note.read_text().split()
    assert (int(pid) != os.getpid(), times) == (True, "1")
    assert standby.works()
    assert note.read_text() == f"{pid} 2"


def test_one_that_was_killed_meanwhile_is_replaced_at_once(tmp_path: Path):
    note = tmp_path / "note"
    standby = Standby(noting(note))
    assert standby.works()
    pid = int(note.read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert standby.works()
    assert int(note.read_text().split()[0]) != pid


def test_work_that_goes_wrong_is_told_and_the_next_begins_anew(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    stone = tmp_path / "stone"

    def begin() -> Callable[[], None]:
        def work() -> None:
            if stone.exists():
                raise MemoryError("too large")

        return work

    standby = Standby(begin)
    assert standby.works()
    stone.touch()
    assert not standby.works()
    assert "MemoryError: too large" in capfd.readouterr().err
    assert not standby.works()
    stone.unlink()
    assert standby.works()


def leaves() -> Callable[[], object]:
    """Fails before any work."""
    raise SystemExit(0)


@pytest.mark.parametrize("begin", [leaves, lambda: lambda: os._exit(9)])
def test_whoever_ends_unasked_has_not_done_it(begin: Callable[[], Callable[[], object]]):
    standby = Standby(begin)
    assert not standby.works()
    assert not standby.works()


ALONE = """
import os, sys
from loyalty_engine.cli.shared.standby import Standby
assert Standby(lambda: lambda: print(os.getpid(), flush=True)).works()
os.kill(os.getpid(), 9)
"""


def test_it_ends_when_whoever_asks_has_been_killed():
    # Both hold standard output: reading it ends only when the copy has ended as well.
    told = subprocess.run(
        [sys.executable, "-c", ALONE], check=False, capture_output=True, timeout=60
    )
    assert told.returncode == -signal.SIGKILL
    assert int(told.stdout)
