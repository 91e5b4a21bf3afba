"""Values in columns of text: JSON with sorted keys."""

from typing import Any

import msgspec

_encoder = msgspec.json.Encoder(order="sorted")


def json_text(value: object) -> str:
    """Compact JSON with sorted keys: equal values have equal texts."""
    return _encoder.encode(value).decode()


def json_value(text: str | bytes) -> Any:
    """The value of JSON."""
    return msgspec.json.decode(text)
