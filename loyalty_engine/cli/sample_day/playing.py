"""Sends a day to a running service over one kept connection, and counts what it answers."""

import http.client
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from loyalty_engine.cli.sample_day.plan import Ask, Day

PATIENCE = 30.0
"""Seconds that an answer may take."""


DONE_ALREADY = {"cancellations": "purchase_cancelled"}
"""Refusals that say no more than that this day has been played before, under another key."""


@dataclass(slots=True)
class Played:
    """What was sent, what was there already, and what the service refused, by problem code."""

    sent: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)


class Player:
    """One client of the service with one key."""

    def __init__(self, host: str, port: int, key: str) -> None:
        self._connection = http.client.HTTPConnection(host, port, timeout=PATIENCE)
        self._key = key
        self._secrets: dict[str, str] = {}
        self.played = Played()

    def play(self, day: Day, tell: Callable[[], object]) -> Played:
        """Send everything in order; `tell` is called after each request."""
        for ask in day.asks:
            self._play(ask)
            tell()
        self._connection.close()
        return self.played

    def _play(self, ask: Ask) -> None:
        body = dict(ask.body) if ask.body is not None else None
        if ask.with_secret_of is not None:
            secret = self._secrets.get(ask.with_secret_of)
            if secret is None:  # it was claimed when this day was played before
                self.played.known[ask.what] += 1
                return
            assert body is not None, "a secret is sent in a body"
            body["secret"] = secret
        status, answer, replayed = self.send(ask.method, ask.path, body, ask.key)
        if answer.get("code") == DONE_ALREADY.get(ask.what, ""):
            self.played.known[ask.what] += 1
            return
        if status >= 400:
            self.played.refused[answer.get("code", str(status))] += 1
            return
        if ask.what == "batches":
            self._count_batch(answer)
            return
        known = replayed or (ask.what == "members" and status == 200)
        (self.played.known if known else self.played.sent)[ask.what] += 1
        if "claim" in answer:
            self._secrets[answer["purchase"]] = answer["claim"]["secret"]

    def _count_batch(self, answer: dict[str, Any]) -> None:
        for row in answer["results"]:
            if row["status"] >= 400:
                self.played.refused[row["problem"]["code"]] += 1
            else:
                known = row["status"] == 200
                (self.played.known if known else self.played.sent)["purchases"] += 1

    def send(
        self, method: str, path: str, body: object = None, key: str | None = None
    ) -> tuple[int, dict[str, Any], bool]:
        """One request: status, answer, and whether the service had answered it before."""
        headers = {"Authorization": f"Bearer {self._key}"}
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = msgspec.json.encode(body)
        if key is not None:
            headers["Idempotency-Key"] = key
        self._connection.request(method, path, data, headers)
        response = self._connection.getresponse()
        text = response.read()
        replayed = response.headers.get("Idempotent-Replayed") == "true"
        return response.status, msgspec.json.decode(text), replayed
