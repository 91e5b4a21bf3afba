"""Codes by the million, as `loyalty vouchers generate` makes them, into a durable PostgreSQL."""

import secrets
import time
from typing import Any

from benchmarks.rig import PROGRAM, Rig
from benchmarks.service_facts import rules
from loyalty_engine.cli.shared.making_codes import make_codes
from loyalty_engine.rulebook.vouchers import VoucherKind
from loyalty_engine.storage.sql.voucher_batches import made_so_far
from loyalty_engine.use_cases.codes import Codes

MILLION = 1_000_000
GOAL_SECONDS = 60.0
KIND = VoucherKind("bench", {"en": "A pound off"})


def run() -> list[dict[str, Any]]:
    """Seconds for a million codes, from random numbers to committed rows and a file on disk."""
    with Rig(dict(rules())) as rig:
        seconds = _generate(rig)
    return [
        {
            "name": "codes_generated", "value": seconds, "unit": "s for 1,000,000",
            "limit": GOAL_SECONDS, "ratio": None, "goal": None, "met": seconds < GOAL_SECONDS,
        }
    ]  # fmt: skip


def _generate(rig: Rig) -> float:
    storage, now = rig.parts.storage, rig.parts.clock.now()
    program = rig.parts.shelf.current(PROGRAM).program
    codes = Codes(secrets.token_bytes(32))
    out = rig.folder / "codes.txt"
    start = time.perf_counter()
    with out.open("w") as file:
        make_codes(storage, codes, program, KIND, MILLION, file, now, by="bench")
    seconds = time.perf_counter() - start
    assert made_so_far(storage, PROGRAM) == {KIND.id: MILLION}
    return seconds
