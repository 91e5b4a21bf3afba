"""What the service is measured with: its programme, members, requests, and what they send."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from benchmarks import rule_generator
from benchmarks.load import request
from benchmarks.rig import PROGRAM, Rig
from loyalty_engine.bootstrap import new_number
from loyalty_engine.domain.money import MILLI
from loyalty_engine.domain.purchase import Purchase
from loyalty_engine.ports import Address
from loyalty_engine.use_cases.calling import Caller
from loyalty_engine.use_cases.members.enrolling import add_member, new_member
from loyalty_engine.use_cases.purchases.quote_purchase import quote_purchase
from loyalty_engine.use_cases.purchases.record_purchase import record_purchase

LINES, RULES, MEMBERS = 5, 100, 2000
TEMPLATE, MARKER = "m-template", "TEMPLATE-PURCHASE-ID"
VERSION = 1_000_003
"""The template member's version: a number that stands for nothing else."""


def rules() -> dict[str, str]:
    """A programme of 100 rules of which few match the basket."""
    quiet = [rule_generator.basket(LINES)]
    drafts = rule_generator.drafts(RULES + 60, quiet)
    # Limits by member and day cost two statements more; without them the purchase is the ordinary one.
    return rule_generator.source_of([it for it in drafts if "limits" not in it.more][:RULES])


def purchase(id: str, member: str) -> Purchase:
    """Five lines, bought a moment ago."""
    facts = rule_generator.basket(LINES)
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=30)
    return replace(
        facts.purchase, id=id, member=member, occurred_at=at, payments=(), spend={}, vouchers=()
    )


def body(bought: Purchase) -> bytes:
    """The purchase as the API takes it."""
    lines = []
    for line in bought.lines:
        assert line.quantity_milli % MILLI == 0
        lines.append(
            {
                "id": line.id,
                "sku": line.sku,
                "category": line.category,
                "brand": line.brand,
                "quantity": line.quantity_milli // MILLI,
                "unit_price": line.unit_price,
                "discount": 0,
                "tax": 0,
            }
        )
    told = {
        "member": bought.member,
        "occurred_at": bought.occurred_at.isoformat(),
        "store": bought.store,
        "touchpoint": bought.touchpoint,
        "currency": bought.currency,
        "lines": lines,
    }
    return json.dumps(told).encode()


def enrol(rig: Rig, count: int) -> None:
    """Members m-0, m-1 and so on, and the template."""
    engine = rig.parts.engine
    program = engine.rulebooks.current(PROGRAM).program
    since = datetime.now(UTC) - timedelta(days=100)
    names = [TEMPLATE, *(f"m-{number}" for number in range(count))]
    for start in range(0, len(names), 200):
        with rig.parts.storage.begin(PROGRAM, datetime.now(UTC)) as work:
            for name in names[start : start + 200]:
                add_member(work, new_member(engine, program, name, since, work.now))


@contextmanager
def _captured(rig: Rig) -> Iterator[list[list[tuple[str, Any]]]]:
    tally = rig.parts.storage.tally
    tally.keeps_texts, tally.texts = True, []
    found: list[list[tuple[str, Any]]] = []
    yield found
    found.extend(tally.texts)
    tally.keeps_texts, tally.texts = False, []


def capture(rig: Rig) -> dict[str, Any]:
    """The statements of one quote and one purchase, with their markers, as JSON can hold them."""
    engine = rig.parts.engine
    with rig.parts.storage.read(PROGRAM) as view:
        member = view.find_member(Address("member", TEMPLATE))
    assert member is not None
    raw = rig.raw()
    raw.execute("UPDATE accounts SET version = $1 WHERE account = $2", (VERSION, member.account))
    raw.close()
    caller = Caller(PROGRAM, "bench", datetime.now(UTC))
    with _captured(rig) as quote:
        quote_purchase(engine, caller, purchase("Q", TEMPLATE), False)
    with _captured(rig) as record:
        answer = record_purchase(engine, caller, purchase(MARKER, TEMPLATE))
    places = _places(rig, record[0], member.number)
    return {
        "member": TEMPLATE,
        "purchase": MARKER,
        "number": member.number,
        "version": VERSION,
        "quote": _told(quote),
        "record": _told(record),
        "receipt": base64.b64encode(answer.body).decode(),
        **places,
    }


