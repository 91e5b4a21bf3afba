"""Quotes and what they set aside."""

from loyalty_engine.api.calls import Answer, Ask, Body, Calls, Key
from loyalty_engine.api.errors import Refused
from loyalty_engine.api.examples import PURCHASE_EXAMPLE
from loyalty_engine.api.schemas.purchases import QuoteBody
from loyalty_engine.api.schemas.receipts import Receipt, Released
from loyalty_engine.use_cases.purchases.quote_purchase import quote_purchase
from loyalty_engine.use_cases.purchases.release_reservation import release_reservation

calls = Calls("quotes", "What a basket would give and cost, before it is paid.")

QUOTE = Body(QuoteBody(), quick=True, example=PURCHASE_EXAMPLE)


@calls.post(
    "/v1/quotes",
    key=Key.OPTIONAL,
    scope="quotes",
    takes=QUOTE,
    gives={200: Receipt(), 201: Receipt()},
    refuses=[409],
)
def post_quote(ask: Ask) -> Answer:
    """Quote a purchase: what it would give and cost, with no effect at all.

    With `"reserve": true` the promise is kept for a while under the id in `reservation` (201), with
    points, codes, limits and the stored value of its payments; that is a write and needs an
    Idempotency-Key.
    """
    purchase, reserve = ask.told
    if reserve and ask.caller.key is None:
        detail = "A reservation sets something aside; name a key so that it does so once."
        raise Refused(400, "idempotency_key_required", detail)
    return quote_purchase(ask.engine, ask.caller, purchase, reserve)


@calls.delete(
    "/v1/reservations/<id:reservation>",
    scope="quotes",
    gives={200: Released()},
    refuses=[404, 409],
)
def delete_reservation(ask: Ask, reservation: str) -> Answer:
    """Let a reservation go before it lapses."""
    return release_reservation(ask.engine, ask.caller, reservation)
