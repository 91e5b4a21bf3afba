"""The schema of a file under `segments/`, and what its keys mean."""

from collections.abc import Mapping
from typing import Final

from loyalty_engine.rulebook.parsing.parse_segment import NAMED_BY
from loyalty_engine.rulebook.parsing.parse_words import Vocabulary
from loyalty_engine.rulebook.schemas.rules import rule_schema
from loyalty_engine.rulebook.schemas.values import Known, Schema, described, mapping, sentence, text

SEGMENT: Final[Mapping[str, str]] = {
    "segment": "the segment's id; no two segments of a programme have the same",
    "title": "what members read, after 'the member is one of'",
    "when": "who belongs to it: conditions as in rules; all of them hold",
}


def segment_schema(vocabulary: Vocabulary, known: Known) -> Schema:
    """The schema of a file that says who belongs to a segment."""
    rule = rule_schema(vocabulary, known)
    values = {NAMED_BY: text(), "title": sentence(known), "when": rule["properties"]["when"]}
    properties = {key: described(value, SEGMENT[key]) for key, value in values.items()}
    return {
        "$schema": rule["$schema"],
        "title": "A segment",
        **mapping(properties, [NAMED_BY, "when"]),
        "definitions": rule["definitions"],
    }
