"""The quick decoder: it takes nothing that the schema refuses, and sees the same in what it takes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from marshmallow import Schema

from loyalty_engine.api.errors import Refused
from loyalty_engine.api.examples import PURCHASE_EXAMPLE
from loyalty_engine.api.fast import NotTaken, Quick
from loyalty_engine.api.reading import Body
from loyalty_engine.api.schemas.containers import Shape
from loyalty_engine.api.schemas.fields import Id, Whole
from loyalty_engine.api.schemas.purchases import BatchBody, PurchaseBody, QuoteBody
from loyalty_engine.api.schemas.vouchers import CodeRedemptionBody

PURCHASE = Body(PurchaseBody(), quick=True, example={})
QUICK = Quick(PurchaseBody())

TEXTS = st.sampled_from(
    [
        "a",
        "COF-250",
        "é",
        "e\u0301",
        "a b",
        " a",
        "a\x00",
        ":",
        "::",
        '"',
        "\\",
        '":',
        "",
        "x" * 129,
    ]
) | st.text(max_size=8)
NUMBERS = st.sampled_from(
    [0, 1, -1, 2, 10**12, 10**12 + 1, 10**30, True, False, None, 1.0, 0.5, "1", "0.333", "2.000"]
)
SCALARS = TEXTS | NUMBERS
INSTANTS = st.sampled_from(
    ["2026-03-05T10:12:00+01:00", "2026-03-05T09:12:00Z", "2026-03-05T09:12:00", "x", 5]
)
ODD = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(TEXTS, SCALARS, max_size=2)


def objects(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Mostly right objects, with fields missing, odd or unknown now and then."""
    right = st.fixed_dictionaries(required, optional=optional)
    wrong = st.dictionaries(st.sampled_from([*required, *optional, "unknown"]), ODD, max_size=2)
    return right | st.builds(lambda a, b: {**a, **b}, right, wrong)


LINES = objects(
    {"id": TEXTS, "sku": TEXTS, "quantity": NUMBERS, "unit_price": NUMBERS},
    {
        "category": TEXTS,
        "brand": TEXTS,
        "discount": NUMBERS,
        "tax": NUMBERS,
        "kind": st.sampled_from(["goods", "shipping", "gift_card", "Goods", "", 1]),
        "attributes": st.dictionaries(TEXTS, SCALARS, max_size=3),
        "card": TEXTS,
        "applied": st.lists(objects({"rule": TEXTS, "amount": NUMBERS}, {}), max_size=2),
    },
)
PURCHASES = objects(
    {
        "occurred_at": INSTANTS,
        "currency": st.sampled_from(["EUR", "eur", "XXX"]),
        "lines": st.lists(LINES, max_size=3),
    },
    {
        "member": TEXTS,
        "identifier": objects({"kind": TEXTS, "value": TEXTS}, {}),
        "store": TEXTS,
        "touchpoint": TEXTS,
        "payments": st.lists(
            objects({"method": TEXTS, "amount": NUMBERS}, {"card": TEXTS, "hold": TEXTS}),
            max_size=2,
        ),
        "vouchers": st.lists(TEXTS, max_size=2),
        "spend": st.dictionaries(TEXTS, NUMBERS, max_size=2),
        "reservation": TEXTS,
        "revision": NUMBERS,
    },
)


def agree(body: bytes) -> bool:
    """Whether the quick way takes the body; if so, the thorough one takes it and sees the same."""
    try:
        quick = QUICK(body)
    except NotTaken:
        return False
    assert PURCHASE.load_thoroughly(body) == quick
    return True


@given(PURCHASES, st.booleans(), st.sampled_from([None, 1]))
def test_what_the_quick_way_takes_the_schema_takes_with_an_equal_value(
    told: Any, ascii_only: bool, indent: int | None
):
    agree(json.dumps(told, ensure_ascii=ascii_only, indent=indent).encode("utf-8", "replace"))


@given(PURCHASES)
def test_both_ways_answer_alike(told: Any):
    body = json.dumps(told).encode()
    assert outcome(PURCHASE.load, body) == outcome(PURCHASE.load_thoroughly, body)


def outcome(load: Callable[[bytes], Any], body: bytes) -> Any:
    try:
        return load(body)
    except Refused as refused:
        return refused.code, refused.faults


