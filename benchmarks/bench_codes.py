"""Codes by the million, as `loyalty vouchers generate` makes them, into a durable PostgreSQL."""

import secrets
import time
from itertools import islice
from typing import Any

from benchmarks.rig import PROGRAM, Rig
from benchmarks.service_facts import rules
from loyalty_engine.rulebook.vouchers import VoucherKind
from loyalty_engine.storage.sql.voucher_batches import add_batch, made_so_far, writing_codes
from loyalty_engine.use_cases.codes import Codes
from loyalty_engine.use_cases.generate_vouchers import made_codes

MILLION, BLOCK = 1_000_000, 50_000
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
    codes = Codes(secrets.token_bytes(32))
    out = rig.folder / "codes.txt"
    start = time.perf_counter()
    batch = add_batch(storage, PROGRAM, KIND.id, now, "bench")
    fresh = made_codes(codes, PROGRAM, KIND, None, batch, now, secrets.randbits)
    with out.open("w") as file, writing_codes(storage, PROGRAM, KIND.id, batch, now) as write:
        for _ in range(MILLION // BLOCK):
            block = list(islice(fresh, BLOCK))
            file.write("".join(f"{code}\n" for code, _ in block))
            file.flush()
            write([kept for _, kept in block])
    seconds = time.perf_counter() - start
    assert made_so_far(storage, PROGRAM) == {KIND.id: MILLION}
    return seconds
