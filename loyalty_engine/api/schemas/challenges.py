"""Challenges: how far a member is, what is left, and what was given."""

import re

from marshmallow.fields import Boolean, Date, Dict, List, Nested, String

from loyalty_engine.api.schemas.codes import NextVoucher
from loyalty_engine.api.schemas.containers import Shape
from loyalty_engine.api.schemas.fields import Instant, Name, Read, Whole, like
from loyalty_engine.domain.challenges import Count

_DECIMAL = r"^-?(0|[1-9][0-9]*)\.[0-9]{1,3}$"
COUNTS = [count.value for count in Count]
STATES = ["open", "done", "not_entered", "not_eligible", "had_elsewhere", "ended"]


class Steps(Read):
    """How much of what a challenge counts; below zero where more was given than is kept."""

    wire = int | str
    json = like(
        type=None,
        oneOf=[
            {"type": "integer"},
            {"type": "string", "pattern": _DECIMAL},
        ],
    )

    def read(self, value: object) -> int | str:
        if type(value) is int or (isinstance(value, str) and re.match(_DECIMAL, value)):
            return value
        raise ValueError("an integer, or a decimal as text")


class PrizeShown(Shape):
    """What reaching a goal gave, or would give. What it does not give is left out."""

    goal = Steps(required=True)
    round = Whole(1, required=True)
    says = String(required=True)
    points = Dict(String(), Whole(1))
    vouchers = List(Nested(NextVoucher))
    messages = List(String())
    tier = String()
    tier_until = Instant(allow_none=True)
    reward = String()
    limit = String(metadata={"description": "What cut it short."})
    late = Boolean(metadata={"description": "It was given after its time, or out of order."})


class CardShown(Shape):
    """How far one card is. Money is in minor units, products may be weighed.

    `progress` is below zero while more was given than what is kept has reached.
    """

    challenge = String(required=True)
    title = String(required=True)
    period = String(required=True)
    progress = Steps(required=True)
    goal = Steps(required=True)
    left = Steps(required=True)
    rounds = Whole(0, required=True)
    done = Boolean(required=True)
    until = Instant(required=True, allow_none=True)
    says = String(required=True)


class CardMoved(CardShown):
    """What a purchase, a return or an event did to a card."""

    added = Steps(required=True)
    completed = List(Nested(PrizeShown))
    withdrawn = List(Nested(PrizeShown))
    owed = List(Nested(PrizeShown))
    refused = List(Nested(PrizeShown))


class GoalShown(Shape):
    """A goal, what it gives, and how often it stands as reached."""

    at = Steps(required=True)
    says = String(required=True)
    times = Whole(0, required=True)


class PrizeKept(PrizeShown):
    """What a card has given, and what became of it."""

    state = String(required=True, metadata={"enum": ["given", "withdrawn", "owed", "refused"]})
    given_at = Instant(required=True)
    purchase = String(required=True)


class Streak(Shape):
    """How long a streak runs; `keep_by` is the last day on which it can go on."""

    length = Whole(0, required=True)
    longest = Whole(0, required=True)
    forgiven_left = Whole(0, required=True)
    keep_by = Date(required=True, allow_none=True)
    broken_on = Date(required=True, allow_none=True)


class ChallengeShown(CardShown):
    """One challenge of a member: the present card, or one that has ended."""

    text = String(required=True)
    count = String(required=True, metadata={"enum": COUNTS})
    since = Instant(data_key="from", required=True, allow_none=True)
    state = String(required=True, metadata={"enum": STATES})
    opt_in = Boolean(required=True)
    entered = Boolean(required=True)
    missing = List(String(), required=True)
    goals = List(Nested(GoalShown), required=True)
    prizes = List(Nested(PrizeKept), required=True)
    streak = Nested(Streak)


class ChallengesQuery(Shape):
    """In which language."""

    language = Name(metadata={"description": "A BCP 47 tag; the member's own unless told."})


class MemberChallenges(Shape):
    """Every challenge that is on for a member, and those that have ended lately."""

    member = String(required=True, allow_none=True)
    challenges = List(Nested(ChallengeShown), required=True)
    version = Whole(0, required=True)


class ChallengeEntered(ChallengeShown):
    """The challenge that a member has entered or left."""

    member = String(required=True, allow_none=True)
