"""The schemas of program.yaml and tiers.yaml."""

from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any, Final, get_type_hints

from loyalty_engine.domain.cards import CardCheck
from loyalty_engine.domain.gifts import GiftedEnd
from loyalty_engine.domain.lanes import Multipliers, Stacking
from loyalty_engine.domain.limits import Scope
from loyalty_engine.domain.local_time import RoundUp
from loyalty_engine.domain.money import Rounding
from loyalty_engine.domain.program import (
    RoundingLevel,
    Shortfall,
    Switches,
)
from loyalty_engine.domain.purchase import type_names
from loyalty_engine.domain.signals import SignalKind
from loyalty_engine.domain.tiers import SPEND, TENURE, VISITS, Down, Keep, WindowKind
from loyalty_engine.rulebook.parse_attributes import ATTRIBUTE_KEYS
from loyalty_engine.rulebook.parse_events import EVENT_KEYS, FIELD_KEYS
from loyalty_engine.rulebook.parse_expiry import BUCKET_KEYS, EXPIRY_KEYS, PENDING_KEYS
from loyalty_engine.rulebook.parse_gifts import GIFT_KEYS
from loyalty_engine.rulebook.parse_limits import CAMPAIGN_KEYS
from loyalty_engine.rulebook.parse_program import LANE_KEYS, NEEDED_KEYS, PROGRAM_KEYS
from loyalty_engine.rulebook.parse_signals import SIGNAL_KEYS
from loyalty_engine.rulebook.parse_tiers import GRACE_KEYS, TIER_KEYS, TIERS_KEYS
from loyalty_engine.rulebook.parse_units import (
    CONVERSION_KEYS,
    ROUNDING_KEYS,
    TENDER_KEYS,
    UNIT_KEYS,
)
from loyalty_engine.rulebook.schemas import event_help, key_help, switch_help
from loyalty_engine.rulebook.schemas.referral_help import SIGNAL
from loyalty_engine.rulebook.schemas.rules import limit_schema
from loyalty_engine.rulebook.schemas.values import (
    ANYTHING,
    DRAFT,
    Known,
    Schema,
    choice,
    described,
    either,
    mapping,
    name,
    number,
    sentence,
    several,
    text,
    truth,
    value_schema,
    whole,
)

_NO_HELP: Final[Mapping[str, str]] = {}


def program_schema(known: Known) -> Schema:
    """The schema of program.yaml."""
    values: dict[str, Schema] = {
        "program": text(),
        "title": text(),
        "zone": text(),
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
        "languages": several(text()),
        "units": _named(either(_unit(known), {"type": "null"})),
        "lanes": _lanes(),
        "campaigns": _named(_campaign(known)),
        "attributes": _named(_attribute()),
        "identifiers": either(several(text()), _named(choice(CardCheck))),
        "touchpoints": several(text()),
        "events": _named(_event(known)),
        "signals": _named(_signal()),
        "switches": _switches(known),
    }
    keys = _keys(PROGRAM_KEYS, values, key_help.PROGRAM)
    return {"$schema": DRAFT, "title": "A programme", **mapping(keys, NEEDED_KEYS)}


def tiers_schema(known: Known) -> Schema:
    """The schema of tiers.yaml."""
    units = {} if known.units is None else dict.fromkeys(known.units, whole(minimum=1))
    needs = mapping({SPEND: number(), VISITS: whole(minimum=1), TENURE: whole(minimum=1), **units})
    if known.units is None:
        needs["additionalProperties"] = whole(minimum=1)
    tier = _keys(
        TIER_KEYS,
        {
            "tier": text(),
            "title": sentence(known),
            "needs": needs,
            "benefits": several(sentence(known)),
        },
        key_help.TIERS,
    )
    length = text("a length of time such as 1 month")
    with_length = {kind.value: text() for kind in (WindowKind.ROLLING, WindowKind.TIER_START)}
    values: dict[str, Schema] = {
        "tiers": {"type": "array", "items": mapping(tier, ["tier"]), "minItems": 1},
        "needs_all": truth(),
        "window": either(
            choice(it.value for it in WindowKind if it.value not in with_length),
            mapping(with_length, minProperties=1, maxProperties=1),
        ),
        "down": choice(it.value for it in Down),
        "keep": choice(it.value for it in Keep),
        "grace": either(length, mapping(_keys(GRACE_KEYS, _AFTER_AND_ROUND_UP, _NO_HELP))),
    }
    keys = _keys(TIERS_KEYS, values, key_help.TIERS)
    return {"$schema": DRAFT, "title": "Tiers", **mapping(keys, ["tiers"])}


