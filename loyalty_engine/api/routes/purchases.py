"""Purchases: record, show, explain, take back, undo, claim."""

from dataclasses import replace

from loyalty_engine.api.calls import Answer, Ask, Body, Calls, Key
from loyalty_engine.api.examples import PURCHASE_EXAMPLE
from loyalty_engine.api.languages import wanted_languages
from loyalty_engine.api.schemas.batches import BatchResults
from loyalty_engine.api.schemas.explanations import Explanation, LanguageQuery
from loyalty_engine.api.schemas.purchases import BatchBody, PurchaseBody
from loyalty_engine.api.schemas.receipts import (
    CancelReceipt,
    PurchaseShown,
    Receipt,
    ReturnReceipt,
)
from loyalty_engine.api.schemas.returns import CancelBody, ClaimBody, ReturnBody
from loyalty_engine.domain.changing import changed
from loyalty_engine.use_cases.explanations.explain_purchase import explain_purchase
from loyalty_engine.use_cases.purchases.claim_purchase import claim_purchase
from loyalty_engine.use_cases.purchases.record_batch import record_batch
from loyalty_engine.use_cases.purchases.record_purchase import record_purchase
from loyalty_engine.use_cases.purchases.show_purchase import show_purchase
from loyalty_engine.use_cases.returns.cancel_purchase import cancel_purchase
from loyalty_engine.use_cases.returns.record_return import record_return

calls = Calls("purchases", "What was bought, what came back, and what followed from it.")

PURCHASE = Body(PurchaseBody(), quick=True, example=PURCHASE_EXAMPLE)
BATCH = Body(
    BatchBody(),
    quick=True,
    batch=True,
    example={"purchases": [{"purchase": "T-1001", **PURCHASE_EXAMPLE}]},
)
RETURN = Body(
    ReturnBody(),
    example={
        "occurred_at": "2026-03-07T16:40:00+01:00",
        "lines": [{"line": "1", "quantity": 1}],
    },
)
CANCEL = Body(CancelBody(), optional=True, example={"occurred_at": "2026-03-05T10:20:00+01:00"})
CLAIM = Body(ClaimBody(), example={"member": "ada", "secret": "7Q2M-9XKD-4F"})


@calls.put(
    "/v1/purchases/<id:purchase>",
    scope="purchases:write",
    takes=PURCHASE,
    gives={200: Receipt(), 201: Receipt()},
    refuses=[409],
)
def put_purchase(ask: Ask, purchase: str) -> Answer:
    """Record a purchase, once.

    201 the first time; 200 with the same receipt when the same is sent again; 409 when the id
    stands for something else. `revision` n+1 corrects revision n.
    """
    return record_purchase(ask.engine, ask.caller, changed(ask.told, id=purchase))


@calls.get(
    "/v1/purchases/<id:purchase>",
    scope="purchases:read",
    gives={200: PurchaseShown()},
    refuses=[404],
)
def get_purchase(ask: Ask, purchase: str) -> Answer:
    """Show a purchase's receipt, its state, and what is left of it."""
    return show_purchase(ask.engine, ask.caller, purchase)


@calls.get(
    "/v1/purchases/<id:purchase>/explanation",
    scope="purchases:read",
    query=LanguageQuery(),
    gives={200: Explanation()},
    refuses=[404],
)
def get_explanation(ask: Ask, purchase: str) -> Answer:
    """Explain a purchase: why each rule did or did not apply, decided once more as it was.

    Near misses are decided too, with that much more in the basket or that much later: "€3.20 more
    gives 50 points". In the language of the query, of `Accept-Language`, or the member's.
    """
    languages, rule = wanted_languages(ask), ask.query.get("rule")
    return explain_purchase(ask.engine, ask.caller, purchase, languages, rule)


@calls.put(
    "/v1/purchases/<id:purchase>/returns/<id:return>",
    scope="purchases:write",
    takes=RETURN,
    gives={200: ReturnReceipt(), 201: ReturnReceipt()},
    refuses=[404, 409],
)
def put_return(ask: Ask, purchase: str, back: str) -> Answer:
    """Record that some of a purchase came back.

    Points and refund follow from what is kept, however many returns it takes. With `exchange`
    another purchase goes out in the same transaction.
    """
    return record_return(ask.engine, ask.caller, purchase, replace(ask.told, id=back))


@calls.post(
    "/v1/purchases/<id:purchase>/cancel",
    scope="purchases:write",
    takes=CANCEL,
    gives={200: CancelReceipt()},
    refuses=[404, 409],
)
def post_cancel(ask: Ask, purchase: str) -> Answer:
    """Undo all that is left of a purchase."""
    at = ask.told.get("occurred_at", ask.caller.now)
    return cancel_purchase(ask.engine, ask.caller, purchase, at)


@calls.post(
    "/v1/purchases/<id:purchase>/claim",
    scope="purchases:write",
    takes=CLAIM,
    gives={200: Receipt()},
    refuses=[404, 409],
)
def post_claim(ask: Ask, purchase: str) -> Answer:
    """Make a guest's purchase a member's, once, with the secret from its receipt."""
    told = ask.told
    return claim_purchase(ask.engine, ask.caller, purchase, told["member"], told["secret"])


@calls.post(
    "/v1/purchases/batch",
    key=Key.NONE,
    scope="purchases:write",
    takes=BATCH,
    gives={200: BatchResults()},
)
def post_batch(ask: Ask) -> Answer:
    """Record up to 1,000 purchases, each decided and answered by itself.

    Each is known by its own id, so sending them again is safe and needs no Idempotency-Key.
    """
    return record_batch(ask.engine, ask.caller, ask.told)
