"""Prizes of households' cards, and who has had them: nobody wins one again by changing households."""

from collections import Counter
from collections.abc import Iterable

from loyalty_engine.ports import CardPrize, MemberRecord, View
from loyalty_engine.rulebook.challenges import Challenge, Owner
from loyalty_engine.use_cases.challenges.challenge_prizes import gave_of

HAD = ("given", "owed")
"""States of a prize that somebody has had."""


def is_bounded(challenge: Challenge) -> bool:
    """Whether a household gets it so many times only; what can be won again and again is no gain."""
    return challenge.owner is Owner.HOUSEHOLD and challenge.scheme.rounds is not None


def had_elsewhere(
    view: View, member: MemberRecord, asked: Iterable[tuple[Challenge, str]]
) -> frozenset[tuple[str, str]]:
    """Of challenges and periods those whose prize the member has had as often as it is given: alone,
    or with a household that it belonged to then, and not on the card on which it counts now.

    Asks the database only where a challenge of households ends, and twice only for those who have
    belonged to one.
    """
    bounded = {(it.id, period): it.scheme.rounds for it, period in asked if is_bounded(it)}
    been = {it.account for it in view.memberships(member.number)} if bounded else set()
    if not been:
        return frozenset()
    times: Counter[tuple[str, str, int]] = Counter(
        (it.challenge, it.period, it.goal)
        for owner in sorted((been | {member.number}) - {member.account})
        for it in view.card_prizes(owner)
        if it.state in HAD and (owner == member.number or member.number in gave_of(it).family)
    )
    return frozenset(
        (challenge, period)
        for (challenge, period, _), had in times.items()
        if had >= (bounded.get((challenge, period)) or had + 1)
    )


def family_of(view: View, challenge: Challenge, prize: CardPrize) -> tuple[int, ...]:
    """Who has a prize now: all who belong to the household; nobody to be named of a member's own."""
    if challenge.owner is not Owner.HOUSEHOLD or prize.owner == prize.receiver:
        return ()
    return tuple(it.number for it in view.family(prize.owner)) or (prize.receiver,)
