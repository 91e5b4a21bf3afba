"""The JSON Schemas of a programme's files, scenarios among them, for completion in editors."""

import json
from collections.abc import Iterable, Mapping
from typing import Final

from loyalty_engine.domain.purchase import LineKind
from loyalty_engine.rulebook.parsing.parse import PROGRAM_FILE, TIERS_FILE
from loyalty_engine.rulebook.parsing.parse_challenge import FOLDER as CHALLENGES
from loyalty_engine.rulebook.parsing.parse_event_files import FOLDER as EVENTS
from loyalty_engine.rulebook.parsing.parse_referral import REFERRAL_FILE
from loyalty_engine.rulebook.parsing.parse_reward import FOLDER as REWARDS
from loyalty_engine.rulebook.parsing.parse_segment import FOLDER as SEGMENTS
from loyalty_engine.rulebook.parsing.parse_voucher import FOLDER as VOUCHERS
from loyalty_engine.rulebook.parsing.parse_words import vocabulary_of
from loyalty_engine.rulebook.schemas.challenges import challenge_schema
from loyalty_engine.rulebook.schemas.programs import event_schema, program_schema, tiers_schema
from loyalty_engine.rulebook.schemas.referrals import referral_schema
from loyalty_engine.rulebook.schemas.rewards import reward_schema
from loyalty_engine.rulebook.schemas.rules import rule_schema
from loyalty_engine.rulebook.schemas.segments import segment_schema
from loyalty_engine.rulebook.schemas.values import (
    ANYTHING,
    DRAFT,
    Known,
    Schema,
    choice,
    described,
    mapping,
    name,
    text,
    truth,
    whole,
)
from loyalty_engine.rulebook.schemas.vouchers import voucher_schema
from loyalty_engine.rulebook.sources import SCENARIOS
from loyalty_engine.rulebook.words import Word
from loyalty_engine.scenarios.acts import all_acts
from loyalty_engine.scenarios.baskets import LINE_KEYS, PURCHASE_KEYS, RETURN_KEYS
from loyalty_engine.scenarios.expecting import ALWAYS
from loyalty_engine.scenarios.form import Act
from loyalty_engine.scenarios.people import CARD_KEYS, LOT_KEYS, PROFILE_KEYS
from loyalty_engine.scenarios.reading import GIVEN_KEYS, SCENARIO_KEYS

Words = Mapping[str, type[Word]] | Iterable[type[Word]]

RULE: Final = "rule.schema.json"
PROGRAM: Final = "program.schema.json"
TIERS: Final = "tiers.schema.json"
REWARD: Final = "reward.schema.json"
VOUCHER: Final = "voucher.schema.json"
REFERRAL: Final = "referral.schema.json"
SEGMENT: Final = "segment.schema.json"
CHALLENGE: Final = "challenge.schema.json"
EVENT: Final = "event.schema.json"
SCENARIO: Final = "scenario.schema.json"

_INSTANT: Final = text("an instant such as 2026-03-05T10:12:00, on the programme's clocks")
_MINOR: Final = whole("an amount in minor units: 450 for 4.50", minimum=0)
_OBJECT: Final[Schema] = {"type": "object"}


def all_schemas(words: Words, known: Known) -> dict[str, Schema]:
    """The schemas of all files of a programme, by the names of their own files.

    With the names that a programme declares, editors offer these and refuse others.
    """
    return {
        RULE: rule_schema(vocabulary_of(words), known),
        PROGRAM: program_schema(known),
        TIERS: tiers_schema(known),
        REWARD: reward_schema(vocabulary_of(words), known),
        VOUCHER: voucher_schema(vocabulary_of(words), known),
        REFERRAL: referral_schema(vocabulary_of(words), known),
        SEGMENT: segment_schema(vocabulary_of(words), known),
        CHALLENGE: challenge_schema(vocabulary_of(words), known),
        EVENT: event_schema(known),
        SCENARIO: scenario_schema(known),
    }


def as_text(schema: Schema) -> str:
    """A schema as its file holds it."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def schema_for(file: str) -> str:
    """Which schema a file of a programme's folder follows."""
    if file.startswith(SCENARIOS):
        return SCENARIO
    if file.startswith(EVENTS):
        return EVENT
    if file.startswith(REWARDS):
        return REWARD
    if file.startswith(VOUCHERS):
        return VOUCHER
    if file.startswith(SEGMENTS):
        return SEGMENT
    if file.startswith(CHALLENGES):
        return CHALLENGE
    files = {PROGRAM_FILE: PROGRAM, TIERS_FILE: TIERS, REFERRAL_FILE: REFERRAL}
    return files.get(file, RULE)