_AFTER_AND_ROUND_UP: Final[Mapping[str, Schema]] = {
    "after": text("a length of time such as 12 months"),
    "round_up": choice(it.value for it in RoundUp),
}


def _unit(known: Known) -> Schema:
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
            mapping(_keys(TENDER_KEYS, tender, key_help.TENDER), ["worth"]),
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
        "gifts": either(truth(), mapping(_keys(GIFT_KEYS, _gifts(), key_help.GIFTS))),
    }
    return mapping(_keys(UNIT_KEYS, values, key_help.UNIT))


def _gifts() -> dict[str, Schema]:
    values: dict[str, Schema] = {key: whole(minimum=1) for key in GIFT_KEYS}
    days = text("a number of days such as 30 days")
    ends = choice(it.value for it in GiftedEnd)
    return values | {"after_joining": days, "after_earning": days, "ends": ends}


def _campaign(known: Known) -> Schema:
    limits = several(limit_schema(Scope.ALL, Scope.CAMPAIGN))
    values: dict[str, Schema] = {"title": sentence(known), "limits": limits}
    return mapping(_keys(CAMPAIGN_KEYS, values, key_help.CAMPAIGN), ["limits"])


def _expiry(known: Known) -> dict[str, Schema]:
    day = text("a day of the year such as 31 dec")
    bucket = {
        "earned": text("months such as jan to oct"),
        "until": day,
        "years_ahead": whole(),
    }
    values: dict[str, Schema] = {
        **_AFTER_AND_ROUND_UP,
        "inactivity": text("a length of time such as 12 months"),
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


def _lanes() -> Schema:
    stacking = choice(it.value for it in Stacking)
    values = {"stacking": stacking, "multipliers": choice(it.value for it in Multipliers)}
    lane = either(stacking, mapping(_keys(LANE_KEYS, values, key_help.LANE)), {"type": "null"})
    named = {"type": "object", "additionalProperties": lane, "minProperties": 1}
    alone = {"type": ["string", "integer"]}
    several_lanes = {"type": "array", "items": either(alone, named), "minItems": 1}
    return either(several_lanes, named, alone)


def _attribute() -> Schema:
    values = {"type": choice(type_names), "purpose": text(), "one_of": several(text())}
    return mapping(_keys(ATTRIBUTE_KEYS, values, key_help.ATTRIBUTE), ["type", "purpose"])


def _event(known: Known) -> Schema:
    values = {
        "type": choice(type_names),
        "required": truth(),
        "min": number(),
        "max": number(),
        "one_of": several(text()),
        "factor": text(),
        "reversed": truth(),
    }
    told = mapping(_keys(FIELD_KEYS, values, event_help.EVENT_FIELD), ["type"])
    kind = {"title": sentence(known), "purpose": text(), "data": _named(told)}
    return mapping(_keys(EVENT_KEYS, kind, event_help.EVENT), ["purpose"])


def _signal() -> Schema:
    values: dict[str, Schema] = {
        "compared": choice(it.value for it in SignalKind),
        "purpose": text(),
        "keep_days": whole(),
        "most": whole(minimum=1),
    }
    return mapping(_keys(SIGNAL_KEYS, values, SIGNAL), ["purpose"])


def _switches(known: Known) -> Schema:
    hints = get_type_hints(Switches)
    properties = {}
    for each in fields(Switches):
        schema = value_schema(hints[each.name], known)
        if isinstance(each.default, bool):
            schema = {**schema, "default": "yes" if each.default else "no"}
        elif isinstance(each.default, int | str):
            schema = {**schema, "default": str(each.default)}
        properties[each.name] = described(schema, switch_help.SWITCHES.get(each.name, ""))
    return mapping(properties)


def _named(item: Schema) -> Schema:
    """A mapping from names to values of one kind."""
    return {"type": "object", "additionalProperties": item}


def _keys(
    keys: Collection[str], values: Mapping[str, Any], told: Mapping[str, str]
) -> dict[str, Schema]:
    return {key: described(values.get(key, ANYTHING), told.get(key, "")) for key in keys}
