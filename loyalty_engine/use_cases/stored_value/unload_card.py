"""Take value off a gift card again that a till has put on it: the payment failed, the card came back."""

from typing import Any

from loyalty_engine.domain.stored_value import GIVEN, SOLD, ValueCause
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.stored_value.gift_cards import (
    Doing,
    LoadCard,
    change_card,
    check_in_use,
)


def unload_card(engine: Engine, caller: Caller, asked: LoadCard) -> Answer:
    """Take so much off a card as if it had never been put on it (200).

    A card on which nothing is left that was ever put on it becomes what the programme says of cards
    whose sale has come back: blocked, or inactive. Raises `Conflict` where less is free on it, for
    what was used does not come back, and what `load_card` raises.
    """

    def act(it: Doing) -> dict[str, Any]:
        check_in_use(it)
        cause = ValueCause("unload", reason=asked.reason, by=asked.by)
        it.book.unload(asked.amount, cause, GIVEN if asked.given else SOLD)
        if it.book.unsell(resellable=it.terms.resellable):
            it.work.add_value_note(it.book.purse.number, "block", asked.reason, asked.by)
        return {}

    return change_card(engine, caller, asked.name, "gift_card_unloaded", act)
