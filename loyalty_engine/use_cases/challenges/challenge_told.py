"""What is told of challenges: how far, what is left for what, what was given, in words and figures."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from loyalty_engine.domain.challenges import Count, Progress, progress_of
from loyalty_engine.ports import Card, CardPrize
from loyalty_engine.rulebook.challenges import Challenge
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.telling.challenge_sentences import left_in_words, prize_in_words
from loyalty_engine.rulebook.telling.languages import in_language
from loyalty_engine.rulebook.telling.sentences import rule_title
from loyalty_engine.use_cases.answering import quantity
from loyalty_engine.use_cases.challenges.challenge_cards import CardMove
from loyalty_engine.use_cases.challenges.challenge_prizes import gave_of
from loyalty_engine.use_cases.vouchers.vouchers_won import told_of


def moves_told(
    rulebook: Rulebook,
    moves: Sequence[CardMove],
    language: str,
    at: datetime,
    *,
    committed: bool = True,
) -> list[dict[str, Any]]:
    """The cards that a purchase has moved, as its receipt tells them."""
    rows = []
    for move in moves:
        row = card_told(rulebook, move.challenge, move.after, language, at)
        count = move.challenge.scheme.count
        row["added"] = amount(count, _size(count, move.after) - _size(count, move.before))
        for state, key in _TOLD.items():
            some = [it for it in move.prizes if it.state == state]
            if some:
                row[key] = [
                    prize_told(rulebook, move.challenge, it, language, committed=committed)
                    for it in some
                ]
        rows.append(row)
    return rows


_TOLD = {
    "given": "completed",
    "withdrawn": "withdrawn",
    "owed": "owed",
    "refused": "refused",
}


def _size(count: Count, card: Card) -> int:
    return len(card.tally.keys) if count.distinct or count.in_a_row else card.tally.total


def card_told(
    rulebook: Rulebook, challenge: Challenge, card: Card, language: str, at: datetime
) -> dict[str, Any]:
    """How far a card is at an instant, and what is left for what."""
    program, count = rulebook.program, challenge.scheme.count
    today = at.astimezone(program.zone).date()
    stands = progress_on(challenge, card, today)
    row: dict[str, Any] = {
        "challenge": challenge.id,
        "title": rule_title(challenge.rule, language, program),
        "period": card.period,
        "progress": amount(count, stands.progress),
        "goal": amount(count, stands.goal),
        "left": amount(count, stands.left),
        "rounds": stands.rounds,
        "done": stands.done,
        "until": card.until,
        "says": left_in_words(challenge, rulebook, stands, language),
    }
    return row


def progress_on(challenge: Challenge, card: Card, today: date) -> Progress:
    """The present round of a card."""
    given = card.given[0] if card.given else 0
    return progress_of(challenge.scheme, card.tally, given, today)


def prize_told(
    rulebook: Rulebook,
    challenge: Challenge,
    prize: CardPrize,
    language: str,
    *,
    committed: bool = True,
) -> dict[str, Any]:
    """What reaching a goal gave, or would give."""
    gave, languages = gave_of(prize), rulebook.program.languages
    goal = challenge.scheme.goals[prize.goal - 1]
    row: dict[str, Any] = {
        "goal": amount(challenge.scheme.count, goal),
        "round": prize.round,
        "says": prize_in_words(challenge.prizes[prize.goal - 1], rulebook, language),
    }
    if gave.points:
        row["points"] = dict(gave.points)
    if gave.vouchers:
        row["vouchers"] = told_of(rulebook, gave.vouchers, language, committed=committed)
    if gave.messages:
        row["messages"] = [in_language(it, language, languages) for it in gave.messages]
    if gave.tier:
        row["tier"] = gave.tier
        row["tier_until"] = gave.tier_until
    if gave.reward:
        row["reward"] = gave.reward
    if gave.limit:
        row["limit"] = gave.limit
    if prize.late:
        row["late"] = True
    return row


def amount(count: Count, steps: int) -> int | str:
    """An amount as callers read it: products as quantities, money in minor units."""
    if count is not Count.UNITS:
        return steps
    return quantity(steps) if steps >= 0 else _negative(steps)


def _negative(steps: int) -> int | str:
    told = quantity(-steps)
    return -told if isinstance(told, int) else f"-{told}"


def progress_event(moves: Sequence[CardMove]) -> list[Mapping[str, Any]]:
    """What the event of a purchase tells of the cards that it has moved."""
    return [
        {
            "challenge": it.challenge.id,
            "period": it.after.period,
            "before": _size(it.challenge.scheme.count, it.before),
            "after": _size(it.challenge.scheme.count, it.after),
            "given": list(it.after.given),
        }
        for it in moves
    ]
