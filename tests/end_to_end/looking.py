"""Tills that buy and look up what they have bought, and keep a book of what must be shown."""

from __future__ import annotations

import threading
import time
import urllib.request
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

from tests.end_to_end.running import Running

BEHIND = 5.0
"""Seconds by which a look-up may be behind."""


@dataclass
class Book:
    """What one member was answered: each version's balance, and when it was acknowledged."""

    available: dict[int, int] = field(default_factory=lambda: {0: 0})
    acknowledged: list[tuple[float, int]] = field(default_factory=list)

    def least(self, at: float) -> int:
        """The version that a look-up sent at `at` must show at least."""
        return max((v for then, v in self.acknowledged if then <= at - BEHIND), default=0)


class Lookers:
    """So many tills, each with a member of its own that nobody else buys for.

    Each buys, looks its receipt's version up and then looks again without naming one; others look
    all members up meanwhile. What was answered wrongly is noted in `surprises`.
    """

    def __init__(self, service: Running, name: str, tills: int = 3, others: int = 2) -> None:
        self.service = service
        self.members = [f"{name}-{number}" for number in range(tills)]
        self.books = {member: Book() for member in self.members}
        self.stopping = threading.Event()
        self.surprises: list[str] = []
        self.latencies: list[float] = []
        self.seen: list[tuple[str, int, int]] = []
        for member in self.members:
            assert service.send("PUT", f"/v1/members/{member}", {})[0] == 201
        self._threads = [
            *(threading.Thread(target=self._guarded, args=(self._sell, m)) for m in self.members),
            *(threading.Thread(target=self._guarded, args=(self._look, n)) for n in range(others)),
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        for thread in self._threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in self._threads)

    def _guarded(self, work: Any, about: Any) -> None:
        try:
            work(about)
        except Exception as error:  # noqa: BLE001 - a test must hear of it, whatever it is
            self.surprises.append(f"{about}: {error!r}")

    def _sell(self, member: str) -> None:
        book, number = self.books[member], 0
        while not self.stopping.is_set() and not self.surprises:
            number += 1
            body = {
                "member": member,
                "occurred_at": datetime.now(UTC).isoformat(),
                "currency": "EUR",
                "lines": [{"id": "1", "sku": "A", "quantity": 1, "unit_price": number * 100}],
            }
            status, told = self._send("PUT", f"/v1/purchases/{member}-{number}", body)
            if status != 201:
                self.surprises.append(f"{member}-{number}: {status} {told}")
                return
            version, available = told["version"], told["balance"]["points"]["available"]
            book.available[version] = available
            book.acknowledged.append((time.monotonic(), version))
            shown = self._balance(member, f"?min_version={version}")
            if shown != (version, available):
                self.surprises.append(f"{member}: {shown} instead of {(version, available)}")
            self._look_once(member)

    def _look(self, number: int) -> None:
        while not self.stopping.is_set() and not self.surprises:
            number += 1
            self._look_once(self.members[number % len(self.members)])

    def _look_once(self, member: str) -> None:
        least = self.books[member].least(time.monotonic())
        version, available = self._balance(member)
        self.seen.append((member, version, available))
        if version < least:
            self.surprises.append(f"{member}: {version} is more than {BEHIND} s behind {least}")

    def _balance(self, member: str, query: str = "") -> tuple[int, int]:
        began = time.monotonic()
        status, told = self._send("GET", f"/v1/members/{member}/balance{query}")
        self.latencies.append(time.monotonic() - began)
        assert status == 200, f"{status} {told}"
        return told["version"], told["units"]["points"]["available"]

    def _send(
        self, method: str, path: str, body: dict[str, Any] | None = None
    ) -> tuple[int, dict[str, Any]]:
        return self.service.send(method, path, body, seconds=15)

    def wrong(self) -> list[tuple[str, int, int]]:
        """Look-ups that showed another balance than the receipt of the version they named."""
        return [it for it in self.seen if self.books[it[0]].available.get(it[1]) != it[2]]

    def percentile(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[int(share * len(ordered))]


def hits(service: Running) -> float:
    """How many look-ups Redis has answered."""
    with urllib.request.urlopen(f"http://127.0.0.1:{service.port}/metrics") as answer:
        lines = answer.read().decode().splitlines()
    return sum(
        float(line.rpartition(" ")[2])
        for line in lines
        if line.startswith("loyalty_balance_cache") and "hits" in line
    )


def answered_by_redis(service: Running, member: str, seconds: float = 15) -> bool:
    """Whether Redis comes to answer look-ups within so many seconds."""
    began, end = hits(service), time.monotonic() + seconds
    while time.monotonic() < end:
        service.send("GET", f"/v1/members/{member}/balance")
        if hits(service) > began:
            return True
        time.sleep(0.2)
    return False
