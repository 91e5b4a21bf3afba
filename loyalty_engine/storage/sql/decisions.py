"""Every decision of a programme as it is stored, for deciding it again."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import BindParameter, String, bindparam, select, tuple_

from loyalty_engine.storage.sql.engines import LONG_PATIENCE_SECONDS
from loyalty_engine.storage.sql.reading.room import here
from loyalty_engine.storage.sql.statements import Statement, Value, const, number_var
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.storage.sql.tables import purchases

PAGE = 200
FIRST: tuple[Value, ...] = (-(2**63), "", 0)


@dataclass(frozen=True, slots=True)
class StoredCase:
    """What a revision of a purchase was decided on and what came of it; bytes are JSON."""

    purchase: str
    revision: int
    rulebook: str
    body: bytes
    facts: bytes
    decision: bytes


_KEY = (purchases.c.member, purchases.c.purchase, purchases.c.revision)
_PURCHASE: BindParameter[str] = bindparam("p_purchase", type_=String)
_PAGE = Statement(
    select(*_KEY, *(purchases.c[it] for it in ("rulebook", "body", "facts", "decision")))
    .where(
        here(purchases),
        tuple_(*_KEY) > tuple_(number_var("p_member"), _PURCHASE, number_var("p_revision")),
    )
    .order_by(*_KEY)
    .limit(const(PAGE))
    .offset(const(0)),
    "p_program",
    "p_member",
    "p_purchase",
    "p_revision",
)


def stored_cases(storage: SqlStorage, program: str) -> Iterator[StoredCase]:
    """All revisions of all purchases, a page at a time, each page as of one moment."""
    after = FIRST
    while True:
        with storage.wire(writes=False, patience=LONG_PATIENCE_SECONDS) as wire:
            rows = wire.ask((_PAGE, (program, *after)))[0].rows
        for _, purchase, revision, rulebook, body, facts, decision in rows:
            yield StoredCase(purchase, revision, rulebook, body, facts, decision)
        if len(rows) < PAGE:
            return
        after = tuple(rows[-1][:3])
