"""The schema of referral.yaml."""

from loyalty_engine.domain.signals import Response
from loyalty_engine.rulebook.parsing.parse_referral import AT_ONCE, QUALIFIES_KEYS, REFERRAL_KEYS
from loyalty_engine.rulebook.parsing.parse_table import TABLE_KEY
from loyalty_engine.rulebook.parsing.parse_words import Vocabulary
from loyalty_engine.rulebook.schemas.referral_help import REFERRAL
from loyalty_engine.rulebook.schemas.rules import rule_schema
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
    whole,
)


def referral_schema(vocabulary: Vocabulary, known: Known) -> Schema:
    """The schema of the file that says how members bring friends."""
    rule = rule_schema(vocabulary, known)
    keys = {key: it for key, it in rule["properties"].items() if key != TABLE_KEY}
    side = mapping(keys, ["rule", "then"])
    response = choice(it.value for it in Response)
    done = {"purchase_from": number(), "nth": whole(minimum=1), "event": name(known.events)}
    length = text("a length of time such as 30 days")
    values: dict[str, Schema] = {
        "referral": text(),
        "qualifies": either(choice([AT_ONCE]), mapping({key: done[key] for key in QUALIFIES_KEYS})),
        "waits": length,
        "claim_within": length,
        "invitation": length,
        "tiers": several(name(known.tiers)),
        "same": {"type": "object", "additionalProperties": response},
        "ring": response,
        "referrer": side,
        "friend": side,
    }
    properties = {
        key: described(values.get(key, ANYTHING), REFERRAL.get(key, "")) for key in REFERRAL_KEYS
    }
    return {
        "$schema": rule["$schema"],
        "title": "How members bring friends",
        **mapping(properties, ["referral", "qualifies"]),
        "definitions": rule["definitions"],
    }
