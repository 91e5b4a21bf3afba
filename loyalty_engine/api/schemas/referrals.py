"""Referrals: who came by whom, what both may know of it, and what support decides."""

from typing import Any

from marshmallow.fields import Boolean, List, Nested, String

from loyalty_engine.api.schemas.containers import Map, Shape
from loyalty_engine.api.schemas.fields import Instant, Name, Number, OneOf, Sentence, Whole
from loyalty_engine.use_cases.referrals.qualifying import JOINED, REFUSED, REWARDED, WAITING
from loyalty_engine.use_cases.referrals.review_referral import REFUSE, RELEASE, Review

MOST_HELD = 1000
STATES = f"{JOINED}, {WAITING}, {REWARDED} or {REFUSED}."


class Invitation(Shape):
    """The code by which friends name a member, always the same, and until when it is good."""

    member = String(required=True, allow_none=True)
    code = String(required=True)
    good_until = Instant(required=True, allow_none=True)


class ClaimedReferralBody(Shape):
    """By whose code the member came."""

    code = Name(required=True)
    signals = Map(
        Name(), 20,
        metadata={"description": "What the member is seen with, by the names in program.yaml."},
    )  # fmt: skip

    def make(self, known: dict[str, Any]) -> tuple[str, dict[str, str]]:
        return known["code"], dict(known.get("signals", {}))


class ClaimedReferral(Shape):
    """What came of it: `joined`, or `refused` whatever the reason."""

    member = String(required=True, allow_none=True)
    state = String(required=True)


class OwnInvitation(Shape):
    """A member's code for friends; `state` is `invited` as long as it is good, then `ended`."""

    code = String(required=True)
    good_until = Instant(required=True, allow_none=True)
    state = String(required=True)


class ReferralShown(Shape):
    """What a member may know of a referral; `due_at` is when it is rewarded."""

    state = String(required=True, metadata={"description": STATES})
    joined_at = Instant(required=True)
    due_at = Instant(required=True, allow_none=True)
    rewarded_at = Instant(required=True, allow_none=True)


class Referrals(Shape):
    """A member's code, its friends without their names, and whether it came by somebody itself."""

    member = String(required=True, allow_none=True)
    invitation = Nested(OwnInvitation, required=True, allow_none=True)
    friends = List(Nested(ReferralShown), required=True)
    rewarded = Whole(0, required=True)
    mine = Nested(ReferralShown, required=True, allow_none=True)


class ReferralTold(Shape):
    """A referral as support sees it; `says` is the reason as a sentence."""

    member = String(required=True, allow_none=True)
    referrer = String(required=True, allow_none=True)
    state = String(required=True)
    held = Boolean(required=True, metadata={"description": "Waits for a decision."})
    reason = String(required=True)
    says = String(required=True)
    joined_at = Instant(required=True)
    qualified_at = Instant(required=True, allow_none=True)
    due_at = Instant(required=True, allow_none=True)
    rewarded_at = Instant(required=True, allow_none=True)
    decided_by = String(required=True)
    decided_why = String(required=True)


class HeldReferrals(Shape):
    """A page of the referrals that wait for a decision; `next` is the cursor of the page after."""

    referrals = List(Nested(ReferralTold), required=True)
    next = String(required=True, allow_none=True)


class HeldQuery(Shape):
    """Which part of the list."""

    after = Name(metadata={"description": "The cursor of the page before."})
    limit = Number(1, MOST_HELD, metadata={"description": "100 unless told."})


class ReviewBody(Shape):
    """What is decided about a referral."""

    decision = OneOf(RELEASE, REFUSE, required=True)
    reason = Sentence(required=True)
    by = Name(required=True, metadata={"description": "Who answers for it."})

    def make(self, known: dict[str, Any]) -> Review:
        return Review(**known)
