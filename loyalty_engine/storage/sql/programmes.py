"""Which programmes a database knows."""

from collections.abc import Sequence

from sqlalchemy import select

from loyalty_engine.storage.sql.statements import Statement
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.storage.sql.tables import rulebook_periods

_PROGRAMMES = Statement(
    select(rulebook_periods.c.program).distinct().order_by(rulebook_periods.c.program)
)


def stored_programmes(storage: SqlStorage) -> Sequence[str]:
    """The programmes that have ever had a rulebook in force, sorted."""
    with storage.wire(writes=False) as wire:
        return sorted(str(row[0]) for row in wire.ask((_PROGRAMMES, ()))[0].rows)
