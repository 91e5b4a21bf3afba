"""What was asked in one form: a repetition stays one across versions that know more fields."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from loyalty_engine.domain.purchase import Applied, Identifier, Line, LineKind, Payment, Purchase
from loyalty_engine.domain.requests import Return, ReturnLine
from loyalty_engine.use_cases.canonical import fingerprint
from loyalty_engine.use_cases.deciding.codec import body_of, purchase_of

AT = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
PURCHASE = Purchase(
    "T-1",
    AT,
    "EUR",
    (Line("1", "COFFEE", 2000, 450, "grocery/coffee"), Line("2", "TEA", 500, 1000)),
    member="ada",
    payments=(Payment("card", 1400),),
)

AT_ONCE = """
import sys
from threading import Barrier, Thread
from tests.use_cases.test_canonical import PURCHASE
from loyalty_engine.use_cases import canonical

sys.setswitchinterval(1e-6)
told = []

def ask(barrier):
    barrier.wait()
    told.append(canonical.fingerprint(PURCHASE))

for _ in range(100):
    canonical._struct.cache_clear()
    barrier = Barrier(6)
    threads = [Thread(target=ask, args=(barrier,)) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
print(len(told), len(set(told)))
"""
"""The first requests of a process, a hundred times over."""


def test_the_first_requests_of_a_process_may_come_at_once():
    """In a process of its own: it has ended by a segmentation fault."""
    command = [sys.executable, "-c", AT_ONCE]
    ran = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (ran.returncode, ran.stdout.split()) == (0, ["600", "1"]), ran.stderr[-1000:]


def test_the_fingerprint_of_a_purchase_stays_what_it_is():
    """A till may send a purchase again after an upgrade. If this changes, it is refused with 409."""
    expected = "b394aa020d1fb3afe00dfcea1a5b55243ceb7abc2b904f4dacfe4412cf524f93"
    assert fingerprint(PURCHASE).hex() == expected


def test_fields_that_say_nothing_new_change_nothing():
    @dataclass(frozen=True)
    class Before:
        sku: str
        lines: tuple[ReturnLine, ...]
        brand: str = ""

    @dataclass(frozen=True)
    class Part:
        line: str
        quantity_milli: int
        kind: LineKind = LineKind.GOODS

    @dataclass(frozen=True)
    class After:
        sku: str
        lines: tuple[Part, ...]
        kept: bool = False
        tags: Mapping[str, str] = field(default_factory=dict)
        parts: tuple[Part, ...] = ()
        other: Part | None = None
        brand: str = ""

    before = Before("A", (ReturnLine("1", 1000),))
    after = After("A", (Part("1", 1000),))
    assert fingerprint(before) == fingerprint(after)
    assert fingerprint([before, {"x": before}]) == fingerprint([after, {"x": after}])
    told = [
        replace(after, kept=True),
        replace(after, tags={"a": ""}),
        replace(after, parts=(Part("1", 1000),)),
        replace(after, other=Part("1", 1000)),
        replace(after, lines=(Part("1", 1000, LineKind.SHIPPING),)),
        replace(after, brand="Acme"),
        after,
    ]
    assert len({fingerprint(each) for each in told}) == len(told)


def test_whatever_differs_tells_purchases_apart():
    line = PURCHASE.lines[0]
    told = [
        PURCHASE,
        replace(PURCHASE, revision=2),
        replace(PURCHASE, member=None, identifier=Identifier("card", "ada")),
        replace(PURCHASE, lines=(replace(line, kind=LineKind.DEPOSIT), PURCHASE.lines[1])),
        replace(PURCHASE, lines=(replace(line, applied=(Applied("r", 1),)), PURCHASE.lines[1])),
        replace(PURCHASE, lines=PURCHASE.lines[::-1]),
        replace(PURCHASE, spend={"points": 1}),
    ]
    assert len({fingerprint(each) for each in told}) == len(told)
    back = Return("R-1", AT, (ReturnLine("1", 1000),))
    exchanged = [replace(back, exchange=each) for each in told]
    assert len({fingerprint(each) for each in [back, *exchanged]}) == 1 + len(told)


def test_a_stored_purchase_is_the_purchase_without_who_it_was():
    line = replace(PURCHASE.lines[0], kind=LineKind.SHIPPING, attributes={"organic": True})
    bought = replace(PURCHASE, lines=(line,), spend={"points": 5}, vouchers=("V",))
    assert purchase_of(body_of(bought)) == replace(bought, member=None)
    carded = replace(bought, member=None, identifier=Identifier("card", "4711"))
    assert body_of(carded) == body_of(bought)
    assert purchase_of(body_of(bought)).lines[0].kind is LineKind.SHIPPING
