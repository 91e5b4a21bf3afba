"""Returns without a receipt."""

from loyalty_engine.api.calls import Answer, Ask, Body, Calls
from loyalty_engine.api.schemas.receipts import UnreceiptedReceipt
from loyalty_engine.api.schemas.returns import UnreceiptedReturnBody
from loyalty_engine.use_cases.returns.return_without_receipt import return_without_receipt

calls = Calls("returns without a receipt", "What comes back when nobody has the receipt.")

RETURN = Body(
    UnreceiptedReturnBody(),
    example={
        "occurred_at": "2026-03-07T16:40:00+01:00",
        "reason": "a gift in the wrong size",
        "lines": [{"sku": "COF-250", "quantity": 1}],
    },
)


@calls.post(
    "/v1/members/<id:member>/returns",
    scope="purchases:write",
    takes=RETURN,
    gives={201: UnreceiptedReceipt()},
    refuses=[404],
)
def post_return(ask: Ask, member: str) -> Answer:
    """Take products back without a receipt, counted against the member's newest purchases.

    At most what the member earned on them within the programme's `unreceipted_days`.
    """
    return return_without_receipt(ask.engine, ask.caller, member, ask.told)
