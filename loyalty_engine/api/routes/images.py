"""Pictures of codes and cards for receipts, apps and print, as scanners read them."""

from collections.abc import Mapping
from typing import Any

from loyalty_engine.api.calls import Answer, Ask, Calls
from loyalty_engine.api.schemas.images import CardQuery, ImageQuery, Picture
from loyalty_engine.barcodes import Form, Undrawable, draw
from loyalty_engine.domain import gs1
from loyalty_engine.domain.codes import normal, shareable
from loyalty_engine.domain.errors import InvalidRequest
from loyalty_engine.use_cases.members.show_card import card_number

calls = Calls("images", "Codes and card numbers as QR and barcodes, SVG or PNG.")

MEDIA = tuple(it.value for it in Form)
CODE_LASTS = "private, max-age=86400, immutable"
CARD_LASTS = "private, max-age=300"


@calls.get(
    "/v1/vouchers/<id:code>/image",
    scope="vouchers:read",
    query=ImageQuery(),
    gives={200: Picture()},
    media=MEDIA,
)
def get_voucher_image(ask: Ask, code: str) -> Answer:
    """Draw a code.

    Whether it is one that can be used is not looked at and not told: the picture of any other
    text of its letters looks the same.
    """
    text = normal(code)
    if not shareable(text):
        raise InvalidRequest(
            "a code is 4 to 32 letters from A to Z and digits",
            code="code_malformed", pointer="/code",
        )  # fmt: skip
    answer = _drawn(text, gs1.COUPON, ask.query)
    ask.headers["Cache-Control"] = CODE_LASTS
    return answer


@calls.get(
    "/v1/members/<id:member>/card/image",
    scope="members:read",
    query=CardQuery(),
    gives={200: Picture()},
    media=MEDIA,
    refuses=[404],
)
def get_card_image(ask: Ask, member: str) -> Answer:
    """Draw a number of a member's, such as that of the card."""
    text = card_number(ask.engine, ask.caller, member, ask.query.get("identifier"))
    answer = _drawn(text, gs1.PERSON, ask.query)
    ask.headers["Cache-Control"] = CARD_LASTS
    return answer


def _drawn(text: str, application: str, how: Mapping[str, Any]) -> Answer:
    """The picture; raises `InvalidRequest`, which does not repeat the text."""
    content, kind = how["content"], how["kind"]
    ways = {
        "code": text,
        "gs1": gs1.element(text, application),
        "link": gs1.link(text, application),
    }
    drawn = ways[content]
    if drawn is None:
        raise InvalidRequest(
            "this is no coupon's (GCN) or card's (GSRN) number of GS1", code="no_gs1_number"
        )
    try:
        picture = draw(drawn, kind, how["format"], how["scale"], gs1=content == "gs1")
    except Undrawable as fault:
        raise InvalidRequest(str(fault), code="image_impossible") from fault
    return Answer(200, picture.body, media_type=picture.form.value)
