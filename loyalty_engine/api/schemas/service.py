"""What is answered about the service itself: rules, proof, operations, health, problems."""

from marshmallow.fields import Boolean, Dict, List, Nested, String

from loyalty_engine.api.schemas.containers import Shape
from loyalty_engine.api.schemas.fields import Instant, Name, Whole


class ProblemFault(Shape):
    """One thing that is wrong, and where: in the body or in the query."""

    detail = String(required=True)
    pointer = String(metadata={"description": "A JSON pointer into the body."})
    parameter = String(metadata={"description": "A parameter of the path or the query."})


class Problem(Shape):
    """An error as RFC 9457 shapes it. `effect` says whether anything was changed."""

    type = String(required=True, metadata={"format": "uri-reference"})
    title = String(required=True)
    status = Whole(400, 599, required=True)
    detail = String(required=True)
    code = String(required=True)
    effect = String(required=True, metadata={"enum": ["none", "done", "unknown"]})
    errors = List(Nested(ProblemFault), required=True)
    values = Dict(metadata={"description": "The figures behind `detail`, for programs."})
    instance = String(metadata={"description": "Names the request in the service's logs."})


class RuleListed(Shape):
    """A rule of the rulebook in force; `from` and `until` are its first and last day."""

    rule = String(required=True)
    lane = String(required=True)
    priority = Whole(required=True)
    start = String(data_key="from", required=True, allow_none=True)
    end = String(data_key="until", required=True, allow_none=True)
    live = Boolean(required=True)
    says = String(required=True)
    at = String(required=True, metadata={"description": "File and line."})


class LaneListed(Shape):
    """A step of stacking."""

    name = String(required=True)
    stacking = String(required=True)


class RulebookShown(Shape):
    """The rulebook in force."""

    program = String(required=True)
    rulebook = String(required=True, metadata={"description": "The hash of all its files."})
    lanes = List(Nested(LaneListed), required=True)
    rules = List(Nested(RuleListed), required=True)


class Finding(Shape):
    """Something that must not be: which promise is broken, where, and how."""

    check = String(required=True)
    where = String(required=True)
    detail = String(required=True)


class Sums(Shape):
    """The points of one unit: what was given, what became of it, and what is owed."""

    issued = Whole(required=True)
    adjusted = Whole(required=True)
    redeemed = Whole(required=True)
    expired = Whole(required=True)
    clawed = Whole(required=True)
    transferred = Whole(
        required=True,
        metadata={"description": "Moved to accounts of other parts; 0 in a complete proof."},
    )
    outstanding = Whole(required=True)


class ValueSums(Shape):
    """Gift cards and store credit of one currency, minor units: no part of what points owe."""

    issued = Whole(required=True)
    used = Whole(required=True)
    expired = Whole(required=True)
    outstanding = Whole(required=True)


class IntegrityQuery(Shape):
    """Which part of a proof in parts."""

    after = Name(metadata={"description": "`next` of the part before."})


class Integrity(Shape):
    """The ledger's own proof: what was looked at, and what does not agree, which is nothing.

    Where it is not `complete`, all of it is about one part, and `next` is the cursor of the next.
    """

    program = String(required=True)
    clean = Boolean(required=True)
    complete = Boolean(required=True)
    counts = Dict(String(), Whole(0), required=True)
    findings = List(Nested(Finding), required=True)
    totals = Dict(String(), Nested(Sums), required=True)
    stored_value = Dict(
        String(), Nested(ValueSums), required=True,
        metadata={"description": "By currency; told with the last part."},
    )  # fmt: skip
    next = String(required=True, allow_none=True)


class OperationShown(Shape):
    """What became of a write under an Idempotency-Key, and the answer it was given."""

    key = String(required=True)
    effect = String(required=True, metadata={"enum": ["done"]})
    at = Instant(required=True)
    status = Whole(200, 299, required=True)
    answer = Dict(required=True)


class Alive(Shape):
    """The process answers."""

    status = String(required=True)
    version = String(required=True)


class Part(Shape):
    """One thing the service needs, and why it is not well where it is not."""

    name = String(required=True)
    ready = Boolean(required=True)
    needed = Boolean(required=True)
    detail = String(required=True)


class Ready(Shape):
    """Whether requests can be answered, part by part."""

    ready = Boolean(required=True)
    parts = List(Nested(Part), required=True)


class Exposition(Shape):
    """Text as Prometheus reads it."""
