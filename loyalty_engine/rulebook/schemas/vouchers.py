"""The schema of a file under `vouchers/`: the keys of a rule, and those of its codes."""

from typing import Final

from loyalty_engine.domain.codes import CHARACTERS
from loyalty_engine.rulebook.parsing.parse_table import TABLE_KEY
from loyalty_engine.rulebook.parsing.parse_voucher import NAMED_BY, VOUCHER_KEYS
from loyalty_engine.rulebook.parsing.parse_words import Vocabulary
from loyalty_engine.rulebook.schemas import key_help
from loyalty_engine.rulebook.schemas.rules import rule_schema
from loyalty_engine.rulebook.schemas.values import (
    ANYTHING,
    Known,
    Schema,
    described,
    mapping,
    number,
    several,
    text,
    truth,
    whole,
)
from loyalty_engine.rulebook.schemas.voucher_help import VOUCHER

_OWN: Final[dict[str, Schema]] = {
    NAMED_BY: text(),
    "codes": several(text()) | {"default": "single"},
    "characters": whole(minimum=1) | {"default": CHARACTERS},
    "gcn": text(),
    "worth": number("an amount of money such as 7.50"),
    "valid": text(),
    "transferable": truth() | {"default": "yes"},
    "per_purchase": whole(minimum=1) | {"default": 1},
}


def voucher_schema(vocabulary: Vocabulary, known: Known) -> Schema:
    """The schema of a file that says what the codes of a voucher give."""
    rule = rule_schema(vocabulary, known)
    shared = {key: it for key, it in rule["properties"].items() if key != TABLE_KEY}
    properties = {
        key: described(_OWN.get(key, shared.get(key, ANYTHING)), _help(key)) for key in VOUCHER_KEYS
    }
    return {
        "$schema": rule["$schema"],
        "title": "A voucher",
        **mapping(properties, [NAMED_BY]),
        "definitions": rule["definitions"],
    }


def _help(key: str) -> str:
    return VOUCHER.get(key) or key_help.RULE.get(key, "")
