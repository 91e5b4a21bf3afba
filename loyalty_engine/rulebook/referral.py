"""How members bring friends: what qualifies, how long it waits, and what looks like abuse."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from loyalty_engine.domain.happenings import EventField, EventKind
from loyalty_engine.domain.local_time import add_calendar
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.signals import Response
from loyalty_engine.rulebook.calendar_values import Length

MADE: Final = "referral_made"
JOINED: Final = "referral_joined"
_TOLD: Final = "rewards for members who bring friends"
KINDS: Final[Mapping[str, EventKind]] = {
    MADE: EventKind(
        MADE, _TOLD, {"en": "a friend who stayed", "fr": "un filleul confirmé"},
        {"nth": EventField("nth", "integer")},
    ),
    JOINED: EventKind(
        JOINED, _TOLD, {"en": "a friend's invitation taken up", "fr": "un parrainage abouti"}
    ),
}  # fmt: skip
"""The kinds of event by which rewards are decided; only the engine tells them."""


@dataclass(frozen=True, slots=True)
class Qualifies:
    """What a friend has to do: the `nth` purchase of which at least `spend` (minor units) is kept,
    an event of a kind, or, with `at_once`, nothing but join.
    """

    spend: int = 0
    nth: int = 1
    event: str = ""
    at_once: bool = False


@dataclass(frozen=True)
class ReferralScheme:
    """referral.yaml. `tiers` may refer, all where none is named.

    `same` says by signal what becomes of a referral between members seen with the same value,
    `ring` what of one in a circle. `rules` are the ids of the rules that reward.
    """

    id: str
    qualifies: Qualifies = field(default_factory=Qualifies)
    waits: Length = field(default_factory=Length)
    claim_within: Length = field(default_factory=lambda: Length(days=30))
    invitation: Length | None = None
    tiers: tuple[str, ...] = ()
    same: Mapping[str, Response] = field(default_factory=dict)
    ring: Response = Response.REFUSED
    rules: tuple[str, ...] = ()

    def due_at(self, qualified: datetime, program: Program) -> datetime:
        """From when on a friend who qualified then may be rewarded."""
        return after(qualified, self.waits, program)

    def may_claim_until(self, enrolled: datetime, program: Program) -> datetime:
        """Until when a member enrolled then may say by whom it came."""
        return after(enrolled, self.claim_within, program)

    def good_until(self, given: datetime, program: Program) -> datetime | None:
        """Until when an invitation given then is good; None for ever."""
        return None if self.invitation is None else after(given, self.invitation, program)


def after(at: datetime, length: Length, program: Program) -> datetime:
    """The instant so much later on the programme's calendar."""
    return add_calendar(at, length.all_months, length.days, program.zone)
