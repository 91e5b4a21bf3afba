"""The operator's page: its backup is whole, and what it tells to watch is there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from loyalty_engine.api.metrics import NAMES
from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.storage.sql.storage import SqlStorage
from tests.docs.reading import ROOT, blocks
from tests.shop import BASE, Shop, line

PAGE = ROOT / "docs/operations.md"
LIVE = "build/loyalty/loyalty.db"


def test_a_running_service_is_backed_up_whole(tmp_path: Path):
    live, copy = tmp_path / LIVE, tmp_path / "loyalty-backup.db"
    live.parent.mkdir(parents=True)
    storage = SqlStorage(f"sqlite:///{live}")
    storage.create_schema()
    shop = Shop(BASE, storage=storage)
    shop.enrol()
    shop.buy("T-1", [line("1", 6000)])
    assert live.with_name("loyalty.db-wal").stat().st_size, "what is newest lies beside the file"
    (command,) = (block.text for block in blocks(PAGE) if block.mark == "backup")
    assert LIVE in command
    command = command.replace("python3", sys.executable)
    subprocess.run(["sh", "-eu", "-c", command], cwd=tmp_path, check=True)
    backup = SqlStorage(f"sqlite:///{copy}")
    found = verify(backup, "shop")
    assert (found.findings, found.totals["points"].outstanding) == ((), 60)
    shop.buy("T-2", [line("1", 1000)])
    assert verify(backup, "shop").totals["points"].outstanding == 60
    storage.close()
    backup.close()


def test_every_metric_to_watch_is_there():
    named = set(re.findall(r"`(loyalty_\w+)`", PAGE.read_text()))
    assert named
    assert named <= set(NAMES)
