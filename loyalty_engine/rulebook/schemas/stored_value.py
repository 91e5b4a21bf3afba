"""The schema of `stored_value` in program.yaml."""

from collections.abc import Collection, Mapping

from loyalty_engine.domain.local_time import RoundUp
from loyalty_engine.rulebook.parsing.parse_stored_value import (
    GIFT_CARD_KEYS,
    SAFE_CHARACTERS,
    STORE_CREDIT_KEYS,
    STORED_VALUE_KEYS,
)
from loyalty_engine.rulebook.schemas.value_help import GIFT_CARD, STORED_VALUE
from loyalty_engine.rulebook.schemas.values import (
    Schema,
    choice,
    described,
    either,
    mapping,
    number,
    text,
    truth,
    whole,
)


def stored_value_schema() -> Schema:
    """Gift cards and store credit, and the law that they follow."""
    length = text("a length of time such as 5 years, or never")
    rounded = {"after": length, "round_up": choice(it.value for it in RoundUp)}
    valid = either(length, mapping(rounded, ["after"]))
    card = {
        "valid": valid,
        "least": number(),
        "most": number(),
        "reloadable": truth(),
        "resellable": truth(),
        "characters": whole(minimum=SAFE_CHARACTERS),
    }
    values = {
        "country": text("a country by ISO 3166, such as DE"),
        "least_validity": valid,
        "gift_cards": _empty_or(_keys(GIFT_CARD_KEYS, card, GIFT_CARD)),
        "store_credit": _empty_or(_keys(STORE_CREDIT_KEYS, card, GIFT_CARD)),
    }
    return mapping(_keys(STORED_VALUE_KEYS, values, STORED_VALUE), ["country"])


def _empty_or(keys: Mapping[str, Schema]) -> Schema:
    return either(mapping(dict(keys)), {"type": "null"})


def _keys(
    keys: Collection[str], values: Mapping[str, Schema], told: Mapping[str, str]
) -> dict[str, Schema]:
    return {key: described(values[key], told[key]) for key in keys}
