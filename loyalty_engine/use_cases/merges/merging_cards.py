"""Cards of two members who turn out to be one: progress adds up, and what is then due is given.

Nothing that either has been given is taken back; what the two together have not reached is owed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from loyalty_engine.ports import Card, CardEntry, CardPrize, Work
from loyalty_engine.rulebook.challenges import Owner
from loyalty_engine.use_cases.challenges.challenge_cards import STANDS, Moving
from loyalty_engine.use_cases.challenges.challenge_prizes import gave_of
from loyalty_engine.use_cases.challenges.challenge_steps import place_of
from loyalty_engine.use_cases.deciding import codec
from loyalty_engine.use_cases.purchases.reserving import recounted


def cards_together(work: Work, moving: Moving, other: int, owners: Mapping[str, str]) -> None:
    """Put the cards of `other` on those of the member who stays, with steps and prizes.

    Asks for cards only where the programme has challenges. `owners` are the old and the new owners
    of limits.
    """
    _recount_shared(work, moving.acting.member.number, other, owners)
    cards, entries = work.cards_of(other), work.challenge_entries(other)
    if not cards and not entries:
        return
    prizes = work.card_prizes(other)
    work.drop_cards(other)
    _hand_entries(work, moving.acting.member.number, entries)
    _rename_steps(work, moving, other)
    there = {
        owner: {(it.period, it.challenge): it for it in work.cards_of(owner)}
        for owner in {moving.acting.member.number, moving.acting.member.account}
    }
    for card in cards:
        owner = _owner(moving, card.challenge)
        mine = there[owner].get((card.period, card.challenge))
        moved = list(_prizes(work, moving, card, owner, prizes, owners))
        work.save_card_prizes(moved)
        _settle(moving, mine or Card(owner, card.period, card.challenge, None, None), card, moved)


def _recount_shared(work: Work, one: int, other: int, owners: Mapping[str, str]) -> None:
    """What the other got by cards of households that it has been in counts for the one now."""
    for account in sorted({it.account for it in work.memberships(other)}):
        work.account_version(account)  # locks it
        prizes = work.card_prizes(account)
        mine = [_had_by(it, one, other) for it in prizes if other in gave_of(it).family]
        mine += [it for it in prizes if it.receiver == other and other not in gave_of(it).family]
        work.save_card_prizes(
            [
                replace(it, receiver=one, counted=recounted(it.counted, dict(owners)))
                if it.receiver == other
                else it
                for it in mine
            ]
        )


def _had_by(prize: CardPrize, one: int, other: int) -> CardPrize:
    """The prize of a household to which the other belonged, which is the one now."""
    gave = gave_of(prize)
    family = tuple(dict.fromkeys(one if it == other else it for it in gave.family))
    return replace(prize, gave=codec.encode(replace(gave, family=family)))


def _owner(moving: Moving, challenge: str) -> int:
    """Whose the cards of a challenge are from now on."""
    found = moving.acting.rulebook.challenges.get(challenge)
    shared = found is not None and found.owner is Owner.HOUSEHOLD
    return moving.acting.member.account if shared else moving.acting.member.number


def _hand_entries(work: Work, one: int, entries: Sequence[CardEntry]) -> None:
    known = {(it.challenge, it.since) for it in work.challenge_entries(one)}
    handed = [replace(it, member=one) for it in entries]
    work.save_challenge_entries([it for it in handed if (it.challenge, it.since) not in known])


def _rename_steps(work: Work, moving: Moving, other: int) -> None:
    """What the other's purchases keep stands on the one's cards."""
    for purchase, revision, data in work.all_kept(other):
        kept = codec.kept_of(data)
        if not kept.steps:
            continue
        steps = {}
        for text, step in kept.steps.items():
            place = place_of(text)
            if place.owner == other:
                place = replace(place, owner=_owner(moving, place.challenge))
            steps[place.text] = step
        work.keep_anew(other, purchase, revision, codec.encode(replace(kept, steps=steps)))


def _prizes(
    work: Work,
    moving: Moving,
    card: Card,
    owner: int,
    prizes: Sequence[CardPrize],
    owners: Mapping[str, str],
) -> Iterator[CardPrize]:
    """The other's prizes, in the rounds after those of the one."""
    last: dict[int, int] = {}
    for it in work.card_prizes(owner):
        if (it.period, it.challenge) == (card.period, card.challenge):
            last[it.goal] = max(last.get(it.goal, 0), it.round)
    for it in prizes:
        if (it.period, it.challenge) == (card.period, card.challenge):
            last[it.goal] = last.get(it.goal, 0) + 1
            yield replace(
                it, owner=owner, round=last[it.goal], receiver=moving.acting.member.number,
                counted=recounted(it.counted, dict(owners)),
            )  # fmt: skip


def _settle(moving: Moving, mine: Card, card: Card, moved: list[CardPrize]) -> None:
    goals = max(len(mine.given), len(card.given))
    given = [0] * goals
    for number, times in enumerate(mine.given):
        given[number] += times
    for it in moved:
        if it.state in STANDS:
            given[it.goal] += 1
    both = replace(
        mine, since=mine.since or card.since, until=mine.until or card.until,
        given=tuple(given), next_at=mine.next_at or card.next_at,
    )  # fmt: skip
    tally = mine.tally.with_all(card.tally)
    challenge = moving.acting.rulebook.challenges.get(card.challenge)
    if challenge is None:
        moving.work.save_cards([replace(both, tally=tally)])
    else:
        moving.settle(challenge, both, tally)
