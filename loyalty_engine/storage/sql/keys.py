"""API keys as they are stored: an id to find them by, and the hash of a secret to check."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from loyalty_engine.ports import Taken
from loyalty_engine.storage.sql.inserts import insert_one
from loyalty_engine.storage.sql.instants import instant, instant_or_none, micros, micros_or_none
from loyalty_engine.storage.sql.reading.room import here
from loyalty_engine.storage.sql.statements import Statement, var
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.storage.sql.tables import api_keys


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A caller's key. `key` is its public part, `secret_hash` the SHA-256 of the rest."""

    program: str
    key: str
    secret_hash: bytes
    scopes: tuple[str, ...]
    label: str
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None


_ADD = insert_one(api_keys, unique=lambda values: Taken("key", str(values[1])))
_FIND = Statement(select(*api_keys.columns).where(api_keys.c.key == var("p_key")), "p_key")
_LIST = Statement(
    select(*api_keys.columns).where(here(api_keys)).order_by(api_keys.c.created_at, api_keys.c.key),
    "p_program",
)
_REVOKE = Statement(
    update(api_keys)
    .where(here(api_keys), api_keys.c.key == var("p_key"))
    .values(revoked_at=func.coalesce(api_keys.c.revoked_at, var("p_now"))),
    "p_program",
    "p_key",
    "p_now",
)


class ApiKeys:
    """The keys of all programmes."""

    def __init__(self, storage: SqlStorage) -> None:
        self._storage = storage

    def add_key(self, key: ApiKey) -> None:
        """Keep a new key; raises `ports.Taken` if its id is in use, in any programme."""
        row = (
            key.program, key.key, key.secret_hash, " ".join(key.scopes), key.label,
            micros(key.created_at), micros_or_none(key.expires_at),
            micros_or_none(key.revoked_at),
        )  # fmt: skip
        with self._storage.wire(writes=True) as wire:
            if wire.ask((_FIND, (key.key,)))[0].rows:
                raise Taken("key", key.key)
            wire.tell(_ADD, row)
            wire.commit()

    def find_key(self, key: str) -> ApiKey | None:
        """The key with this id, expired and revoked ones too."""
        rows = self._storage.ask((_FIND, (key,)))
        return _key_of(rows[0]) if rows else None

    def list_keys(self, program: str) -> Sequence[ApiKey]:
        """All keys of a programme, oldest first."""
        return [_key_of(row) for row in self._storage.ask((_LIST, (program,)))]

    def revoke_key(self, program: str, key: str, now: datetime) -> bool:
        """End a key for good; False if the programme has none by this id."""
        return self._storage.write((_REVOKE, (program, key, micros(now))))[0].touched == 1


def _key_of(row: Any) -> ApiKey:
    program, key, secret_hash, scopes, label, created_at, expires_at, revoked_at = row
    return ApiKey(
        program, key, secret_hash, tuple(scopes.split()), label, instant(created_at),
        instant_or_none(expires_at), instant_or_none(revoked_at),
    )  # fmt: skip
