"""Events that are no purchases: what is told, what came of it, and what surveys say."""

from typing import Any

from marshmallow.fields import Boolean, Dict, List, Nested, Raw, String

from loyalty_engine.api.schemas.challenges import CardMoved
from loyalty_engine.api.schemas.containers import Map, Shape
from loyalty_engine.api.schemas.fields import Id, Instant, Name, Scalar, Whole
from loyalty_engine.api.schemas.receipt_parts import Flag, PointsOfUnit
from loyalty_engine.api.schemas.receipts import BalanceShown, Message, RuleTold, TierChange
from loyalty_engine.api.schemas.suppositions import Day
from loyalty_engine.domain.requests import EventRequest

MOST_DATA = 100


class EventBody(Shape):
    """What happened to a member; `kind` and the names in `data` are those of the programme."""

    id = Id(required=True)
    kind = Name(required=True)
    member = Id(required=True)
    occurred_at = Instant(required=True)
    data = Map(Scalar(), MOST_DATA)

    def make(self, known: dict[str, Any]) -> EventRequest:
        return EventRequest(**known)


class EventReceipt(Shape):
    """What an event brought about and why; only rules about events are told."""

    member = String(required=True, allow_none=True)
    event = String(required=True)
    kind = String(required=True)
    committed = Boolean(required=True)
    points = Dict(String(), Nested(PointsOfUnit), required=True)
    rules = List(Nested(RuleTold), required=True)
    messages = List(Nested(Message), required=True)
    vouchers = List(Raw(), required=True)
    tier = Nested(TierChange, required=True)
    balance = Dict(String(), Nested(BalanceShown), required=True)
    version = Whole(0, required=True)
    rulebook = String(required=True)
    late = Boolean(metadata={"description": "A later purchase was there already."})
    flags = List(Nested(Flag))
    challenges = List(Nested(CardMoved))


class EventShown(EventReceipt):
    """The receipt of an event, what it told, and what is left of what it gave."""

    occurred_at = Instant(required=True)
    data = Dict(String(), Raw(), required=True)
    state = String(required=True, metadata={"enum": ["recorded", "cancelled"]})
    points_left = Dict(String(), Whole(), required=True)


class EventCancelled(Shape):
    """What cancelling an event takes back."""

    member = String(required=True, allow_none=True)
    event = String(required=True)
    kind = String(required=True)
    committed = Boolean(required=True)
    state = String(required=True)
    points_taken = Dict(String(), Whole(), required=True)
    points_given = Dict(String(), Whole(), required=True)
    vouchers_withdrawn = List(String())
    challenges = List(Nested(CardMoved))
    tier = Nested(TierChange, required=True)
    balance = Dict(String(), Nested(BalanceShown), required=True)
    version = Whole(0, required=True)
    rulebook = String(required=True)


class SurveyQuery(Shape):
    """Which answers: days in the programme's zone, both included, and what to tell them apart by."""

    since = Day(data_key="from")
    until = Day()
    by = Name(metadata={"description": "`tier`, or a member attribute."})


class FactorResult(Shape):
    """What the answers say of one factor: exact to two decimals, half up."""

    answers = Whole(1, required=True)
    mean = String(required=True)


class SurveyTotal(Shape):
    """What all the answers say."""

    answers = Whole(0, required=True)
    factors = Dict(String(), Nested(FactorResult), required=True)


class SurveyRow(SurveyTotal):
    """One month and segment."""

    month = String(required=True, metadata={"description": "As in 2026-03."})
    segment = String(required=True, allow_none=True)


class SurveyResults(Shape):
    """What members have answered, by month and segment; cancelled answers do not count."""

    survey = String(required=True)
    title = String(required=True)
    by = String(required=True, allow_none=True)
    factors = List(String(), required=True)
    rows = List(Nested(SurveyRow), required=True)
    total = Nested(SurveyTotal, required=True)
