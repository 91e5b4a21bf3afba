"""One call as it is declared: its path, scope, body, answers and refusals; see api.calls."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum

from marshmallow import Schema

from loyalty_engine.api.reading import Body
from loyalty_engine.api.schemas.containers import Shape


class Key(Enum):
    """Whether a call takes an Idempotency-Key; one without a business id must have it."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it is declared. `gives` are its good answers by status; with `media` an answer
    is a picture or the like, of one of these types.
    """

    method: str
    rule: str
    key: Key
    scope: str
    gives: Mapping[int, Schema]
    takes: Body | None = None
    query: Shape | None = None
    refuses: Collection[int] = ()
    media: Collection[str] = ()

    @property
    def route(self) -> str:
        """The path as OpenAPI writes it, which also names the call in logs and metrics."""
        return self.rule.replace("<id:", "{").replace("<key:", "{").replace(">", "}")

    @property
    def refusals(self) -> list[int]:
        """Every status of an error that the call can answer."""
        statuses = {400, 401, 403, 422, 429, 500, 503, *self.refuses}
        if self.takes is not None:
            statuses |= {413, 415}
        if self.key is not Key.NONE:
            statuses |= {409}
        return sorted(statuses)
