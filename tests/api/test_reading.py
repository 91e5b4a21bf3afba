"""Bodies, queries and keys as bytes of a stranger's."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_engine.api.errors import Refused
from loyalty_engine.api.reading import (
    DuplicateKey,
    Malformed,
    read_idempotency_key,
    read_json,
    read_query,
)
from loyalty_engine.api.schemas.members import BalanceQuery, MemberQuery, PageQuery

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
def test_json_is_read_as_it_was_meant(value: Any):
    assert read_json(json.dumps(value).encode()) == value
    text = json.dumps(value, ensure_ascii=False)
    assert read_json(text.encode()) == value


@pytest.mark.parametrize(
    "body",
    [
        b"", b" ", b"{", b"{]", b'{"a":1,}', b"{'a':1}", b"{a:1}", b'{"a":01}', b'{"a":+1}',
        b'{"a":1} {}', b"NaN", b"[Infinity]", b"-Infinity", b'"a\x00b"', b'"a\nb"', b'"\\x41"',
        b"\xff", b'"\xed\xa0\x80"', b"\xef\xbb\xbf{}", '{"a":1}'.encode("utf-16"),
        '{"a":1}'.encode("utf-32"), '{"a":1}'.encode("utf-16-le"), b'"\\ud800"',
        b'{"\\udc00": 1}', b'"\\ud800\\ud800"', b"[" * 100_000, b'{"a":' * 100_000,
        b"9" * 5000, b"-" + b"9" * 41, b"nul", b"True", b"/* */{}", b"\x00",
    ],
)  # fmt: skip
def test_what_is_not_json_is_malformed(body: bytes):
    with pytest.raises(Malformed, match=r"\w"):
        read_json(body)


@pytest.mark.parametrize(
    "body", [b'{"a":1,"a":1}', b'{"x":{"a":1,"b":2,"\\u0061":3}}', b'[{"":1,"":2}]']
)
def test_a_key_twice_is_refused_wherever_it_stands(body: bytes):
    with pytest.raises(DuplicateKey, match="twice"):
        read_json(body)


def test_a_long_key_is_not_quoted_back_whole():
    name = "x" * 100_000
    with pytest.raises(DuplicateKey) as caught:
        read_json(json.dumps({"a": 1}).replace('"a"', f'"{name}":0,"{name}"').encode())
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("abc", "abc"),
        ('"abc"', "abc"),
        ('"a b"', "a b"),
        (r'"a\"b\\c"', 'a"b\\c'),
        ("8e03978e-40d5-43e8-bc93-6894a57f9324", "8e03978e-40d5-43e8-bc93-6894a57f9324"),
        ("x" * 255, "x" * 255),
        (None, None),
    ],
)
def test_keys_stand_bare_or_in_quotation_marks(header: str | None, key: str | None):
    assert read_idempotency_key(header) == key


@pytest.mark.parametrize(
    "header",
    [
        "",
        '""',
        '"',
        '"abc',
        'abc"',
        "a b",
        "a,b",
        '"a", "b"',
        "é",
        "a\x00",
        "x" * 256,
        "a\\b",
        "\t",
    ],
)
def test_other_keys_are_refused(header: str):
    with pytest.raises(Refused) as caught:
        read_idempotency_key(header)
    assert (caught.value.status, caught.value.code) == (400, "idempotency_key_invalid")


def test_queries_are_read_strictly():
    assert read_query(PageQuery(), b"after=7&limit=20") == {"after": "7", "limit": 20}
    assert read_query(MemberQuery(), b"identifier=card%3A4711") == ("card", "4711")
    assert read_query(None, b"") == {}


@pytest.mark.parametrize(
    "query",
    [
        b"limit=0", b"limit=1001", b"limit=1.5", b"limit=", b"limit=+5", b"limit=005",
        b"limit=9" + b"9" * 30, b"limit=five", b"limit=10&limit=20", b"page=2", b"after=",
        b"limit", b"%ff=1", b"limit=%ff", b"limit=5%00", b"a=1&" * 30 + b"a=1",
    ],
)  # fmt: skip
def test_other_queries_are_refused(query: bytes):
    with pytest.raises(Refused) as caught:
        read_query(PageQuery(), query)
    assert caught.value.status in (400, 422)


@pytest.mark.parametrize("query", [b"as_of=yesterday", b"as_of=2026-03-05", b"min_version=-1"])
def test_balance_queries_name_what_is_wrong(query: bytes):
    with pytest.raises(Refused) as caught:
        read_query(BalanceQuery(), query)
    assert caught.value.faults[0].parameter == query.partition(b"=")[0].decode()
