"""The ledger's own proof, over HTTP as by `loyalty verify`."""

import msgspec

from loyalty_engine.api.calls import Answer, Ask, Calls
from loyalty_engine.api.schemas.service import Integrity
from loyalty_engine.domain.errors import Conflict
from loyalty_engine.storage.sql.integrity import verify

calls = Calls("integrity", "The ledger proves itself while it runs.")


@calls.get("/v1/integrity", scope="integrity:read", gives={200: Integrity()}, refuses=[409])
def get_integrity(ask: Ask) -> Answer:
    """Prove every promise of the ledger, with counts, and show what does not agree.

    Reads everything there is. A programme too large for one request is proved by `loyalty verify`.
    """
    clock = ask.service.clock
    ends = clock.monotonic() + ask.service.settings.timeout / 2

    def progress(_: int) -> None:
        if clock.monotonic() > ends:
            raise Conflict(
                "the programme is too large to be proved within a request; run `loyalty verify`",
                code="proof_too_long",
            )

    report = verify(ask.service.parts.storage, ask.caller.program, progress)
    told = {
        "program": report.program,
        "clean": report.clean,
        "counts": report.counts,
        "findings": report.findings,
        "totals": report.totals,
    }
    return Answer(200, msgspec.json.encode(told))
