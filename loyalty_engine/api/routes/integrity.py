"""The ledger's own proof, over HTTP as by `loyalty verify`."""

from urllib.parse import urlencode

import msgspec

from loyalty_engine.api.calls import Answer, Ask, Calls
from loyalty_engine.api.schemas.service import Integrity, IntegrityQuery
from loyalty_engine.domain.errors import InvalidRequest
from loyalty_engine.storage.sql.integrity import Place, verify
from loyalty_engine.use_cases.points.begin_expiry import units_with_moved_ends

calls = Calls("integrity", "The ledger proves itself while it runs.")
PATH = "/v1/integrity"
PART = 0.25
"""The share of a request's time after which a part of the proof ends."""


@calls.get(
    PATH,
    scope="integrity:read",
    query=IntegrityQuery(),
    gives={200: Integrity()},
)
def get_integrity(ask: Ask) -> Answer:
    """Prove every promise of the ledger, with counts, and show what does not agree.

    Reads everything there is. A programme that takes longer than a request may is proved in
    parts: `complete` is false, counts, findings and totals are of this part, and the header `Link`
    (and `next`, for `after`) names the part that follows. `loyalty verify` does it in one go.
    """
    clock = ask.service.clock
    ends = clock.monotonic() + ask.service.settings.timeout * PART
    start = _place(ask.query.get("after"))
    report = verify(
        ask.service.parts.storage, ask.caller.program, start=start,
        enough=lambda: clock.monotonic() > ends,
        moving=units_with_moved_ends(ask.engine, ask.caller.program),
    )  # fmt: skip
    following = report.next and f"{report.next.column}:{report.next.after}"
    if following is not None:
        ask.headers["Link"] = f'<{PATH}?{urlencode({"after": following})}>; rel="next"'
    told = {
        "program": report.program,
        "clean": report.clean,
        "complete": following is None,
        "counts": report.counts,
        "findings": report.findings,
        "totals": report.totals,
        "stored_value": report.stored_value,
        "next": following,
    }
    return Answer(200, msgspec.json.encode(told))


def _place(cursor: str | None) -> Place | None:
    """Where a cursor of ours points to; raises `InvalidRequest` for any other."""
    if cursor is None:
        return None
    column, _, number = cursor.partition(":")
    digits = number.removeprefix("-")
    known = column in ("account", "member", "code", "purse")
    ours = known and digits.isascii() and digits.isdecimal()
    if not ours or len(digits) > 19 or not -(2**63) <= int(number) < 2**63:
        raise InvalidRequest(
            "this cursor is none of ours; follow the link of the part before",
            code="cursor_invalid", pointer="/after",
        )  # fmt: skip
    return Place(column, int(number))