def _places(rig: Rig, trip: list[tuple[str, Any]], number: int) -> dict[str, int]:
    """Where in the locked row the member's number and the account's version stand."""
    raw = rig.raw()
    for sql, values in trip:
        cursor = raw.execute(sql, values)
        for row in cursor.fetchall() if cursor.description else []:
            versions = [i for i, it in enumerate(row) if type(it) is int and it > VERSION - 1
                        and it < VERSION + 12]  # fmt: skip
            if number in row and versions:
                raw.close()
                return {
                    "row_width": len(row),
                    "number_at": row.index(number),
                    "version_at": versions[0],
                }
    raise RuntimeError("no statement of the first round trip answers the member's row")


def _told(trips: list[list[tuple[str, Any]]]) -> list[list[tuple[str, list[Any]]]]:
    return [[(sql, [_value(value) for value in values]) for sql, values in trip] for trip in trips]


def _value(value: Any) -> Any:
    if isinstance(value, bytes | bytearray | memoryview):
        return {"bytes": base64.b64encode(bytes(value)).decode()}
    return value


def write_facts(rig: Rig) -> Path:
    """Leave the captured statements where the bare application finds them."""
    path = rig.folder / "bare.json"
    path.write_text(json.dumps(capture(rig)))
    return path


class Requests:
    """Endless requests, each with its own purchase id."""

    def __init__(self, rig: Rig, tag: str) -> None:
        self.key, self.tag = rig.key, tag
        self.random = Random(tag)
        self.number = 0
        self.head, self.tail = body(purchase("x", "@@")).split(b"@@")

    def body(self, member: str) -> bytes:
        """The purchase for this member."""
        return self.head + member.encode() + self.tail

    def _member(self) -> str:
        return f"m-{self.random.randrange(MEMBERS)}"

    def records(self, bare: bool) -> Iterator[bytes]:
        """A new purchase each."""
        while True:
            self.number += 1
            member, name = self._member(), f"P-{self.tag}-{self.number}"
            path = f"/record/{member}/{name}" if bare else f"/v1/purchases/{name}"
            yield request("PUT", path, self.key, self.body(member))

    def quotes(self, bare: bool) -> Iterator[bytes]:
        """A quote each."""
        while True:
            member = self._member()
            path = f"/quote/{member}" if bare else "/v1/quotes"
            yield request("POST", path, self.key, self.body(member))

    def look_ups(self, bare: bool) -> Iterator[bytes]:
        """A balance each."""
        while True:
            member = self._member()
            path = f"/balance/{member}" if bare else f"/v1/members/{member}/balance"
            yield request("GET", path, self.key)


def fill_bare_cache(rig: Rig) -> None:
    """The same bytes under the bare application's own keys."""
    import redis

    from loyalty_engine.use_cases.points.show_balance import read_balance

    client = redis.Redis.from_url(rig.redis.url)
    for number in range(MEMBERS):
        shown = read_balance(rig.parts.engine, PROGRAM, f"m-{number}", datetime.now(UTC))
        assert shown is not None
        client.set(f"bare:m-{number}", shown.body)


def million(rig: Rig, count: int) -> None:
    """So many members more, straight into the tables: nothing of the engine is measured here."""
    raw = rig.raw()
    base = new_number() & ~0xFFFFFFFF
    columns = [row[0] for row in raw.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'members' "
        "AND table_schema = 'public' ORDER BY ordinal_position"
    ).fetchall()]  # fmt: skip
    told = {"member": f"{base} + n", "account": f"{base} + n", "id": "'z-' || n"}
    picked = ", ".join(told.get(name, f"m.{name}") for name in columns)
    raw.execute("SET synchronous_commit = off")
    raw.execute(
        f"INSERT INTO members ({', '.join(columns)}) SELECT {picked} "
        f"FROM generate_series(0, {count - 1}) AS n, "
        "(SELECT * FROM members WHERE id = 'm-0') AS m"
    )
    raw.execute(
        f"INSERT INTO accounts (program, account, version, skipped) "
        f"SELECT '{PROGRAM}', {base} + n, 0, 0 FROM generate_series(0, {count - 1}) AS n"
    )
    raw.execute(
        f"INSERT INTO addresses (program, kind, value, member) SELECT '{PROGRAM}', 'member', "
        f"'z-' || n, {base} + n FROM generate_series(0, {count - 1}) AS n"
    )
    raw.execute("ANALYZE")
    raw.close()
