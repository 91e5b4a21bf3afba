"""Bad input of every class: a clear 4xx problem, and the database is as it was, to the byte."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from loyalty_engine.api.app import create_app
from loyalty_engine.clock import StoppedClock
from tests.api.service import NOW, Till, basket, give_key, line, open_parts, settings_for

PURCHASE = "/v1/purchases/T-9"


@dataclass
class Shop:
    """A shop with one member and one purchase, and a look at everything that is stored."""

    till: Till
    database: Path

    def state(self) -> str:
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)
        text = "\n".join(connection.iterdump())
        connection.close()
        return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("shop")
    parts = open_parts(settings_for(folder), StoppedClock(NOW))
    till = Till(create_app(parts), give_key(parts))
    till.enrol("ada", identifiers=[{"kind": "card", "value": "1"}])
    till.enrol("bob", identifiers=[{"kind": "card", "value": "2"}])
    till.buy("T-1", line("a", 1000, 2))
    till.buy("T-2", line("a", 1000, 2))
    till.post("/v1/purchases/T-2/cancel")
    yield Shop(till, folder / "loyalty.db")
    parts.storage.close()


@dataclass(frozen=True)
class Case:
    """One bad request; `says` is a status or a code, or None for any 4xx."""

    name: str
    method: str
    path: str
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    says: int | str | None = None

    def __str__(self) -> str:
        return self.name


def raw(name: str, body: bytes, says: int | str | None = None, **headers: str) -> Case:
    told = {key.replace("_", "-"): value for key, value in headers.items()}
    return Case(name, "PUT", PURCHASE, body, told, says)


def purchase(name: str, says: int | str | None = 422, **changes: Any) -> Case:
    return Case(name, "PUT", PURCHASE, basket(**changes), says=says)


def one_line(name: str, says: int | str | None = 422, **changes: Any) -> Case:
    told = line(**changes)
    told = {key: value for key, value in told.items() if value is not ...}
    return Case(name, "PUT", PURCHASE, basket(told), says=says)


GOOD = json.dumps(basket()).encode()
DEEP = b'{"lines":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
JSON_FORM = [
    raw("nothing", b"", "body_missing"),
    raw("blank", b"  \n", "malformed_json"),
    raw("null", b"null", 422),
    raw("list", b"[]", 422),
    raw("text", b'"a"', 422),
    raw("number", b"1", 422),
    raw("true", b"true", 422),
    raw("empty object", b"{}", 422),
    raw("half an object", b'{"member": "ada"', "malformed_json"),
    raw("trailing comma", b'{"member": "ada",}', "malformed_json"),
    raw("two objects", b"{} {}", "malformed_json"),
    raw("single quotes", b"{'member': 'ada'}", "malformed_json"),
    raw("comment", b"/* */ {}", "malformed_json"),
    raw("nested without end", DEEP, "malformed_json"),
    raw("60,000 keys", json.dumps({str(n): n for n in range(60_000)}).encode(), 422),
    raw("a key twice", GOOD.replace(b'"store"', b'"member": "bob", "store"'), "duplicate_key"),
    raw("a key twice, escaped", GOOD[:-1] + b', "mem\\u0062er": "bob"}', "duplicate_key"),
    raw("a key twice in a line", GOOD.replace(b'"sku"', b'"unit_price":1,"sku"'), "duplicate_key"),
    raw("byte order mark", b"\xef\xbb\xbf" + GOOD, "malformed_json"),
    raw("UTF-16", GOOD.decode().encode("utf-16"), "malformed_json"),
    raw("UTF-32", GOOD.decode().encode("utf-32"), "malformed_json"),
    raw("Latin-1", GOOD.replace(b"lyon-2", "Orléans".encode("latin-1")), "malformed_json"),
    raw("overlong UTF-8", GOOD.replace(b"lyon-2", b"a\xc0\xaf"), "malformed_json"),
    raw("surrogate in UTF-8", GOOD.replace(b"lyon-2", b"\xed\xa0\x80"), "malformed_json"),
    raw("lone surrogate", GOOD.replace(b"lyon-2", b"\\ud800"), "malformed_json"),
    raw("lone surrogate in a key", GOOD.replace(b'"store"', b'"\\udfff"'), "malformed_json"),
    raw("NUL in a key", GOOD.replace(b'"store"', b'"sto\\u0000re"'), 422),
    raw("raw NUL", GOOD.replace(b"lyon-2", b"ly\x00on"), "malformed_json"),
    raw("NaN", GOOD.replace(b"1000", b"NaN"), "malformed_json"),
    raw("Infinity", GOOD.replace(b"1000", b"Infinity"), "malformed_json"),
    raw("minus Infinity", GOOD.replace(b"1000", b"-Infinity"), "malformed_json"),
    raw("5,000 digits", GOOD.replace(b"1000", b"9" * 5000), "malformed_json"),
    raw("too large", b'{"x":"' + b"a" * 2**20 + b'"}', 413),
    raw("form", b"member=ada", 415, Content_Type="application/x-www-form-urlencoded"),
    raw("XML", b"<purchase/>", 415, Content_Type="application/xml"),
    raw("text/json", GOOD, 415, Content_Type="text/json"),
    raw("no type", GOOD, 415, Content_Type=""),
    raw("other charset", GOOD, 415, Content_Type="application/json; charset=utf-16"),
    raw("made-up charset", GOOD, 415, Content_Type="application/json; charset=klingon"),
    raw("gzip", b"\x1f\x8b", 415, Content_Encoding="gzip"),
    raw("multipart", b"--x--", 415, Content_Type="multipart/form-data; boundary=x"),
    raw("pickle", b"\x80\x04K\x01.", "malformed_json"),
    raw("YAML", b"member: ada", "malformed_json"),
]
NUMBERS = [
    one_line(f"{name} as a price", unit_price=value)
    for name, value in {
        "negative": -1,
        "fraction": 9.5,
        "whole float": 1000.0,
        "exponent": 1e3,
        "boolean": True,
        "text": "1000",
        "null": None,
        "list": [1000],
        "object": {"amount": 1},
        "2^63": 2**63,
        "10^12 + 1": 10**12 + 1,
        "10^30": 10**30,
    }.items()
] + [
    one_line(f"{value!r} as a quantity", quantity=value)
    for value in (0, -1, 0.5, True, "0", "-1", "1.0001", "1e3", "", "٣", None, 10**7, "1,5")
] + [
    one_line("fractional tax", tax=0.1),
    one_line("negative discount", discount=-5),
    purchase("negative payment", payments=[{"method": "card", "amount": -1}]),
    purchase("revision 0", revision=0),
    purchase("revision true", revision=True),
    purchase("no points spent", spend={"points": 0}),
    purchase("negative points spent", spend={"points": -500}),
    purchase("points spent as text", spend={"points": "5"}),
    purchase("10^13 points spent", spend={"points": 10**13}),
]  # fmt: skip
TEXT = [
    purchase(f"{name} in an id", member=value)
    for name, value in {
        "NUL": "a\x00b",
        "line break": "a\nb",
        "escape": "a\x1b[31m",
        "right-to-left override": "a\u202eb",
        "isolate": "a\u2067b",
        "left-to-right mark": "a\u200e",
        "zero width space": "a\u200b",
        "byte order mark": "\ufeffada",
        "soft hyphen": "a\u00adda",
        "noncharacter": "a\uffff",
        "private use": "a\ue000",
        "replacement character": "a\ufffd",
        "Hangul filler": "\u3164",
        "space": "a b",
        "only a space": " ",
        "129 characters": "x" * 129,
        "9,000 characters": "x" * 9000,
        "no characters": "",
        "number": 5,
        "boolean": True,
        "null": None,
        "list": ["ada"],
        "object": {"$ne": None},
        "dots": "..",
    }.items()
] + [
    purchase("NUL in a store", store="a\x00"),
    purchase("long store", store="x" * 129),
    purchase("NUL in a payment", payments=[{"method": "\x00", "amount": 1}]),
    one_line("NUL in a sku", sku="\x00"),
    one_line("NUL in an attribute", attributes={"a": "\x00"}),
    one_line("NUL in an attribute's name", attributes={"\x00": 1}),
    one_line("empty attribute name", attributes={"": 1}),
    one_line("nested attribute", attributes={"a": {"b": 1}}),
    one_line("51 attributes", attributes={f"a{n}": n for n in range(51)}),
    one_line("long attribute", attributes={"a": "x" * 501}),
    one_line("category with an empty step", category="a//b"),
    Case("bad reason", "POST", "/v1/members/ada/adjustments",
         {"unit": "points", "points": 1, "reason": "a\u202eb", "by": "x"}, says=422),
    Case("blank reason", "POST", "/v1/members/ada/adjustments",
         {"unit": "points", "points": 1, "reason": " ", "by": "x"}, says=422),
]  # fmt: skip
IDS_AND_PATHS = [
    Case(f"{name} in a path of {kind}", method, f"/v1/{kind}/{text}", body, says=says)
    for kind, method, body in (("members", "PUT", {}), ("purchases", "PUT", basket()))
    for name, text, says in (
        ("NUL", "%00", 422),
        ("invalid UTF-8", "%FF", 422),
        ("surrogate", "%ED%A0%80", 422),
        ("line break", "a%0Ab", 422),
        ("override", quote("a\u202eb"), 422),
        ("space", "a%20b", 422),
        ("dots", "%2E%2E", 422),
        ("nothing", "", 404),
        ("129 characters", "x" * 129, 422),
        ("traversal", "../../etc/passwd", 404),
        ("8,000 characters", "x" * 8000, 422),
    )
] + [
    Case("unknown member", "GET", "/v1/members/nobody", says=404),
    Case("SQL", "GET", "/v1/members/" + quote("' OR 1=1 --"), says=422),
    Case("bad return id", "PUT", "/v1/purchases/T-1/returns/%00", {}, says=422),
    Case("bad operation", "GET", "/v1/operations/%00", says=422),
    Case("long operation", "GET", "/v1/operations/" + "x" * 256, says=422),
    Case("bad limit", "GET", "/v1/members/ada/entries?limit=-1", says=422),
    Case("bad cursor", "GET", "/v1/members/ada/entries?after=%00", says=422),
    Case("unknown parameter", "GET", "/v1/members/ada?verbose=1", says=422),
    Case("parameter twice", "GET", "/v1/members/ada/entries?limit=1&limit=2", says=400),
    Case("bad identifier", "GET", "/v1/members?identifier=card", says=422),
    Case("no identifier", "GET", "/v1/members", says=422),
    Case("method", "DELETE", "/v1/members/ada", says=405),
]
DATES = [
    purchase(f"{value!r} as an instant", occurred_at=value)
    for value in (
        "", "yesterday", "2026-03-05", "2026-03-05T10:00:00", "2026-03-05T10:00Z",
        "2026-03-05 10:00:00Z", "2026-02-30T10:00:00Z", "2026-03-05T25:00:00Z",
        "2026-03-05T23:59:60Z", "2026-03-05T10:00:00+24:00", "2026-03-05T10:00:00+1:00",
        "0001-01-01T00:00:00Z", "0000-00-00T00:00:00Z", "9999-12-31T23:59:59-01:00",
        "10000-01-01T00:00:00Z", "2026-W10-4T10:00:00Z", "٢٠٢٦-03-05T10:12:00Z",
        1772701920, 1772701920.5, True, None, ["2026-03-05T10:00:00Z"],
        "2026-03-05T10:00:00[Europe/Paris]",
    )
] + [
    purchase("long ago", "occurred_too_long_ago", occurred_at="2020-01-01T00:00:00Z"),
    purchase("to come", "occurred_in_the_future", occurred_at="2026-03-06T00:00:00Z"),
    purchase("year 2199", "occurred_in_the_future", occurred_at="2199-12-31T00:00:00Z"),
    Case("enrolled in 9999", "PUT", "/v1/members/new", {"enrolled_at": "9999-01-01T00:00:00Z"},
         says=422),
    Case("balance to come", "GET", "/v1/members/ada/balance?as_of=2030-01-01T00:00:00Z", says=422),
    Case("balance of no date", "GET", "/v1/members/ada/balance?as_of=now", says=422),
]  # fmt: skip
NONSENSE = [
    purchase("other currency", "currency_differs", currency="USD"),
    purchase("no currency", currency="XXX"),
    purchase("small letters", currency="eur"),
    purchase("unknown touchpoint", "touchpoint_unknown", touchpoint="moon"),
    purchase("purchase of nobody's", "member_unknown", member="nobody"),
    purchase("member and identifier", identifier={"kind": "card", "value": "1"}),
    purchase("no lines", lines=[]),
    purchase("lines missing", lines=...),
    purchase("1,001 lines", lines=[line(str(n)) for n in range(1001)]),
    purchase("line twice", "line_twice", lines=[line("a"), line("a")]),
    purchase("unknown field", points=999),
    purchase("mass assignment", committed=True, tier="gold"),
    purchase("unknown unit", "unit_not_tender", spend={"gold": 5}),
    purchase("more points than there are", "insufficient_points", lines=[line(unit_price=10**6)],
             spend={"points": 10**5}),
    purchase("more points than it costs", None, spend={"points": 2000}),
    purchase("unknown reservation", None, reservation="R-none"),
    one_line("more off than it costs", "discount_above_price", discount=1001),
    one_line("more given than it costs", "discount_above_price",
             applied=[{"rule": "x", "amount": 1001}]),
    one_line("too much altogether", "amount_too_large", unit_price=10**12, quantity=10**6),
    Case("guest spends points", "PUT", PURCHASE, basket(member=..., spend={"points": 1}), says=422),
    Case("same id, other body", "PUT", "/v1/purchases/T-1", basket(line("a", 999)), says=409),
    Case("more back than bought", "PUT", "/v1/purchases/T-1/returns/R",
         {"occurred_at": "2026-03-05T10:30:00+01:00", "lines": [{"line": "a", "quantity": 3}]}),
    Case("no such line", "PUT", "/v1/purchases/T-1/returns/R",
         {"occurred_at": "2026-03-05T10:30:00+01:00", "lines": [{"line": "b", "quantity": 1}]}),
    Case("line twice back", "PUT", "/v1/purchases/T-1/returns/R",
         {"occurred_at": "2026-03-05T10:30:00+01:00",
          "lines": [{"line": "a", "quantity": 1}, {"line": "a", "quantity": 1}]}),
    Case("nothing back", "PUT", "/v1/purchases/T-1/returns/R",
         {"occurred_at": "2026-03-05T10:30:00+01:00", "lines": []}),
    Case("back before bought", "PUT", "/v1/purchases/T-1/returns/R",
         {"occurred_at": "2026-03-01T10:30:00+01:00", "lines": [{"line": "a", "quantity": 1}]}),
    Case("back from nothing", "PUT", "/v1/purchases/T-7/returns/R",
         {"occurred_at": "2026-03-05T10:30:00+01:00", "lines": [{"line": "a", "quantity": 1}]},
         says=404),
    Case("back from cancelled", "PUT", "/v1/purchases/T-2/returns/R",
         {"occurred_at": "2026-03-05T10:30:00+01:00", "lines": [{"line": "a", "quantity": 1}]},
         says=409),
    Case("cancel twice", "POST", "/v1/purchases/T-2/cancel", says=409),
    Case("claim a member's", "POST", "/v1/purchases/T-1/claim",
         {"member": "bob", "secret": "x"}, says=409),
    Case("card of another", "PUT", "/v1/members/bob",
         {"identifiers": [{"kind": "card", "value": "1"}]}, says="identifier_taken"),
    Case("card twice", "PUT", "/v1/members/bob",
         {"identifiers": [{"kind": "card", "value": "3"}, {"kind": "card", "value": "3"}]},
         says=422),
    Case("undeclared identifier", "PUT", "/v1/members/bob",
         {"identifiers": [{"kind": "passport", "value": "1"}]}, says="identifier_unknown"),
    Case("undeclared attribute", "PUT", "/v1/members/bob",
         {"attributes": {"religion": "x"}}, says="attribute_unknown"),
    Case("attribute of another type", "PUT", "/v1/members/bob",
         {"attributes": {"size": "large"}}, says="attribute_invalid"),
    Case("no such date", "PUT", "/v1/members/bob",
         {"attributes": {"birthday": "1990-02-30"}}, says="attribute_invalid"),
    Case("erase by status", "PUT", "/v1/members/bob", {"status": "erased"}, says=422),
    Case("unknown status", "PUT", "/v1/members/bob", {"status": "king"}, says=422),
    Case("unknown language", "PUT", "/v1/members/bob", {"language": "tlh"}, says=422),
    Case("adjust by nothing", "POST", "/v1/members/bob/adjustments",
         {"unit": "points", "points": 0, "reason": "x", "by": "y"}, says=422),
    Case("adjust below zero", "POST", "/v1/members/bob/adjustments",
         {"unit": "points", "points": -1, "reason": "x", "by": "y"}, says="insufficient_points"),
    Case("adjust without reason", "POST", "/v1/members/bob/adjustments",
         {"unit": "points", "points": 1, "by": "y"}, says=422),
    Case("adjust an unknown unit", "POST", "/v1/members/bob/adjustments",
         {"unit": "gold", "points": 1, "reason": "x", "by": "y"}, says="unit_unknown"),
    Case("adjust nobody", "POST", "/v1/members/nobody/adjustments",
         {"unit": "points", "points": 1, "reason": "x", "by": "y"}, says=404),
    Case("empty batch", "POST", "/v1/purchases/batch", {"purchases": []}, says=422),
    Case("batch with one broken", "POST", "/v1/purchases/batch",
         {"purchases": [{"purchase": "B-1", **basket()}, {"purchase": "B-2"}]}, says=422),
    Case("batch with one twice", "POST", "/v1/purchases/batch",
         {"purchases": [{"purchase": "B-1", **basket()}, {"purchase": "B-1", **basket()}]},
         says=422),
    Case("release nothing", "DELETE", "/v1/reservations/R-1", says=404),
    Case("future version", "GET", "/v1/members/ada/balance?min_version=-1", says=422),
]  # fmt: skip
HEADERS = [
    Case(f"key {value!r:.20}", "POST", "/v1/members/ada/adjustments",
         {"unit": "points", "points": 1, "reason": "x", "by": "y"},
         {"Idempotency-Key": value}, 400)
    for value in ("", '""', '"', "a b", "x" * 256, "a,b", '"a","b"', "ключ".encode().decode("latin-1"))
] + [
    Case(f"authorization {value!r:.30}", "PUT", "/v1/members/bob", {"status": "frozen"},
         {"Authorization": value}, 401)
    for value in (
        "", "Bearer", "Bearer ", "Basic YTpi", "Bearer lk_", "Bearer lk_a_b", "lk_a_b",
        "Bearer null", "Bearer " + "x" * 5000, "Bearer lk_../../etc_" + "0" * 64,
        "Bearer lk_' OR 1=1--_" + "0" * 64, "Bearer eyJhbGciOiJub25lIn0.e30.",
    )
]  # fmt: skip
CASES = [*JSON_FORM, *NUMBERS, *TEXT, *IDS_AND_PATHS, *DATES, *NONSENSE, *HEADERS]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_bad_input_is_refused_and_leaves_no_trace(shop: Shop, case: Case):
    before = shop.state()
    send = shop.till.post if case.method == "POST" else None
    if send is not None:
        answer = shop.till.post(case.path, case.body, headers=case.headers)
    else:
        answer = shop.till.send(case.method, case.path, case.body, headers=case.headers)
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.status_code != 429
    assert answer.mimetype == "application/problem+json"
    assert answer.json["effect"] == "none"
    assert case.says in (None, answer.status_code, answer.json["code"]), answer.text
    assert shop.state() == before


def test_the_cases_are_many_and_of_every_class():
    assert len({str(case) for case in CASES}) == len(CASES)
    assert len(CASES) >= 200


def test_a_refused_write_may_be_sent_again_under_its_key(shop: Shop):
    headers = {"Idempotency-Key": "again"}
    told = {"unit": "points", "points": -(10**6), "reason": "x", "by": "y"}
    path = "/v1/members/ada/adjustments"
    answers = [shop.till.send("POST", path, told, headers=headers) for _ in range(2)]
    assert [it.status_code for it in answers] == [409, 409]
    assert "Idempotent-Replayed" not in answers[1].headers
    assert shop.till.get("/v1/operations/again").status_code == 404
