"""API keys: made, checked, remembered for a moment, and each within its scopes and programme."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from loyalty_engine.api.app import all_calls
from loyalty_engine.api.keys import MOST_REMEMBERED, SCOPES, TRUSTED_FOR, Keys, hash_of, new_key
from loyalty_engine.bootstrap import Parts
from loyalty_engine.clock import StoppedClock
from loyalty_engine.domain.errors import Unavailable
from loyalty_engine.storage.sql.keys import ApiKey, ApiKeys
from tests.api.service import NOW, Till, give_key

DOCS = Path(__file__).parents[2] / "docs"


@dataclass
class Cabinet:
    """Keys as storage has them, and how often it was asked; time stands until it is moved."""

    stored: dict[str, ApiKey] = field(default_factory=dict)
    asked: int = 0
    seconds: float = 0.0
    now: datetime = NOW

    def find(self, key: str) -> ApiKey | None:
        self.asked += 1
        return self.stored.get(key)

    def add(self, **changes: object) -> tuple[str, str]:
        key, text, secret_hash = new_key()
        self.stored[key] = replace(
            ApiKey("shop", key, secret_hash, ("quotes",), "till", NOW), **changes
        )
        return key, f"Bearer {text}"

    def keys(self) -> Keys:
        return Keys(self.find, lambda: self.now, lambda: self.seconds)


def test_keys_are_all_different_and_only_their_hash_is_kept():
    made = [new_key() for _ in range(100)]
    assert len({text for _, text, _ in made}) == len({key for key, _, _ in made}) == 100
    key, text, secret_hash = made[0]
    assert text.startswith(f"lk_{key}_")
    assert hash_of(text.removeprefix(f"lk_{key}_")) == secret_hash
    assert len(secret_hash) == 32


def test_a_right_key_says_who_asks():
    cabinet = Cabinet()
    key, header = cabinet.add()
    client = cabinet.keys().client(header)
    assert client is not None
    assert (client.program, client.id, client.may("quotes"), client.may("adjust")) == (
        "shop",
        key,
        True,
        False,
    )
    assert cabinet.keys().client(header.replace("Bearer", "bearer")) == client


def test_a_key_with_every_right_has_each():
    cabinet = Cabinet()
    _, header = cabinet.add(scopes=("admin",))
    client = cabinet.keys().client(header)
    assert client is not None
    assert all(client.may(scope) for scope in SCOPES)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda header: header[:-1] + ("0" if header[-1] != "0" else "1"),
        lambda header: header[:-1],
        lambda header: header + "0",
        lambda header: header + " ",
        lambda header: header.replace("Bearer ", ""),
        lambda header: header.replace("lk_", "LK_"),
        lambda header: header.swapcase(),
        lambda header: "Bearer lk_" + "0" * 16 + "_" + "0" * 64,
    ],
)
def test_anything_else_is_nobody(spoil):
    cabinet = Cabinet()
    _, header = cabinet.add()
    assert cabinet.keys().client(spoil(header)) is None


def test_keys_end():
    cabinet = Cabinet()
    keys = cabinet.keys()
    _, header = cabinet.add(expires_at=NOW + timedelta(seconds=1))
    assert keys.client(header) is not None
    cabinet.now += timedelta(seconds=1)
    assert keys.client(header) is None
    assert cabinet.asked == 1


def test_a_revocation_holds_within_five_seconds():
    assert TRUSTED_FOR < 5
    cabinet = Cabinet()
    keys = cabinet.keys()
    key, header = cabinet.add()
    assert keys.known_client(header) is None
    assert keys.client(header) is not None
    cabinet.stored[key] = replace(cabinet.stored[key], revoked_at=NOW)
    cabinet.seconds = TRUSTED_FOR - 0.01
    assert keys.known_client(header) is not None
    cabinet.seconds = TRUSTED_FOR
    assert keys.known_client(header) is None
    assert keys.client(header) is None
    assert cabinet.asked == 2


def test_storage_is_asked_once_for_a_key_that_does_not_exist():
    cabinet = Cabinet()
    keys = cabinet.keys()
    header = "Bearer lk_" + "0" * 16 + "_" + "0" * 64
    assert [keys.client(header) for _ in range(5)] == [None] * 5
    assert cabinet.asked == 1


def test_guessing_ids_does_not_fill_the_memory():
    cabinet = Cabinet()
    keys = cabinet.keys()
    for number in range(MOST_REMEMBERED + 10):
        keys.client(f"Bearer lk_{number:016x}_{'0' * 64}")
    assert len(keys._seen) <= MOST_REMEMBERED


def test_a_database_that_is_away_refuses_nobody_for_good():
    def away(_: str) -> None:
        raise Unavailable("the database is away")

    keys = Keys(away, lambda: NOW, lambda: 0.0)
    with pytest.raises(Unavailable):
        keys.client("Bearer lk_" + "0" * 16 + "_" + "0" * 64)


def test_a_key_is_served_until_it_is_revoked(app: Flask, parts: Parts, monkeypatch):
    text = give_key(parts)
    till = Till(app, text)
    assert till.get("/v1/rules").status_code == 200
    assert ApiKeys(parts.storage).revoke_key("shop", text.split("_")[1], NOW)
    service = app.extensions["loyalty"]
    later = service.clock.monotonic() + TRUSTED_FOR
    monkeypatch.setattr(service.keys, "_monotonic", lambda: later)
    assert till.get("/v1/rules").status_code == 401


def test_a_key_past_its_end_is_refused(app: Flask, parts: Parts, clock: StoppedClock):
    till = Till(app, give_key(parts, expires_at=NOW + timedelta(hours=1)))
    assert till.get("/v1/rules").status_code == 200
    clock.advance(timedelta(hours=1))
    assert till.get("/v1/rules").status_code == 401


def test_an_operation_is_seen_by_the_key_that_wrote_it_only(app: Flask, parts: Parts, till: Till):
    till.enrol()
    told = {"unit": "points", "points": 5, "reason": "x", "by": "y"}
    headers = {"Idempotency-Key": "mine"}
    path = "/v1/members/ada/adjustments"
    first = till.send("POST", path, told, headers=headers)
    assert first.status_code == 201
    second = Till(app, give_key(parts))
    assert second.get("/v1/operations/mine").status_code == 404
    theirs = second.send("POST", path, told, headers=headers)
    assert (theirs.status_code, theirs.headers.get("Idempotent-Replayed")) == (201, None)
    assert theirs.json["version"] == first.json["version"] + 1


def test_every_scope_is_used_and_documented():
    used = {call.scope for calls in all_calls() for call in calls.declared}
    # The last one opens no call: it decides how much a refusal says.
    assert used | {"admin", "vouchers:details"} == set(SCOPES)
    text = (DOCS / "api-keys.md").read_text()
    for scope, says in SCOPES.items():
        assert f"`{scope}`" in text
        assert says in text
