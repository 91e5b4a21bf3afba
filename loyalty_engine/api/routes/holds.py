"""Holds: points set aside at the start of a payment, then captured or released."""

from loyalty_engine.api.calls import Answer, Ask, Body, Calls, Key
from loyalty_engine.api.schemas.holds import CaptureBody, HoldBody, HoldShown
from loyalty_engine.domain.requests import Capture
from loyalty_engine.use_cases.spending.close_hold import capture_hold, release_hold, show_hold
from loyalty_engine.use_cases.spending.place_hold import place_hold

calls = Calls("holds", "Points set aside while a payment is under way.")

HOLD = Body(
    HoldBody(),
    quick=True,
    example={"id": "H-1", "member": "ada", "unit": "points", "points": 500, "expires_in": 600},
)
CAPTURE = Body(CaptureBody(), optional=True, quick=True, example={"points": 350})


@calls.post(
    "/v1/holds",
    key=Key.OPTIONAL,
    scope="holds",
    takes=HOLD,
    gives={200: HoldShown(), 201: HoldShown()},
    refuses=[404, 409],
)
def post_hold(ask: Ask) -> Answer:
    """Set points aside, so that nobody spends them twice while the payment is under way.

    Placed once for each id: the same again answers the hold as it is (200), another content is
    refused with 409 `hold_exists`. A hold lapses by itself.
    """
    return place_hold(ask.engine, ask.caller, ask.told)


@calls.get("/v1/holds/<id:hold>", scope="holds", gives={200: HoldShown()}, refuses=[404])
def get_hold(ask: Ask, hold: str) -> Answer:
    """Show a hold and what became of it."""
    return show_hold(ask.engine, ask.caller, hold)


@calls.post(
    "/v1/holds/<id:hold>/capture",
    key=Key.OPTIONAL,
    scope="holds",
    takes=CAPTURE,
    gives={200: HoldShown()},
    refuses=[404, 409],
)
def post_capture(ask: Ask, hold: str) -> Answer:
    """Take the points held, or fewer; the others are free again.

    Refused with 409 `hold_lapsed` once it has lapsed. A purchase that names the hold captures it
    itself and needs no such call.
    """
    return capture_hold(ask.engine, ask.caller, hold, ask.told or Capture())


@calls.post(
    "/v1/holds/<id:hold>/release",
    key=Key.OPTIONAL,
    scope="holds",
    gives={200: HoldShown()},
    refuses=[404, 409],
)
def post_release(ask: Ask, hold: str) -> Answer:
    """Let go of the points held; also when that was done before, or the hold has lapsed."""
    return release_hold(ask.engine, ask.caller, hold)