def scenario_schema(known: Known) -> Schema:
    """The schema of a file under scenarios/."""
    purchase = _purchase(known)
    member = _member(known)
    acts = {
        "purchase": purchase,
        "quote": mapping(purchase["properties"] | {"reserve": truth()}),
        "return": _return(purchase),
    }
    properties: dict[str, Schema] = {
        word: described(acts.get(word, _OBJECT), _about(act)) for word, act in all_acts().items()
    }
    properties["at"] = described(_INSTANT, "when the step is taken, where the act does not say it")
    properties["expect"] = described(
        _expected(), "what the step comes to; only what is written is compared"
    )
    given = {
        "member": member,
        "members": {"type": "array", "items": member, "minItems": 1},
        "facts": described(_OBJECT, "what plugins would gather, by plugin"),
        "cards": _list(mapping({"card": text(), "amount": _MINOR, "at": _INSTANT}, CARD_KEYS)),
    }
    values: dict[str, Schema] = {
        "scenario": described(text(), "what it shows, in a sentence"),
        "given": mapping({key: given.get(key, ANYTHING) for key in GIVEN_KEYS}),
        "steps": {"type": "array", "items": mapping(properties, minProperties=1), "minItems": 1},
    }
    keys = {key: values.get(key, ANYTHING) for key in SCENARIO_KEYS}
    return {"$schema": DRAFT, "title": "A scenario", **mapping(keys, ["scenario", "steps"])}


def _purchase(known: Known) -> Schema:
    line = {
        "quantity": described(ANYTHING, "pieces or weight, with up to three decimals; 1"),
        "unit_price": _MINOR,
        "discount": _MINOR,
        "tax": _MINOR,
        "attributes": _OBJECT,
        "kind": choice(LineKind),
        "applied": _list(mapping({"rule": text(), "amount": _MINOR}, ["rule", "amount"])),
    }
    payment = {"method": text(), "amount": _MINOR, "card": text(), "hold": text()}
    lines = mapping({key: line.get(key, text()) for key in LINE_KEYS}, ["sku", "unit_price"])
    values: dict[str, Schema] = {
        "occurred_at": _INSTANT,
        "identifier": mapping({"kind": text(), "value": text()}, ["kind", "value"]),
        "touchpoint": text(),
        "lines": _list(lines),
        "payments": _list(mapping(payment, ["method", "amount"])),
        "vouchers": _list(text()),
        "spend": _by_unit(known),
        "revision": whole(minimum=1),
    }
    keys = {key: values.get(key, text()) for key in PURCHASE_KEYS}
    return mapping(keys, ["id", "occurred_at", "lines"])


def _return(purchase: Schema) -> Schema:
    back = mapping({"line": text(), "quantity": ANYTHING}, ["line"])
    values: dict[str, Schema] = {
        "occurred_at": _INSTANT,
        "lines": _list(back),
        "exchange": purchase,
    }
    return mapping({key: values.get(key, text()) for key in RETURN_KEYS})


def _member(known: Known) -> Schema:
    lot = {"unit": name(known.units), "points": whole(minimum=1)}
    lots = mapping({key: lot.get(key, _INSTANT) for key in LOT_KEYS}, ["unit", "points"])
    identifier = mapping({"kind": text(), "value": text()}, ["kind", "value"])
    values: dict[str, Schema] = {
        "enrolled_at": _INSTANT,
        "identifiers": _list(identifier),
        "attributes": _OBJECT,
        "signals": _OBJECT,
        "tier": name(known.tiers),
        "lots": _list(lots),
        "challenges": _list(text()),
    }
    keys = ("id", "tier", "lots", "challenges", *PROFILE_KEYS)
    return mapping({key: values.get(key, text()) for key in keys}, ["id", "enrolled_at"])


def _expected() -> Schema:
    """All that some act shows; balances are told by unit, so other keys may stand here too."""
    shown = {key for act in all_acts().values() for key in act.shows or ()}
    return {
        "type": "object",
        "properties": dict.fromkeys(sorted({*shown, *ALWAYS}), ANYTHING),
        "minProperties": 1,
    }


def _by_unit(known: Known) -> Schema:
    if known.units is None:
        return {"type": "object", "additionalProperties": whole(minimum=1)}
    return mapping(dict.fromkeys(known.units, whole(minimum=1)))


def _list(item: Schema) -> Schema:
    return {"type": "array", "items": item, "minItems": 1}


def _about(act: type[Act]) -> str:
    return " ".join((act.__doc__ or "").split())
