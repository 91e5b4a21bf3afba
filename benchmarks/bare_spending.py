"""Bare Flask endpoints that send what capturing a hold and taking a reward sent: same SQL, no engine."""

from typing import Any

from flask import Response, request

from benchmarks.bare import FACTS, RECEIPT, Markers, Value, _trips, app, connection

CAPTURE, REDEEM = _trips("capture"), _trips("redeem")

__all__ = ["app"]


def _send(kind: str, trips: list[list[tuple[str, list[Value]]]], markers: Markers) -> None:
    """All round trips, each as one pipeline; the rows answered tell whose numbers come next."""
    here = connection()
    for number, trip in enumerate(trips):
        with here.pipeline():
            if number == 0:
                here.execute("BEGIN")
            cursors = [here.execute(sql, [markers.fill(v) for v in values]) for sql, values in trip]
            if number == len(trips) - 1:
                here.execute("COMMIT")
        for found in FACTS["finds"][kind]:
            if found["trip"] == number:
                row: tuple[Any, ...] | None = cursors[found["statement"]].fetchone()
                if row is not None:
                    _learn(found, row, markers)


def _learn(found: dict[str, int], row: tuple[Any, ...], markers: Markers) -> None:
    if found["number_at"] >= 0:
        number = row[found["number_at"]]
        markers.numbers[FACTS["number"]] = number
        markers.texts[str(FACTS["number"])] = str(number)
    if found["version_at"] >= 0:
        version = row[found["version_at"]]
        for step in range(-1, 12):
            markers.numbers[FACTS["version"] + step] = version + step


@app.post("/capture/<member>/<hold>")
def capture(member: str, hold: str) -> Response:
    """The statements of one capture."""
    request.get_data()
    _send("capture", CAPTURE, Markers(member, hold))
    return Response(RECEIPT, mimetype="application/json")


@app.put("/redeem/<member>/<redemption>")
def redeem(member: str, redemption: str) -> Response:
    """The statements of one redemption."""
    request.get_data()
    _send("redeem", REDEEM, Markers(member, redemption))
    return Response(RECEIPT, 201, mimetype="application/json")
