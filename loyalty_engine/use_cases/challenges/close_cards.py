"""Cards whose time is over are closed, and streaks that broke are told; dates rule, not this."""

from dataclasses import replace
from datetime import datetime

from loyalty_engine.domain.challenges import running, runs
from loyalty_engine.ports import Card, Work
from loyalty_engine.rulebook.challenges import Challenge
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.use_cases.calling import Answer, Engine
from loyalty_engine.use_cases.challenges.challenge_told import progress_on
from loyalty_engine.use_cases.deciding.codec import local_time
from loyalty_engine.use_cases.events import member_event
from loyalty_engine.use_cases.writing import Written, write


def close_cards(engine: Engine, program: str, owner: int, now: datetime) -> int:
    """Tell what has become of the cards of a member, or of a household by its account, by `now`.

    Nothing is given or taken; whoever comes second finds nothing to do. Answers how many there were.
    """
    rulebook = engine.rulebooks.current(program)
    done = 0

    def act(work: Work) -> Written:
        nonlocal done
        if work.member(owner) is None:
            work.account_version(owner)  # a household's: locks it
        due = [it for it in work.cards_of(owner) if it.next_at is not None and it.next_at <= now]
        work.save_cards([_after(engine, work, rulebook, it) for it in due])
        done = len(due)
        return Written(Answer(200, b""))

    write(engine, program, now, act)
    return done


def _after(engine: Engine, work: Work, rulebook: Rulebook, card: Card) -> Card:
    """The card once what was due on it has been told."""
    now = work.now
    challenge = rulebook.challenges.get(card.challenge)
    if card.until is not None and card.until <= now:
        _tell(engine, work, rulebook, challenge, card, "challenge_ended")
        return replace(card, next_at=None, closed_at=now)
    if challenge is not None and challenge.scheme.count.in_a_row:
        today = local_time(rulebook.program, now).date()
        if (
            runs(challenge.scheme, card.tally)
            and running(challenge.scheme, card.tally, today) is None
        ):
            _tell(engine, work, rulebook, challenge, card, "streak_broken")
    return replace(card, next_at=card.until)


def _tell(
    engine: Engine,
    work: Work,
    rulebook: Rulebook,
    challenge: Challenge | None,
    card: Card,
    kind: str,
) -> None:
    """One event for a member, or for each of a household."""
    mine = work.member(card.owner)
    family = [mine] if mine is not None else work.family(card.owner)
    told: dict[str, object] = {"challenge": card.challenge, "period": card.period}
    if challenge is not None:
        stands = progress_on(challenge, card, local_time(rulebook.program, work.now).date())
        told |= {"rounds": stands.rounds, "done": stands.done, "left": stands.left}
        if kind == "streak_broken":
            told["length"] = runs(challenge.scheme, card.tally)[-1].length
    for member in family:
        name = f"{card.challenge}:{engine.new_number()}"
        work.announce(member_event(kind, member.number, name, member.version, work.now, told))
