"""What is done after a change of the files is done in a copy of the watching process."""

import os
from pathlib import Path

import pytest

from loyalty_engine.cli.shared.watching import in_a_child


def test_work_is_done_elsewhere_and_told_whether_it_went_well(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    note = tmp_path / "note"

    def work() -> None:
        note.write_text(str(os.getpid()))

    assert in_a_child(work)
    assert int(note.read_text()) != os.getpid()

    def fails() -> None:
        raise MemoryError("too large")

    def leaves() -> None:
        raise SystemExit(0)

    assert not in_a_child(fails)
    assert "MemoryError: too large" in capfd.readouterr().err
    assert not in_a_child(leaves)
    assert not in_a_child(lambda: os._exit(9))
