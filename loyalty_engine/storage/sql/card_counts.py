"""How many gift cards there are."""

from sqlalchemy import func, select

from loyalty_engine.storage.sql.reading.room import here
from loyalty_engine.storage.sql.statements import Statement, const
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.storage.sql.tables import purses

_USABLE = Statement(
    select(func.count()).where(
        here(purses), purses.c.kind == const("gift_card"), purses.c.state != const("blocked")
    ),
    "p_program",
    prepared=False,
)


def usable_cards(storage: SqlStorage, program: str) -> int:
    """How many cards can be used, or will be once they are sold."""
    return int(storage.ask((_USABLE, (program,)))[0][0])
