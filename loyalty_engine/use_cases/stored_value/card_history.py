"""The moves of a gift card or a store credit, with their reasons."""

from loyalty_engine.domain.errors import NotFound
from loyalty_engine.use_cases.answering import to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.stored_value.purses import read_number, shown_number

MOST = 1000
"""So many of the moves are told, the oldest; no card has that many."""


def show_card_history(engine: Engine, caller: Caller, card: str) -> Answer:
    """All moves in order, and what was done by hand (200); raises `NotFound`."""
    number = read_number(card)
    with engine.storage.read(caller.program) as view:
        if number is None or number not in view.purses([number]):
            raise NotFound("there is no such gift card", code="card_unknown")
        entries = view.value_entries(number, 0, MOST)
        notes = view.value_notes(number)
    rows = [
        {
            "version": it.version,
            "kind": it.cause.kind,
            "source": it.source,
            "destination": it.destination,
            "amount": it.amount,
            "purchase": it.cause.purchase,
            "reason": it.cause.reason,
            "by": it.cause.by,
            "at": it.at,
            "recorded_at": recorded_at,
        }
        for it, recorded_at in entries
    ]
    told = [{"at": at, "kind": kind, "reason": why, "by": by} for at, kind, why, by in notes]
    return Answer(200, to_json({"card": shown_number(number), "entries": rows, "notes": told}))