def variants(name: str) -> list[str]:
    """Ways to write a key."""
    escaped = "".join(f"\\u{ord(character):04x}" for character in name)
    return [f'"{name}"', f'"{escaped}"', f'"\\u{ord(name[0]):04x}{name[1:]}"']


@given(
    st.data(),
    st.sampled_from(["", " ", "\n", "\t", "\r", "  "]),
    st.sampled_from(["", " ", "\n\t"]),
)
def test_a_key_twice_is_never_taken(data: st.DataObject, before: str, after: str):
    """Wherever, however written, whatever else is odd about the body."""
    noise = data.draw(st.sampled_from(["a", ":", '\\":', "x\\u0022:", "\\u003a", "\\\\", ": :"]))
    name = data.draw(st.sampled_from(["sku", "id", "unit_price", "attributes"]))
    again = data.draw(st.sampled_from(variants(name)))
    value = {"sku": '"b"', "id": '"1"', "unit_price": "1", "attributes": "{}"}[name]
    line = (
        f'{{"id"{before}:{after}"1","sku":"{noise}","quantity":1,"unit_price":5,'
        f'"attributes":{{"k":"{noise}"}},{again}{before}:{after}{value}}}'
    )
    body = f'{{"occurred_at":"2026-03-05T10:12:00Z","currency":"EUR","lines":[{line}]}}'.encode()
    with pytest.raises(NotTaken):
        QUICK(body)
    with pytest.raises(Refused) as caught:
        PURCHASE.load(body)
    assert caught.value.code == "duplicate_key"


@pytest.mark.parametrize(
    "attributes",
    ['{"a":1,"a":1}', '{"a":1,"\\u0061":2}', '{"a" :1,"a": 2}', '{":":1,":":2}', '{"":1,"":1}'],
)
def test_a_key_twice_in_a_map_is_never_taken(attributes: str):
    told = json.dumps(PURCHASE_EXAMPLE).replace('{"organic": true}', attributes)
    with pytest.raises(Refused):
        PURCHASE.load(told.encode())


@given(st.binary(max_size=200))
@example(b"")
@example(b"null")
@example(b"[]")
def test_any_bytes_are_refused_and_not_more(body: bytes):
    with pytest.raises(Refused) as caught:
        PURCHASE.load(body)
    assert 400 <= caught.value.status < 500


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(PURCHASE_EXAMPLE).encode(),
        json.dumps(PURCHASE_EXAMPLE, indent=2).encode(),
        json.dumps({**PURCHASE_EXAMPLE, "store": "Café"}).encode(),
        json.dumps({**PURCHASE_EXAMPLE, "store": ":a:"}).encode(),
        json.dumps(PURCHASE_EXAMPLE).replace('":', '" :').encode(),
    ],
)
def test_ordinary_bodies_go_the_quick_way(body: bytes):
    assert agree(body)


def test_quotes_and_batches_have_a_quick_way_too():
    told = json.dumps({**PURCHASE_EXAMPLE, "reserve": True}).encode()
    assert Quick(QuoteBody())(told) == (PURCHASE.load(json.dumps(PURCHASE_EXAMPLE).encode()), True)
    batch = json.dumps({"purchases": [{**PURCHASE_EXAMPLE, "purchase": "T-1"}]}).encode()
    assert [it.id for it in Quick(BatchBody())(batch)] == ["T-1"]


def test_codes_held_against_a_basket_have_a_quick_way_too():
    basket = {key: it for key, it in PURCHASE_EXAMPLE.items() if key != "payments"}
    thorough = Body(CodeRedemptionBody(), example={})
    for told in ({}, {"shopper": "10.0.0.7"}):
        body = json.dumps({**basket, **told, "redemption": "order-7"}).encode()
        assert Quick(CodeRedemptionBody())(body) == thorough.load_thoroughly(body)
    both = {**basket, "identifier": {"kind": "card", "value": "1"}, "redemption": "order-7"}
    with pytest.raises(NotTaken):
        Quick(CodeRedemptionBody())(json.dumps(both).encode())


def test_a_field_it_does_not_know_is_refused_at_start():
    class Lax(Shape):
        name = Id(allow_none=True)

    class Checked(Shape):
        name = Whole(validate=lambda value: value > 5)

    for shape in (Lax(), Checked()):
        with pytest.raises(TypeError, match="name"):
            Quick(shape)
    assert issubclass(Shape, Schema)
