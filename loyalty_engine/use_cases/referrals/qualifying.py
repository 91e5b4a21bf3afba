"""What all that is done with referrals has in common: their states, and what qualifies."""

from dataclasses import replace
from datetime import datetime

from loyalty_engine.domain.errors import Conflict
from loyalty_engine.domain.happenings import kept_as
from loyalty_engine.domain.local_time import start_of_day
from loyalty_engine.ports import MemberRecord, Referral, View, Work
from loyalty_engine.rulebook.referral import ReferralScheme
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.use_cases.calling import Engine
from loyalty_engine.use_cases.events import member_event

JOINED, WAITING, REWARDED = "joined", "waiting", "rewarded"
TAKING_BACK, REFUSED = "taking_back", "refused"

WATCHED, SETTLED = 1, 2
"""What a member's `referred` says: all it does matters, or only what comes back."""

SPACE = "referral"
"""The kind of address under which a referrer's code is found."""

Occasion = tuple[str, datetime]
"""What qualified a friend, and when."""


def scheme_of(rulebook: Rulebook) -> ReferralScheme:
    """How members bring friends; raises `Conflict` where the programme does not say."""
    if rulebook.referral is None:
        raise Conflict(
            "the programme has no referral.yaml: nobody is rewarded for bringing friends",
            code="referral_none",
        )
    return rulebook.referral


def occasion_of(view: View, rulebook: Rulebook, referral: Referral) -> Occasion | None:
    """What qualifies the friend, by what is kept now; None while nothing does.

    All of the day of the claim counts: a till enrols while the basket is being rung up.
    """
    wanted = scheme_of(rulebook).qualifies
    if wanted.at_once:
        return "", referral.claimed_at
    zone = rulebook.program.zone
    since = start_of_day(referral.claimed_at.astimezone(zone).date(), zone)
    if wanted.event:
        told = view.told_since(referral.member, wanted.event, since)
        return (kept_as(told[0][0]), told[0][1]) if told else None
    bought = view.bought_since(referral.member, since)
    enough = [(name, at) for name, at, spend in bought if spend >= wanted.spend]
    return enough[wanted.nth - 1] if len(enough) >= wanted.nth else None


def follow(engine: Engine, work: Work, program: str, member: MemberRecord) -> None:
    """Let a referral follow what its friend has bought, told or brought back just now.

    For a friend whom `referred` marks. What takes time or others' accounts is for the job.
    """
    referral = work.referral(member.number)
    if referral is None or referral.state == REFUSED:
        return
    rulebook = engine.rulebooks.by_hash(program, referral.rulebook)
    moved = brought_on(work, rulebook, referral)
    if moved != referral:
        work.save_referral(moved)
        if moved.state != referral.state:
            tell(engine, work, moved, member.version)


def brought_on(work: Work, rulebook: Rulebook, referral: Referral) -> Referral:
    """The referral as what is kept now makes it."""
    scheme = scheme_of(rulebook)
    found = occasion_of(work, rulebook, referral)
    if referral.reason and not referral.held and not referral.cleared:
        return referral  # refused by hand: what was given is on its way back
    if referral.state in (REWARDED, TAKING_BACK):
        if found is None:
            return replace(referral, state=TAKING_BACK, due_at=work.now)
        return replace(referral, state=REWARDED, due_at=None)
    if found is None:
        return replace(referral, state=JOINED, occasion=None, qualified_at=None, due_at=None)
    occasion, at = found
    due = scheme.due_at(at, rulebook.program)
    return replace(referral, state=WAITING, occasion=occasion, qualified_at=at, due_at=due)


def tell(engine: Engine, work: Work, referral: Referral, version: int) -> None:
    """Tell those who react of a referral's state, under the friend's number."""
    name = str(engine.new_number())
    body = {"state": referral.state, "held": referral.held, "reason": referral.reason}
    work.announce(member_event("referral_changed", referral.member, name, version, work.now, body))
