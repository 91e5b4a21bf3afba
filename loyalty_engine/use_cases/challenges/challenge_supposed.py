"""What a purchase would do to cards of challenges, for a quote: nothing is given, nothing is booked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from loyalty_engine.domain.challenges import NO_STEP, reached
from loyalty_engine.ports import Card, CardPrize, View
from loyalty_engine.rulebook.challenges import Challenge
from loyalty_engine.rulebook.prizes import brings
from loyalty_engine.use_cases.challenges.challenge_cards import (
    STANDS,
    CardMove,
    last_first,
    new_prize,
    next_at,
    padded,
)
from loyalty_engine.use_cases.challenges.challenge_prizes import (
    Acting,
    Gave,
    counted_of,
    gave_of,
    prize_of,
    prizes_of,
    rule_of,
    tier_until,
)
from loyalty_engine.use_cases.challenges.challenge_steps import Counting, place_of
from loyalty_engine.use_cases.challenges.prize_limits import PrizeLimits
from loyalty_engine.use_cases.deciding.codec import encode
from loyalty_engine.use_cases.deciding.stored_forms import IssuedVoucher


def supposed_moves(view: View, acting: Acting, counting: Counting, now: datetime) -> list[CardMove]:
    """The cards as a purchase would leave them, with the prizes that it would give `now`."""
    supposing = _Supposing(view, acting, now)
    return [supposing.move(text, counting) for text in sorted(counting.steps)]


@dataclass(slots=True)
class _Supposing:
    """Goes the way of `Moving` and `Prizing`, and counts nothing."""

    view: View
    acting: Acting
    now: datetime
    limits: PrizeLimits = field(init=False)

    def __post_init__(self) -> None:
        self.limits = PrizeLimits(self.acting, self.view, self.now)

    def move(self, text: str, counting: Counting) -> CardMove:
        """One card, once the purchase counts on it."""
        place = place_of(text)
        challenge, window = self.acting.rulebook.challenges[place.challenge], counting.windows[text]
        card = counting.cards.cards.get((place.owner, place.period, place.challenge))
        if card is None:
            card = Card(place.owner, place.period, place.challenge, window.since, window.until)
        else:
            card = replace(card, since=window.since, until=window.until)
        tally = card.tally.moved(NO_STEP, counting.steps[text])
        due = last_first(reached(challenge.scheme, tally))
        given = padded(card.given, len(due))
        prizes = () if due == given else tuple(self._prizes(challenge, card, due))
        stand = tuple(max(pair) for pair in zip(given, due, strict=True))
        after = replace(card, tally=tally, given=stand)
        after = replace(after, next_at=next_at(challenge, after, self.acting.program, self.now))
        return CardMove(challenge, card, after, prizes)

    def _prizes(self, challenge: Challenge, card: Card, due: Sequence[int]) -> Iterator[CardPrize]:
        known = prizes_of(self.view, card)
        for goal in (*range(1, len(due)), 0):
            mine = {number: it for (of, number), it in known.items() if of == goal}
            missing = due[goal] - sum(it.state in STANDS for it in mine.values())
            for number in [n for n in sorted(mine) if mine[n].state == "withdrawn"]:
                if missing > 0:
                    yield self._again(challenge, mine[number])
                    missing -= 1
            first = max(mine, default=0) + 1
            for number in range(first, first + missing):
                yield self._give(challenge, new_prize(self.acting, card, goal, number, self.now))

    def _again(self, challenge: Challenge, prize: CardPrize) -> CardPrize:
        """What was withdrawn is given as it was; what a limit had refused is decided anew."""
        gave = gave_of(prize)
        prize = replace(prize, late=self.acting.late)
        if gave.limit and not gave.points:
            return self._give(challenge, prize)
        self.limits.use_again(counted_of(prize))
        vouchers = tuple(IssuedVoucher(it.rule, it.kind) for it in gave.vouchers)
        return replace(prize, state="given", gave=encode(replace(gave, vouchers=vouchers)))

    def _give(self, challenge: Challenge, prize: CardPrize) -> CardPrize:
        what, acting = prize_of(challenge, prize.goal), self.acting
        found = brings(what, acting.at, acting.program)
        points, limit, counted = self.limits.within(challenge, what, dict(found.points))
        if limit and not points:
            return replace(prize, state="refused", gave=encode(Gave(limit=limit)))
        self.limits.use(counted)
        kinds, gave = list(found.vouchers), Gave(points, messages=found.messages, limit=limit)
        if what.tier:
            until = tier_until(what, self.now, acting.program)
            gave = replace(gave, tier=what.tier, tier_until=until)
        if (reward := acting.rulebook.rewards.get(what.reward)) is not None:
            gave = replace(gave, reward=reward.id)
            if reward.tier:
                until = reward.tier_until(self.now, acting.program)
                gave = replace(gave, tier=reward.tier, tier_until=until)
            if reward.voucher:
                kinds.append(reward.voucher)
            if reward.message:
                gave = replace(gave, messages=(*gave.messages, reward.message))
        vouchers = tuple(IssuedVoucher(rule_of(challenge.id), kind) for kind in kinds)
        return replace(prize, state="given", gave=encode(replace(gave, vouchers=vouchers)))
