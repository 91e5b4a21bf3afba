"""Bare Flask endpoints to measure the service beside: the same bytes, the same SQL, no engine.

`BARE_FACTS` names a JSON file: the statements that one quote and one purchase of the engine sent,
round trip by round trip, with the markers in their values that differ from request to request.
"""

import base64
import itertools
import json
import os
import threading
from pathlib import Path
from typing import Any

import psycopg
import redis
from flask import Flask, Response, request

from loyalty_engine.api.schemas.purchases import PurchaseBody

FACTS = json.loads(Path(os.environ["BARE_FACTS"]).read_text())
app = Flask(__name__, static_folder=None)
cache = redis.Redis.from_url(os.environ["LOYALTY_REDIS_URL"], socket_timeout=0.05)
schema = PurchaseBody()
_local = threading.local()
_number = itertools.count()

Value = int | str | bytes | None


def _decoded(value: Any) -> Value:
    if isinstance(value, dict):
        return base64.b64decode(value["bytes"])
    return value  # type: ignore[no-any-return]


def _trips(name: str) -> list[list[tuple[str, list[Value]]]]:
    return [
        [(sql, [_decoded(value) for value in values]) for sql, values in trip]
        for trip in FACTS[name]
    ]


QUOTE, RECORD = _trips("quote"), _trips("record")
RECEIPT = base64.b64decode(FACTS["receipt"])


def connection() -> "psycopg.Connection[Any]":
    """This thread's own connection."""
    if not hasattr(_local, "connection"):
        url = os.environ["LOYALTY_DATABASE_URL"].replace("postgresql+psycopg:", "postgresql:")
        _local.connection = psycopg.connect(url, autocommit=True, cursor_factory=psycopg.RawCursor)
    found: psycopg.Connection[Any] = _local.connection
    return found


class Markers:
    """Puts a request's own values in the places of the captured ones."""

    def __init__(self, member: str, purchase: str) -> None:
        self.texts = {FACTS["member"]: member, FACTS["purchase"]: purchase}
        self.numbers: dict[int, int] = {}

    def fill(self, value: Value) -> Value:
        if isinstance(value, int):
            return self.numbers.get(value, value)
        if isinstance(value, str):
            for old, new in self.texts.items():
                if old in value:
                    value = value.replace(old, new)
        elif isinstance(value, bytes) and FACTS["purchase"].encode() in value:
            old, new = FACTS["purchase"], self.texts[FACTS["purchase"]]
            value = value.replace(old.encode(), new.encode())
        return value


def send(trips: list[list[tuple[str, list[Value]]]], markers: Markers, begin: str) -> None:
    """All round trips of a transaction, each as one pipeline."""
    here = connection()
    for number, trip in enumerate(trips):
        with here.pipeline():
            if number == 0:
                here.execute(begin)
            cursors = [here.execute(sql, [markers.fill(v) for v in values]) for sql, values in trip]
            if number == len(trips) - 1:
                here.execute("COMMIT")
        if number == 0:
            for cursor in cursors:
                rows = cursor.fetchall() if cursor.description else []
                if rows and len(rows[0]) == FACTS["row_width"]:
                    row = rows[0]
                    version = row[FACTS["version_at"]]
                    markers.numbers[FACTS["number"]] = row[FACTS["number_at"]]
                    for step in range(-1, 12):
                        markers.numbers[FACTS["version"] + step] = version + step


@app.get("/ready")
def ready() -> str:
    """For whoever waits for the server."""
    return "ready"


@app.get("/balance/<member>")
def balance(member: str) -> Response:
    """One GET."""
    return Response(cache.get(f"bare:{member}"), mimetype="application/json")


@app.post("/quote/<member>")
def quote(member: str) -> Response:
    """The body through marshmallow, the same SELECTs."""
    schema.loads(request.get_data(as_text=True))
    send(QUOTE, Markers(member, "none"), "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    return Response(RECEIPT, mimetype="application/json")


@app.put("/record/<member>/<purchase>")
def record(member: str, purchase: str) -> Response:
    """The same statements, as hand-written for one purchase."""
    request.get_data()
    send(RECORD, Markers(member, purchase), "BEGIN")
    return Response(RECEIPT, 201, mimetype="application/json")
