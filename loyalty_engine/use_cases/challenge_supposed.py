"""What a purchase would do to cards of challenges, for a quote: nothing is given, nothing is booked."""

from dataclasses import replace
from datetime import datetime

from loyalty_engine.domain.challenges import NO_STEP, reached
from loyalty_engine.ports import Card, CardPrize
from loyalty_engine.rulebook.challenges import Challenge
from loyalty_engine.rulebook.prizes import brings
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.use_cases.challenge_cards import CardMove, last_first, padded
from loyalty_engine.use_cases.challenge_prizes import Gave, prize_of
from loyalty_engine.use_cases.challenge_steps import Counting, place_of
from loyalty_engine.use_cases.codec import encode
from loyalty_engine.use_cases.stored_forms import IssuedVoucher


def supposed_moves(rulebook: Rulebook, counting: Counting, at: datetime) -> list[CardMove]:
    """The cards as a purchase would leave them, with the prizes that would be given."""
    found = []
    for text, step in counting.steps.items():
        place = place_of(text)
        challenge, window = rulebook.challenges[place.challenge], counting.windows[text]
        card = counting.cards.cards.get((place.owner, place.period, place.challenge))
        if card is None:
            card = Card(place.owner, place.period, place.challenge, window.since, window.until)
        tally = card.tally.moved(NO_STEP, step)
        due = last_first(reached(challenge.scheme, tally))
        given = padded(card.given, len(due))
        prizes = tuple(
            _supposed(rulebook, challenge, card, goal, number, at)
            for goal in (*range(1, len(due)), 0)
            for number in range(given[goal] + 1, due[goal] + 1)
        )
        stand = tuple(max(pair) for pair in zip(given, due, strict=True))
        found.append(CardMove(challenge, card, replace(card, tally=tally, given=stand), prizes))
    return found


def _supposed(
    rulebook: Rulebook, challenge: Challenge, card: Card, goal: int, number: int, at: datetime
) -> CardPrize:
    it = brings(prize_of(challenge, goal), at, rulebook.program)
    vouchers = tuple(IssuedVoucher("", kind) for kind in it.vouchers)
    gave = Gave(it.points, messages=it.messages, vouchers=vouchers)
    return CardPrize(
        card.owner, card.period, card.challenge, goal, number, "given", card.owner, "", at, at,
        rulebook.hash, encode(gave),
    )  # fmt: skip
