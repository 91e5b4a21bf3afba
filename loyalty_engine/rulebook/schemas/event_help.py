"""What each key of a kind of event means, as editors show it and docs/programme-files.md says it."""

from collections.abc import Mapping
from typing import Final

EVENT: Final[Mapping[str, str]] = {
    "title": "what people call it",
    "purpose": "why it is kept, in words that a member may read",
    "data": "the values it tells, by name",
}

EVENT_FIELD: Final[Mapping[str, str]] = {
    "type": "`text`, `integer`, `decimal`, `boolean` or `date`",
    "required": "whether an event of the kind has to tell it",
    "min": "the smallest number it can be",
    "max": "the largest number it can be",
    "one_of": "the values it can have",
    "factor": "what it measures, as an item of a survey: results tell the mean of each factor",
    "reversed": (
        "whether it is worded negatively: its answer counts as `min` plus `max` less the answer"
    ),
}
