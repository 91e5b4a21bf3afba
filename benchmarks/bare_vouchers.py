"""A bare Flask endpoint that sends what redeeming a code sent: the same SQL, no engine.

Its body goes through marshmallow, as that of a bare quote does.
"""

from typing import Any

from flask import Response, request

from benchmarks.bare import FACTS, RECEIPT, Markers, Value, _trips, app, connection
from loyalty_engine.api.schemas.vouchers import CodeRedemptionBody

REDEEM = _trips("redeem")
SCHEMA = CodeRedemptionBody()
DIGEST = bytes.fromhex(FACTS["digest"])

__all__ = ["app"]


class _Markers(Markers):
    """With a code of the request's own."""

    def __init__(self, member: str, redemption: str, digest: bytes) -> None:
        super().__init__(member, redemption)
        self.digest = digest

    def fill(self, value: Value) -> Value:
        return self.digest if value == DIGEST else super().fill(value)


@app.post("/redeem-code/<member>/<digest>/<redemption>")
def redeem(member: str, digest: str, redemption: str) -> Response:
    """All round trips, each as one pipeline; the first row that has it tells the member's number."""
    SCHEMA.loads(request.get_data(as_text=True))
    markers = _Markers(member, redemption, bytes.fromhex(digest))
    here = connection()
    for number, trip in enumerate(REDEEM):
        with here.pipeline():
            if number == 0:
                here.execute("BEGIN")
            cursors = [here.execute(sql, [markers.fill(v) for v in values]) for sql, values in trip]
            if number == len(REDEEM) - 1:
                here.execute("COMMIT")
        for found in FACTS["finds"]:
            if found["trip"] == number:
                row: tuple[Any, ...] | None = cursors[found["statement"]].fetchone()
                if row is not None and found["number_at"] >= 0:
                    markers.numbers[FACTS["number"]] = row[found["number_at"]]
    return Response(RECEIPT, mimetype="application/json")
