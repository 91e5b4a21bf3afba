"""What purchases count for challenges, and on which cards: a function of what is kept of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from loyalty_engine.domain.challenges import NO_STEP, Step
from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.program import Program
from loyalty_engine.ports import Cards, MemberRecord, View
from loyalty_engine.rulebook.challenges import Challenge, Owner, Window, names_at
from loyalty_engine.rulebook.deciding.challenge_steps import kept_facts, step_of
from loyalty_engine.rulebook.deciding.kept import Kept
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.use_cases.challenges.challenge_shares import had_elsewhere
from loyalty_engine.use_cases.deciding.codec import local_time

Steps = Mapping[str, Step]
"""What a purchase counts, by the card: `<challenge>|<period>|<owner>`."""

NO_STEPS: Steps = {}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a step stands: the card's challenge, period and owner."""

    challenge: str
    period: str
    owner: int

    @property
    def text(self) -> str:
        """As it is kept with a purchase."""
        return f"{self.challenge}|{self.period}|{self.owner}"


def place_of(text: str) -> Place:
    """The card of a kept place."""
    challenge, period, owner = text.split("|")
    return Place(challenge, period, int(owner))


@dataclass(frozen=True, slots=True)
class Counting:
    """What a purchase counts, on which cards; `windows` are their times."""

    steps: Steps = field(default_factory=dict)
    windows: Mapping[str, Window] = field(default_factory=dict)
    cards: Cards = field(default_factory=Cards)


NOTHING = Counting()


def count_steps(
    view: View, rulebook: Rulebook, facts: Facts, member: MemberRecord, stood: Steps = NO_STEPS
) -> Counting:
    """What a purchase counts for challenges; asks the database only where it does for any.

    `facts` have the net amounts of the lines. What the revision before `stood` on stays there:
    a correction does not take it to a household that the member has joined since.
    """
    stays = {(it.challenge, it.period): it.owner for it in map(place_of, stood)}
    at = facts.purchase.occurred_at
    found: list[tuple[Challenge, Place, Window, Step]] = []
    today = facts.local.date()
    for challenge in rulebook.challenges.values():
        step = step_of(challenge, facts) if challenge.rule.live_on(today) else None
        if step is None:
            continue
        window = challenge.window(at, member.enrolled_at, rulebook.program)
        if window is not None:
            owner = member.account if challenge.owner is Owner.HOUSEHOLD else member.number
            owner = stays.get((challenge.id, window.name), owner)
            found.append((challenge, Place(challenge.id, window.name, owner), window, step))
    if not found:
        return NOTHING
    cards = cards_around(view, rulebook.program, member, at)
    takes_part = [it for it in found if not it[0].opt_in or it[0].id in cards.entered]
    new = [(it, place.period) for it, place, *_ in takes_part if place.text not in stood]
    if had := had_elsewhere(view, member, new):
        takes_part = [
            it
            for it in takes_part
            if it[1].text in stood or (it[1].challenge, it[1].period) not in had
        ]
    return Counting(
        {place.text: step for _, place, _, step in takes_part},
        {place.text: window for _, place, window, _ in takes_part},
        cards,
    )


def cards_around(view: View, program: Program, member: MemberRecord, at: datetime) -> Cards:
    """The cards that a purchase at `at` may move."""
    names = names_at(local_time(program, at).date())
    return view.cards_at(member.number, member.account, at, names)


def steps_kept(rulebook: Rulebook, facts: Facts, kept: Kept, before: Steps) -> dict[str, Step]:
    """What is still counted on the cards on which something was; nothing of what is undone."""
    if not before:
        return {}
    if not kept.lines:
        return dict.fromkeys(before, NO_STEP)
    part = kept_facts(facts, kept, rulebook.program)
    found = {}
    for text in before:
        challenge = rulebook.challenges.get(place_of(text).challenge)
        step = step_of(challenge, part) if challenge is not None else None
        found[text] = step or NO_STEP
    return found
