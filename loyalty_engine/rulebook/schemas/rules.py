"""The schema of a rule file, or of a table: its keys, and every word with its arguments."""

import inspect
from enum import StrEnum
from typing import Any, Final

from loyalty_engine.domain.limits import Measure, Period, Scope, Short
from loyalty_engine.rulebook.exclusion import Exclusive
from loyalty_engine.rulebook.parsing.parse_dated import DATED_KEY
from loyalty_engine.rulebook.parsing.parse_limits import LIMIT_KEYS
from loyalty_engine.rulebook.parsing.parse_repeat import REPEAT_KEYS
from loyalty_engine.rulebook.parsing.parse_rule import RULE_KEYS
from loyalty_engine.rulebook.parsing.parse_table import TABLE_KEY
from loyalty_engine.rulebook.parsing.parse_words import Section, Vocabulary
from loyalty_engine.rulebook.schemas import key_help
from loyalty_engine.rulebook.schemas.values import (
    ANYTHING,
    DRAFT,
    MOMENT,
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
    value_schema,
    whole,
)
from loyalty_engine.rulebook.shapes import Shape, shape_of

_GROUPS: Final = {
    "all": "Holds when all of the words below it do.",
    "any": "Holds when at least one of the words below it does.",
    "none": "Holds when none of the words below it does.",
}


def rule_schema(vocabulary: Vocabulary, known: Known) -> Schema:
    """The schema of a file with a rule or with what the rules of a table share."""
    values: dict[str, Schema] = {
        "rule": text(),
        "title": sentence(known),
        "lane": name(known.lanes),
        "from": text(pattern=MOMENT),
        "until": text(pattern=MOMENT),
        "repeat": either(text(), mapping({key: text() for key in REPEAT_KEYS}, ["days"])),
        "priority": whole(),
        "when": {"$ref": "#/definitions/when"},
        "on": {"$ref": "#/definitions/on"},
        "then": {"$ref": "#/definitions/then"},
        "limits": several(limit_schema(Scope.CAMPAIGN)),
        "campaign": name(known.campaigns),
        "exclusive": choice(it.value for it in Exclusive) | {"default": Exclusive.NO.value},
        "group": text(),
        "not_with": several(text()),
        "lowest_price": number(),
    }
    properties = {
        key: described(values.get(key, ANYTHING), key_help.RULE.get(key, "")) for key in RULE_KEYS
    }
    table = "the table's name: it begins the ids of the rules in the .csv file beside this one"
    properties[TABLE_KEY] = described(text(), table)
    sections = (vocabulary.when, vocabulary.on, vocabulary.then)
    return {
        "$schema": DRAFT,
        "title": "A rule",
        **mapping(properties),
        "anyOf": [{"required": ["rule", "then"]}, {"required": [TABLE_KEY]}],
        "definitions": {
            key: schema for section in sections for key, schema in _section(section, known).items()
        },
    }


def _section(section: Section[Any], known: Known) -> dict[str, Schema]:
    """What stands under when, on or then: a list of words, a mapping of them, or one alone.

    Each word has a definition of its own, so that it is told once.
    """
    kinds: dict[str, Any] = dict(sorted(section.words.items()))
    told = {
        f"{section.key}.{word}": described(_word(shape_of(kind), known), _about(kind))
        for word, kind in kinds.items()
    }
    for group in section.groups:
        under = {"$ref": f"#/definitions/{section.key}"}
        told[f"{section.key}.{group}"] = described({"allOf": [under]}, _GROUPS[group])
    words: dict[str, Schema] = {
        full.partition(".")[2]: {"$ref": f"#/definitions/{full}"} for full in told
    }
    bare = [
        word
        for word, kind in kinds.items()
        if not any(it.required for it in shape_of(kind).arguments.values())
    ]
    alone = [choice(bare)] if bare else []
    one = either(mapping(words, minProperties=1, maxProperties=1), *alone)
    listed = {"type": "array", "items": one, "minItems": 1}
    return {
        section.key: either(listed, *alone, mapping(words, minProperties=1)),
        **told,
    }


def _word(shape: Shape, known: Known) -> Schema:
    """The value of a word: that of its one argument, or its arguments by name."""
    if not shape.arguments:
        return {"type": "null"}
    by_name = mapping(
        {
            key: _dated(value_schema(argument.hint, known)) | _default(argument.default)
            for key, argument in shape.arguments.items()
        },
        [key for key, argument in shape.arguments.items() if argument.required],
    )
    ways = [by_name]
    if shape.direct is not None:
        ways.insert(0, _dated(value_schema(shape.direct.hint, known)))
    if not any(it.required for it in shape.arguments.values()):
        ways.append({"type": "null"})
    return either(*ways) if len(ways) > 1 else by_name


def _dated(value: Schema) -> Schema:
    """A value, or one for each of several dates."""
    by_date = {
        "type": "object",
        "propertyNames": {"pattern": DATED_KEY},
        "additionalProperties": value,
        "minProperties": 1,
    }
    return {"anyOf": [value, by_date]}


def _default(value: object) -> Schema:
    """The default, where it is a choice or a name; amounts are kept in other units than written."""
    if isinstance(value, StrEnum):
        return {"default": value.value}
    if isinstance(value, bool):
        return {"default": "yes" if value else "no"}
    return {"default": value} if isinstance(value, str) and value else {}


def _about(kind: type[Any]) -> str:
    """What a word is for, in the words of its documentation."""
    return (
        inspect.cleandoc(kind.__doc__ or "")
        .replace("\n\n", "\u2029")
        .replace("\n", " ")
        .replace("\u2029", "\n\n")
    )


def limit_schema(not_per: Scope, default: Scope | None = None) -> Schema:
    """A limit; one of a campaign may leave `per` out, one of a rule may not."""
    values: dict[str, Schema] = {
        Measure.POINTS: whole(minimum=1),
        Measure.USES: whole(minimum=1),
        Measure.MONEY: number(),
        Measure.LIABILITY: number(),
        "per": choice(it.value for it in Scope if it is not not_per)
        | ({"default": default.value} if default else {}),
        "period": choice(it.value for it in Period) | {"default": Period.LIFE.value},
        "short": choice(it.value for it in Short) | {"default": Short.PAY_REST.value},
    }
    return mapping(
        {
            key: described(values.get(key, ANYTHING), key_help.LIMIT.get(key, ""))
            for key in LIMIT_KEYS
        },
        [] if default else ["per"],
    )
