"""The schemas of a unit in program.yaml: its worth, how long it lasts, how it is given."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from loyalty_engine.domain.gifts import GiftedEnd
from loyalty_engine.domain.local_time import RoundUp
from loyalty_engine.domain.money import Rounding
from loyalty_engine.domain.units import RoundingLevel, Shortfall
from loyalty_engine.rulebook.parsing.parse_expiry import BUCKET_KEYS, EXPIRY_KEYS, PENDING_KEYS
from loyalty_engine.rulebook.parsing.parse_gifts import GIFT_KEYS
from loyalty_engine.rulebook.parsing.parse_units import (
    CONVERSION_KEYS,
    ROUNDING_KEYS,
    TENDER_KEYS,
    UNIT_KEYS,
)
from loyalty_engine.rulebook.schemas import key_help
from loyalty_engine.rulebook.schemas.values import (
    ANYTHING,
    Known,
    Schema,
    choice,
    described,
    either,
    mapping,
    name,
    number,
    several,
    text,
    truth,
    whole,
)

AFTER_AND_ROUND_UP: Final[Mapping[str, Schema]] = {
    "after": text("a length of time such as 12 months"),
    "round_up": choice(it.value for it in RoundUp),
}


def keys_of(
    keys: Collection[str], values: Mapping[str, Any], told: Mapping[str, str]
) -> dict[str, Schema]:
    """The schemas of these keys, each with what it means."""
    return {key: described(values.get(key, ANYTHING), told.get(key, "")) for key in keys}


def unit_schema(known: Known) -> Schema:
    """The schema of one of `units`."""
    rounding = {
        "mode": choice(it.value for it in Rounding),
        "per": choice(it.value for it in RoundingLevel),
    }
    tender = {
        "worth": number(),
        "at_least": whole(minimum=1),
        "step": whole(minimum=1),
        "at_most": text("a percentage such as 50%"),
        "rounding": choice(it.value for it in Rounding),
    }
    conversion = {
        "each": whole(minimum=1),
        "at_least": whole(minimum=1),
        "into": name(known.units),
        "gives": whole(minimum=1),
    }
    values: dict[str, Schema] = {
        "value": number(),
        "tender": either(
            number(),
            mapping(keys_of(TENDER_KEYS, tender, key_help.TENDER), ["worth"]),
        ),
        "expires": either(text(), mapping(_expiry(known), minProperties=1)),
        "pending": either(text(), mapping(_pending(known), ["after"])),
        "rounding": either(
            choice(it.value for it in Rounding),
            mapping({key: rounding.get(key, ANYTHING) for key in ROUNDING_KEYS}),
        ),
        "shortfall": choice(it.value for it in Shortfall),
        "converts": mapping(
            {key: conversion.get(key, ANYTHING) for key in CONVERSION_KEYS}, CONVERSION_KEYS
        ),
        "gifts": either(truth(), mapping(keys_of(GIFT_KEYS, _gifts(), key_help.GIFTS))),
    }
    return mapping(keys_of(UNIT_KEYS, values, key_help.UNIT))


def _gifts() -> dict[str, Schema]:
    values: dict[str, Schema] = {key: whole(minimum=1) for key in GIFT_KEYS}
    days = text("a number of days such as 30 days")
    ends = choice(it.value for it in GiftedEnd)
    return values | {"after_joining": days, "after_earning": days, "ends": ends}


def _expiry(known: Known) -> dict[str, Schema]:
    day = text("a day of the year such as 31 dec")
    bucket = {
        "earned": text("months such as jan to oct"),
        "until": day,
        "years_ahead": whole(),
    }
    values: dict[str, Schema] = {
        **AFTER_AND_ROUND_UP,
        "inactivity": text("a length of time such as 12 months"),
        "renewed_by": several(text("`purchase`, `redemption`, or a kind of event")),
        "by_tier": _by_tier(known, text("`never`, or a length of time such as 24 months")),
        "on": day,
        "years_ahead": whole(),
        "by_month": several(
            mapping({key: bucket.get(key, ANYTHING) for key in BUCKET_KEYS}, ["earned", "until"])
        ),
    }
    return {key: values.get(key, ANYTHING) for key in EXPIRY_KEYS}


def _pending(known: Known) -> dict[str, Schema]:
    waits = text("a length of time such as 14 days")
    values = {"after": waits, "by_tier": _by_tier(known, waits)}
    return {key: values.get(key, ANYTHING) for key in PENDING_KEYS}


def _by_tier(known: Known, value: Schema) -> Schema:
    if known.tiers is None:
        return {"type": "object", "additionalProperties": value}
    return mapping(dict.fromkeys(known.tiers, value))
