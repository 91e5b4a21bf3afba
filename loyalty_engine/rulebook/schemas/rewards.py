"""The schema of a reward file."""

from typing import Any

from loyalty_engine.rulebook.parsing.parse_reward import MONEY, REWARD_KEYS, STOCK_KEYS
from loyalty_engine.rulebook.parsing.parse_words import Vocabulary
from loyalty_engine.rulebook.rewards import RewardKind
from loyalty_engine.rulebook.schemas.reward_help import REWARD
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
    whole,
)


def reward_schema(vocabulary: Vocabulary, known: Known) -> Schema:
    """The schema of a file with one reward."""
    rule = rule_schema(vocabulary, known)
    shared: dict[str, Any] = rule["properties"]
    positive = whole(minimum=1)
    units = {} if known.units is None else dict.fromkeys(known.units, positive)
    price = mapping({**units, MONEY: number()})
    if known.units is None:
        price["additionalProperties"] = positive
    values: dict[str, Schema] = {
        "reward": text(),
        "kind": choice(it.value for it in RewardKind),
        "title": sentence(known),
        "text": sentence(known),
        "picture": sentence(known),
        "price": price,
        **{key: shared[key] for key in ("when", "from", "until", "limits")},
        "stock": either(positive, mapping(dict.fromkeys(STOCK_KEYS, positive), minProperties=1)),
        "cost": number(),
        "tier": name(known.tiers),
        "lasts": text("a length of time such as 3 months"),
        "voucher": text(),
        "message": sentence(known),
    }
    properties = {
        key: described(values.get(key, ANYTHING), REWARD.get(key, "")) for key in REWARD_KEYS
    }
    return {
        "$schema": rule["$schema"],
        "title": "A reward",
        **mapping(properties, ["reward", "kind", "title"]),
        "definitions": {
            key: it
            for key, it in rule["definitions"].items()
            if key == "when" or key.startswith("when.")
        },
    }
