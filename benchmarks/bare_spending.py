"""Bare Flask endpoints that send what capturing a hold and taking a reward sent: same SQL, no engine."""

from typing import Any

from flask import Response, request

from benchmarks.bare import FACTS, RECEIPT, Markers, Value, _trips, app, connection

CAPTURE, REDEEM = _trips("capture"), _trips("redeem")

__all__ = ["app"]


def _send(trips: list[list[tuple[str, list[Value]]]], markers: Markers) -> None:
    """All round trips, each as one pipeline; the member's row tells the numbers of what follows."""
    here = connection()
    for number, trip in enumerate(trips):
        with here.pipeline():
            if number == 0:
                here.execute("BEGIN")
            cursors = [here.execute(sql, [markers.fill(v) for v in values]) for sql, values in trip]
            if number == len(trips) - 1:
                here.execute("COMMIT")
        for cursor in cursors:
            rows: list[Any] = cursor.fetchall() if cursor.description else []
            if rows and len(rows[0]) == 1 and number == 0:  # whose the address is
                markers.numbers[FACTS["number"]] = rows[0][0]
            if rows and len(rows[0]) == FACTS["row_width"]:
                version = rows[0][FACTS["version_at"]]
                markers.numbers[FACTS["number"]] = rows[0][FACTS["number_at"]]
                for step in range(-1, 12):
                    markers.numbers[FACTS["version"] + step] = version + step


@app.post("/capture/<member>/<hold>")
def capture(member: str, hold: str) -> Response:
    """The statements of one capture."""
    request.get_data()
    _send(CAPTURE, Markers(member, hold))
    return Response(RECEIPT, mimetype="application/json")


@app.put("/redeem/<member>/<redemption>")
def redeem(member: str, redemption: str) -> Response:
    """The statements of one redemption."""
    request.get_data()
    _send(REDEEM, Markers(member, redemption))
    return Response(RECEIPT, 201, mimetype="application/json")
