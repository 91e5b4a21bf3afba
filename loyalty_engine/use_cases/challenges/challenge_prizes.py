"""What is kept of what goals gave, who moves cards, and which limits count it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import msgspec

from loyalty_engine.domain.expiry import Pending, PendingKind
from loyalty_engine.domain.limits import Limit
from loyalty_engine.domain.local_time import RoundUp, add_calendar, end_of
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.units import Unit
from loyalty_engine.ports import Card, CardPrize, CounterKey, MemberRecord, View
from loyalty_engine.rulebook.challenges import Challenge, Prize
from loyalty_engine.rulebook.deciding.limits import period_name
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.use_cases.calling import Engine
from loyalty_engine.use_cases.deciding.codec import local_time
from loyalty_engine.use_cases.deciding.stored_forms import IssuedVoucher
from loyalty_engine.use_cases.purchases.reserving import Counted

OF_CHALLENGE = "challenge "
"""How the ids begin under which points of challenges are booked: no purchase's id has a space."""


@dataclass(frozen=True, slots=True)
class Gave:
    """What a goal gave. `lots` are those of its points, `taken` what was taken back of them.

    `family` are those who belonged to the household when it was given to one.
    """

    points: Mapping[str, int] = field(default_factory=dict)
    lots: Mapping[str, int] = field(default_factory=dict)
    taken: Mapping[str, int] = field(default_factory=dict)
    vouchers: tuple[IssuedVoucher, ...] = ()
    messages: tuple[Mapping[str, str], ...] = ()
    tier: str = ""
    tier_until: datetime | None = None
    reward: str = ""
    limit: str = ""
    family: tuple[int, ...] = ()


_gave = msgspec.json.Decoder(Gave)
_counted = msgspec.json.Decoder(tuple[Counted, ...])


def gave_of(prize: CardPrize) -> Gave:
    """What a prize brought."""
    return _gave.decode(prize.gave)


def counted_of(prize: CardPrize) -> tuple[Counted, ...]:
    """What a prize counts against limits."""
    return _counted.decode(prize.counted)


NAME = "challenge"


def booked_as(prize: CardPrize) -> str:
    """Under which id the points of a prize are booked."""
    period = f" {prize.period}" if prize.period else ""
    return f"{OF_CHALLENGE}{prize.challenge}{period} #{prize.goal}.{prize.round}"


def rule_of(challenge: str) -> str:
    """By which rule what a challenge gives is known."""
    return f"{NAME}:{challenge}"


@dataclass(frozen=True, slots=True)
class Acting:
    """Whose purchase or event moves cards: under which rulebook, when and where it happened."""

    engine: Engine
    name: str
    rulebook: Rulebook
    member: MemberRecord
    purchase: str
    at: datetime
    store: str = ""
    late: bool = False

    @property
    def program(self) -> Program:
        """The programme."""
        return self.rulebook.program


def limits_of(challenge: Challenge, acting: Acting) -> dict[CounterKey, tuple[str, Limit]]:
    """Where giving a challenge's prize is counted, and under which limit."""
    day = local_time(acting.program, acting.at).date()
    owners = {
        "member": f"member:{acting.member.number}",
        "household": f"account:{acting.member.account}",
        "all": "all",
    }
    found = {}
    for limit in challenge.rule.limits:
        name = limit.name(rule_of(challenge.id))
        key = CounterKey(owners[limit.scope], name, period_name(limit.period, day))
        found[key] = (name, limit)
    return found


def prize_of(challenge: Challenge, goal: int) -> Prize:
    """The prize of a goal by its number: 0 is the last, 1 the first, 2 the second."""
    return challenge.prizes[goal - 1]


def tier_until(prize: Prize, at: datetime, program: Program) -> datetime | None:
    """The first instant at which a tier given then is over."""
    if prize.lasts is None:
        return None
    after = add_calendar(at, prize.lasts.all_months, prize.lasts.days, program.zone)
    return end_of(after, RoundUp.DAY, program.zone)


def prizes_of(view: View, card: Card) -> dict[tuple[int, int], CardPrize]:
    """What a card has given so far, by goal and round."""
    return {
        (it.goal, it.round): it
        for it in view.card_prizes(card.owner)
        if (it.period, it.challenge) == (card.period, card.challenge)
    }


def not_waiting(unit: Unit) -> Unit:
    """No parcel arrives for a prize: its points do not wait for one."""
    if unit.pending.kind is not PendingKind.ON_EVENT:
        return unit
    return replace(unit, pending=Pending())


def cut_to(points: Mapping[str, int], room: int) -> dict[str, int]:
    """Points by unit, no more than there is room for in all."""
    left = {}
    for unit, wanted in points.items():
        left[unit] = min(wanted, room)
        room -= left[unit]
    return {unit: n for unit, n in left.items() if n}
