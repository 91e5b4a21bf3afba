"""What became of a write whose answer was lost."""

from loyalty_engine.api.calls import Answer, Ask, Calls
from loyalty_engine.api.schemas.service import OperationShown
from loyalty_engine.use_cases.show_operation import show_operation

calls = Calls("operations", "Writes by their Idempotency-Key.")


@calls.get(
    "/v1/operations/<key:key>",
    scope="purchases:read",
    gives={200: OperationShown()},
    refuses=[404],
)
def get_operation(ask: Ask, key: str) -> Answer:
    """Show what a write under an Idempotency-Key of yours has brought about.

    404 says that it had no effect, so that it may be sent again. Calls that take no such key, as
    batches and the release of a reservation, may always be sent again.
    """
    return show_operation(ask.engine, ask.caller, key)
