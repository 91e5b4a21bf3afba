"""The schemas of program.yaml and tiers.yaml."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Final, get_type_hints

from loyalty_engine.domain.cards import CardCheck
from loyalty_engine.domain.lanes import Multipliers, Stacking
from loyalty_engine.domain.limits import Scope
from loyalty_engine.domain.purchase import type_names
from loyalty_engine.domain.signals import SignalKind
from loyalty_engine.domain.switches import Switches
from loyalty_engine.domain.tiers import SPEND, TENURE, VISITS, Down, Keep, WindowKind
from loyalty_engine.rulebook.parsing.parse_attributes import ATTRIBUTE_KEYS
from loyalty_engine.rulebook.parsing.parse_event_files import NAMED_BY
from loyalty_engine.rulebook.parsing.parse_events import EVENT_KEYS, FIELD_KEYS
from loyalty_engine.rulebook.parsing.parse_limits import CAMPAIGN_KEYS
from loyalty_engine.rulebook.parsing.parse_program import LANE_KEYS, NEEDED_KEYS, PROGRAM_KEYS
from loyalty_engine.rulebook.parsing.parse_signals import SIGNAL_KEYS
from loyalty_engine.rulebook.parsing.parse_tiers import GRACE_KEYS, TIER_KEYS, TIERS_KEYS
from loyalty_engine.rulebook.schemas import event_help, key_help, switch_help
from loyalty_engine.rulebook.schemas.referral_help import SIGNAL
from loyalty_engine.rulebook.schemas.rules import limit_schema
from loyalty_engine.rulebook.schemas.stored_value import stored_value_schema
from loyalty_engine.rulebook.schemas.units import AFTER_AND_ROUND_UP, keys_of, unit_schema
from loyalty_engine.rulebook.schemas.values import (
    DRAFT,
    Known,
    Schema,
    choice,
    described,
    either,
    mapping,
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
        "units": _named(either(unit_schema(known), {"type": "null"})),
        "lanes": _lanes(),
        "campaigns": _named(_campaign(known)),
        "attributes": _named(_attribute()),
        "identifiers": either(several(text()), _named(choice(CardCheck))),
        "touchpoints": several(text()),
        "events": _named(_event(known)),
        "signals": _named(_signal()),
        "stored_value": stored_value_schema(),
        "switches": _switches(known),
    }
    keys = keys_of(PROGRAM_KEYS, values, key_help.PROGRAM)
    return {"$schema": DRAFT, "title": "A programme", **mapping(keys, NEEDED_KEYS)}


def tiers_schema(known: Known) -> Schema:
    """The schema of tiers.yaml."""
    units = {} if known.units is None else dict.fromkeys(known.units, whole(minimum=1))
    needs = mapping({SPEND: number(), VISITS: whole(minimum=1), TENURE: whole(minimum=1), **units})
    if known.units is None:
        needs["additionalProperties"] = whole(minimum=1)
    tier = keys_of(
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
        "grace": either(length, mapping(keys_of(GRACE_KEYS, AFTER_AND_ROUND_UP, _NO_HELP))),
    }
    keys = keys_of(TIERS_KEYS, values, key_help.TIERS)
    return {"$schema": DRAFT, "title": "Tiers", **mapping(keys, ["tiers"])}


def _campaign(known: Known) -> Schema:
    limits = several(limit_schema(Scope.ALL, Scope.CAMPAIGN))
    values: dict[str, Schema] = {"title": sentence(known), "limits": limits}
    return mapping(keys_of(CAMPAIGN_KEYS, values, key_help.CAMPAIGN), ["limits"])


def _lanes() -> Schema:
    stacking = choice(it.value for it in Stacking)
    values = {"stacking": stacking, "multipliers": choice(it.value for it in Multipliers)}
    lane = either(stacking, mapping(keys_of(LANE_KEYS, values, key_help.LANE)), {"type": "null"})
    named = {"type": "object", "additionalProperties": lane, "minProperties": 1}
    alone = {"type": ["string", "integer"]}
    several_lanes = {"type": "array", "items": either(alone, named), "minItems": 1}
    return either(several_lanes, named, alone)


def _attribute() -> Schema:
    values = {"type": choice(type_names), "purpose": text(), "one_of": several(text())}
    return mapping(keys_of(ATTRIBUTE_KEYS, values, key_help.ATTRIBUTE), ["type", "purpose"])


def event_schema(known: Known) -> Schema:
    """The schema of a file under events/, a kind of event each."""
    kind = _event(known)
    about = described(text(), "the kind's name, by which events and rules call it")
    keys = {NAMED_BY: about, **kind["properties"]}
    return {"$schema": DRAFT, "title": "A kind of event", **mapping(keys, [NAMED_BY, "purpose"])}


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
    told = mapping(keys_of(FIELD_KEYS, values, event_help.EVENT_FIELD), ["type"])
    kind = {"title": sentence(known), "purpose": text(), "data": _named(told)}
    return mapping(keys_of(EVENT_KEYS, kind, event_help.EVENT), ["purpose"])


def _signal() -> Schema:
    values: dict[str, Schema] = {
        "compared": choice(it.value for it in SignalKind),
        "purpose": text(),
        "keep_days": whole(),
        "most": whole(minimum=1),
    }
    return mapping(keys_of(SIGNAL_KEYS, values, SIGNAL), ["purpose"])


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
