"""API keys: how they are made, read from a request, checked and remembered for a moment."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

PREFIX = "lk_"
TRUSTED_FOR = 4.0
"""Seconds a key is not looked up again: with the look-up itself, a revocation holds within 5."""
MOST_REMEMBERED = 10_000

SCOPES = {
    "members:read": "read profiles, balances, entries and tiers",
    "members:write": "enrol members and change their profiles",
    "purchases:read": "read receipts and explanations",
    "purchases:write": "record, correct and cancel purchases, record returns, claim",
    "quotes": "quote purchases, reserve and let go",
    "holds": "set points aside, capture and release them",
    "rewards": "read the catalogue, take rewards and give them back",
    "vouchers": "check, use and give back codes",
    "vouchers:read": "read the vouchers of members, with their codes",
    "vouchers:details": "be told why a code or a gift card is refused",
    "gift_cards:read": "look gift cards and store credit up",
    "gift_cards:hold": "set value of gift cards aside, capture and release it",
    "gift_cards:write": "make, load, block, replace and extend gift cards, give store credit",
    "referrals:review": "see how members came, release and refuse referrals",
    "adjust": "correct points, give vouchers and tiers by hand, merge members, take gifts back",
    "rules:read": "read the rulebook in force",
    "integrity:read": "run the ledger's own proof",
    "admin": "everything above",
}

_HEADER = re.compile(r"(?i:Bearer) +lk_([0-9a-z]{4,40})_([0-9A-Za-z]{16,128})")


class StoredKey(Protocol):
    """A key as storage keeps it."""

    @property
    def program(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def secret_hash(self) -> bytes: ...
    @property
    def scopes(self) -> Collection[str]: ...
    @property
    def expires_at(self) -> datetime | None: ...
    @property
    def revoked_at(self) -> datetime | None: ...


FindKey = Callable[[str], StoredKey | None]
"""Looks a key up by its id. May raise Unavailable."""


def new_key() -> tuple[str, str, bytes]:
    """A fresh key: its id, the whole text to show once, and the hash to keep."""
    key, secret = secrets.token_hex(8), secrets.token_hex(32)
    return key, f"{PREFIX}{key}_{secret}", hash_of(secret)


def hash_of(secret: str) -> bytes:
    """What is kept of a secret. It has 256 random bits, so nothing slower is needed."""
    return hashlib.sha256(secret.encode("ascii")).digest()


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks: the key's id, its programme, and what it may do."""

    program: str
    id: str
    scopes: frozenset[str]

    def may(self, scope: str) -> bool:
        return scope in self.scopes or "admin" in self.scopes


@dataclass(frozen=True, slots=True)
class _Seen:
    """What storage said of a key id, and until when that is believed (monotonic seconds)."""

    until: float
    stored: StoredKey | None
    client: Client | None


class Keys:
    """The keys this process has seen lately, in front of storage's."""

    def __init__(
        self, find: FindKey, now: Callable[[], datetime], monotonic: Callable[[], float]
    ) -> None:
        self._find = find
        self._now = now
        self._monotonic = monotonic
        self._seen: dict[str, _Seen] = {}

    def client(self, header: str) -> Client | None:
        """Whose key an Authorization header carries; None when it is not valid.

        Looks it up where it has not been seen for a while; may raise Unavailable.
        """
        return self._client(header, look_up=True)

    def known_client(self, header: str) -> Client | None:
        """As client(), without ever asking storage: None may also mean that it has to be asked."""
        return self._client(header, look_up=False)

    def _client(self, header: str, *, look_up: bool) -> Client | None:
        found = _HEADER.fullmatch(header)
        if found is None:
            return None
        key, secret = found.groups()
        seen = self._seen.get(key)
        if seen is None or self._monotonic() >= seen.until:
            if not look_up:
                return None
            seen = self._look_up(key)
        return seen.client if seen.stored and self._is_valid(seen.stored, secret) else None

    def _look_up(self, key: str) -> _Seen:
        until = self._monotonic() + TRUSTED_FOR
        stored = self._find(key)
        client = Client(stored.program, stored.key, frozenset(stored.scopes)) if stored else None
        if len(self._seen) >= MOST_REMEMBERED:  # somebody is guessing
            self._seen.clear()
        seen = self._seen[key] = _Seen(until, stored, client)
        return seen

    def _is_valid(self, stored: StoredKey, secret: str) -> bool:
        return (
            hmac.compare_digest(hash_of(secret), stored.secret_hash)
            and stored.revoked_at is None
            and (stored.expires_at is None or self._now() < stored.expires_at)
        )
