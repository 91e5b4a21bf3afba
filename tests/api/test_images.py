"""Codes and cards drawn over HTTP: read back, kept by the caller alone, telling nothing of codes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from loyalty_engine.bootstrap import Parts
from tests.api.service import NOW, Till, give_key
from tests.barcodes.reading import read, text_of

CODE = "7QM2XKD4FHTRB"
CARD = "376104250021234569"


@pytest.mark.parametrize("kind", ["qr", "code128", "data_matrix", "aztec", "pdf417"])
@pytest.mark.parametrize("form", ["svg", "png"])
def test_a_code_is_drawn_in_every_kind_and_form(till: Till, kind: str, form: str):
    told = till.get(f"/v1/vouchers/{CODE}/image?kind={kind}&format={form}&scale=2")
    assert told.status_code == 200, told.text
    assert told.mimetype == {"svg": "image/svg+xml", "png": "image/png"}[form]
    assert told.headers["Cache-Control"].startswith("private, ")
    assert text_of(told.data) == CODE


def test_a_code_is_drawn_as_it_is_compared(till: Till):
    told = till.get("/v1/vouchers/7qm2-xkd4-fhtr-b/image")
    assert (told.mimetype, text_of(told.data)) == ("image/svg+xml", CODE)


def test_a_picture_tells_nothing_of_whether_there_is_such_a_code(till: Till):
    """Of its size and headers neither: they follow from the letters alone."""
    till.enrol("ada")
    (given,) = till.buy("T-1", {"id": "1", "sku": "S", "quantity": 1, "unit_price": 10000})[
        "vouchers"
    ]
    for code in (given["code"], CODE, "SUMMER10", "9501101020917"):
        told = till.get(f"/v1/vouchers/{code}/image?format=png")
        assert (told.status_code, text_of(told.data)) == (200, code)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/v1/vouchers/ABC/image", "code_malformed"),
        ("/v1/vouchers/caf%C3%A9/image", "code_malformed"),
        (f"/v1/vouchers/{CODE}/image?kind=ean13", "image_impossible"),
        (f"/v1/vouchers/{CODE}/image?content=gs1", "no_gs1_number"),
        (f"/v1/vouchers/{CODE}/image?content=link", "no_gs1_number"),
        (f"/v1/vouchers/{CODE}/image?scale=11", "invalid_query"),
        (f"/v1/vouchers/{CODE}/image?kind=maxicode", "invalid_query"),
    ],
)
def test_what_cannot_be_drawn_is_said_and_the_code_is_not(till: Till, path: str, code: str):
    told = till.get(path)
    assert (told.status_code, told.json["code"]) == (422, code)
    assert CODE not in told.text
    assert told.headers["Cache-Control"] == "no-store"


def test_a_coupon_number_is_drawn_as_gs1_wants_it(till: Till):
    path = "/v1/vouchers/95011010209174711/image"
    element = read(till.get(f"{path}?content=gs1&format=png").data)
    assert element.text == "(255)95011010209174711"
    link = till.get(f"{path}?content=link").data
    assert text_of(link) == "https://id.gs1.org/255/95011010209174711"
    ean = till.get("/v1/vouchers/9501101020917/image?kind=ean13")
    assert text_of(ean.data) == "9501101020917"


def test_a_members_card_is_drawn(till: Till):
    till.enrol("ada", identifiers=[{"kind": "card", "value": CARD}])
    path = "/v1/members/ada/card/image"
    told = till.get(path)
    assert text_of(told.data) == CARD
    assert "private" in told.headers["Cache-Control"]
    element = till.get(f"{path}?content=gs1&kind=code128&format=png")
    assert read(element.data).text == f"(8018){CARD}"
    missing = till.get(f"{path}?identifier=email_hash")
    assert (missing.status_code, missing.json["code"]) == (404, "identifier_missing")
    assert till.get("/v1/members/eve/card/image").json["code"] == "member_unknown"


def test_pictures_need_the_scope_of_what_they_show(app: Flask, parts: Parts):
    for path, scope in (
        (f"/v1/vouchers/{CODE}/image", "vouchers:read"),
        ("/v1/members/ada/card/image", "members:read"),
    ):
        other = {"vouchers:read", "members:read", "vouchers"} - {scope}
        without = Till(app, give_key(parts, "shop", *other))
        assert without.get(path).json["code"] == "scope_missing"


def test_no_code_is_logged(till: Till, logged: Callable[[], list[dict[str, Any]]]):
    till.get(f"/v1/vouchers/{CODE}/image")
    till.get(f"/v1/vouchers/{CODE}/image?kind=ean13")
    assert CODE not in str(logged())
    assert CODE not in till.get("/metrics").text


def test_a_card_number_with_a_slip_is_refused_at_enrolment(till: Till, parts: Parts):
    source = dict(parts.shelf.current("shop").source)
    checked = source["program.yaml"].replace("[card, email_hash]", "{card: gsrn, email_hash: any}")
    parts.shelf.publish("shop", source | {"program.yaml": checked}, "test", NOW)
    wrong = {"identifiers": [{"kind": "card", "value": CARD[:-1] + "8"}]}
    refused = till.put("/v1/members/eve", wrong)
    assert (refused.status_code, refused.json["code"]) == (422, "identifier_malformed")
    assert refused.json["errors"][0]["pointer"] == "/identifiers/0/value"
    till.enrol("eve", identifiers=[{"kind": "card", "value": CARD}])
    assert text_of(till.get("/v1/members/eve/card/image").data) == CARD
