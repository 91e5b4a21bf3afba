"""The schema of a challenge file."""

from typing import Any, Final

from loyalty_engine.domain.challenges import Count
from loyalty_engine.rulebook.challenges import Each, Owner
from loyalty_engine.rulebook.parsing.parse_challenge import CHALLENGE_KEYS, NAMED_BY
from loyalty_engine.rulebook.parsing.parse_goals import GOAL_KEYS
from loyalty_engine.rulebook.parsing.parse_words import Vocabulary
from loyalty_engine.rulebook.schemas.challenge_help import CHALLENGE
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
    sentence,
    text,
    truth,
    whole,
)

SHARED: Final = ("title", "from", "until", "repeat", "when", "on", "then", "limits")


def challenge_schema(vocabulary: Vocabulary, known: Known) -> Schema:
    """The schema of a file with one challenge."""
    rule = rule_schema(vocabulary, known)
    shared: dict[str, Any] = {key: rule["properties"][key] for key in SHARED}
    prize: dict[str, Schema] = {
        "then": shared["then"],
        "tier": name(known.tiers),
        "lasts": text("a length of time such as 30 days"),
        "reward": text(),
    }
    goals = mapping({key: {"at": number(), **prize}[key] for key in GOAL_KEYS}, ["at"])
    values: dict[str, Schema] = {
        **shared,
        **prize,
        NAMED_BY: text(),
        "text": sentence(known),
        "count": choice(it.value for it in Count),
        "one": sentence(known),
        "many": sentence(known),
        "goal": number(),
        "goals": {"type": "array", "items": goals, "minItems": 1},
        "rounds": either(choice(["once", "again"]), whole(minimum=1)) | {"default": "once"},
        "overflow": choice(["carried", "dropped"]) | {"default": "carried"},
        "forgiven": whole(minimum=0) | {"default": 0},
        "for": {"$ref": "#/definitions/when"},
        "each": choice(it.value for it in Each) | {"default": Each.LIFE.value},
        "within": text("a length of time such as 30 days"),
        "opt_in": truth() | {"default": "no"},
        "owner": choice(it.value for it in Owner) | {"default": Owner.MEMBER.value},
    }
    properties = {
        key: described(values.get(key, ANYTHING), CHALLENGE.get(key, "")) for key in CHALLENGE_KEYS
    }
    return {
        "$schema": rule["$schema"],
        "title": "A challenge",
        **mapping(properties, [NAMED_BY, "title", "count"]),
        "anyOf": [{"required": ["goal"]}, {"required": ["goals"]}],
        "definitions": rule["definitions"],
    }
