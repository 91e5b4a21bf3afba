"""When a kept balance has what an event tells, and need not be read again."""

from __future__ import annotations

import pytest

from loyalty_engine.use_cases.points.refresh_balance import shows_event


def kept(version: int, tier: str = "base") -> bytes:
    return b'{"member":"ada","units":{},"tier":"%s","version":%d}' % (tier.encode(), version)


def told(version: int, tier: str | None = "base") -> bytes:
    named = b"" if tier is None else b',"tier":{"before":"base","after":"%s"}' % tier.encode()
    return b'{"member":1,"version":%d%s}' % (version, named)


@pytest.mark.parametrize(
    ("balance", "event", "shows"),
    [
        (kept(5), told(4), True),
        (kept(5), told(6), False),
        (kept(5), told(5), True),
        (kept(5), told(5, "gold"), False),
        (kept(5, "gold"), told(5, "gold"), True),
        (kept(5), told(5, None), False),
        (kept(6), told(5, None), True),
        (b"no json", told(5), False),
        (kept(5), b"[]", False),
    ],
)
def test_a_kept_balance_shows_an_event(balance: bytes, event: bytes, shows: bool) -> None:
    assert shows_event(balance, event) is shows
