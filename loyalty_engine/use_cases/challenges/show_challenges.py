"""The challenges of a member: how far each is, what is left for what, and what was given."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from loyalty_engine.domain.challenges import breaks_on, running, runs
from loyalty_engine.ports import Address, Card, CardPrize, MemberRecord, View
from loyalty_engine.rulebook.challenges import Challenge, Owner, Window
from loyalty_engine.rulebook.deciding.eligible import unmet
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.telling.challenge_sentences import prize_in_words
from loyalty_engine.rulebook.telling.languages import in_language
from loyalty_engine.rulebook.telling.sentences import missing
from loyalty_engine.use_cases.answering import to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.challenges.challenge_shares import had_elsewhere, is_bounded
from loyalty_engine.use_cases.challenges.challenge_told import amount, card_told, prize_told
from loyalty_engine.use_cases.codes import without_codes
from loyalty_engine.use_cases.deciding.codec import local_time
from loyalty_engine.use_cases.members.show_member import known
from loyalty_engine.use_cases.members.standing import GONE
from loyalty_engine.use_cases.spending.rewarding import reward_facts

MOST_ENDED = 20
"""So many cards whose time is over are told, the latest."""


def show_challenges(
    engine: Engine, caller: Caller, member_id: str, language: str | None = None
) -> Answer:
    """Every challenge that is on, and cards that have ended lately (200); raises `NotFound`."""
    rulebook = engine.rulebooks.current(caller.program)
    with engine.storage.read(caller.program) as view:
        member = known(view, Address("member", member_id))
        showing = Showing(rulebook, caller, view, member, language)
        rows = showing.rows()
    body = {"member": member.id, "challenges": rows, "version": member.version}
    return Answer(200, without_codes(to_json(body)))


class Showing:
    """One member's challenges, at the instant of the call."""

    def __init__(
        self,
        rulebook: Rulebook,
        caller: Caller,
        view: View,
        member: MemberRecord,
        language: str | None = None,
    ) -> None:
        self.rulebook = rulebook
        self.now = caller.now
        self.member = member
        self.language = language or member.language or rulebook.program.languages[0]
        owners = sorted({member.number, member.account})
        cards = [card for owner in owners for card in view.cards_of(owner)]
        self._cards = {(it.owner, it.challenge, it.period): it for it in cards}
        self._prizes = [it for owner in owners for it in view.card_prizes(owner)]
        self._entries = view.challenge_entries(member.number)
        windows = [
            (it, it.window(caller.now, member.enrolled_at, rulebook.program))
            for it in rulebook.challenges.values()
            if is_bounded(it)
        ]
        self._had = had_elsewhere(view, member, [(it, on.name) for it, on in windows if on])
        self._facts = reward_facts(view, rulebook.program, member, caller.now, "", "")

    def rows(self) -> list[dict[str, Any]]:
        """Those that are on, then those that have ended."""
        shown = []
        on = set()
        for challenge in self.rulebook.challenges.values():
            window = challenge.window(self.now, self.member.enrolled_at, self.rulebook.program)
            if window is None or self.member.status in GONE:
                continue
            card = self.card(challenge, window)
            on.add((card.owner, card.challenge, card.period))
            shown.append(self.row(challenge, card))
        ended = [it for key, it in self._cards.items() if key not in on]
        ended.sort(key=lambda it: (it.until is None, it.until or self.now), reverse=True)
        known = self.rulebook.challenges
        return shown + [
            self.row(known[it.challenge], it) | {"state": "ended"}
            for it in ended[:MOST_ENDED]
            if it.challenge in known
        ]

    def row(self, challenge: Challenge, card: Card) -> dict[str, Any]:
        """One card, with all that a member may want to know of it."""
        program, language = self.rulebook.program, self.language
        row = card_told(self.rulebook, challenge, card, language, self.now)
        failed = unmet(challenge.who, self._facts)
        entered = self._entered(challenge)
        row |= {
            "text": in_language(challenge.text, language, program.languages)
            if challenge.text
            else "",
            "count": challenge.scheme.count,
            "from": card.since,
            "state": "done" if row["done"] else "open",
            "opt_in": challenge.opt_in,
            "entered": entered,
            "missing": [missing(it, language, program) for it in failed],
            "goals": self._goals(challenge, card),
            "prizes": [
                prize_told(self.rulebook, challenge, it, language)
                | {"state": it.state, "given_at": it.given_at, "purchase": it.purchase}
                for it in self._given(card)
            ],
        }
        if failed:
            row["state"] = "not_eligible"
        elif challenge.opt_in and not entered:
            row["state"] = "not_entered"
        elif (challenge.id, card.period) in self._had:
            row["state"] = "had_elsewhere"
        if challenge.scheme.count.in_a_row:
            row["streak"] = self._streak(challenge, card)
        return row

    def card(self, challenge: Challenge, window: Window | None) -> Card:
        """The card of a time, as it is or empty; without a time one of none."""
        shared = challenge.owner is Owner.HOUSEHOLD
        owner = self.member.account if shared else self.member.number
        if window is None:
            return Card(owner, "", challenge.id, None, None)
        none = Card(owner, window.name, challenge.id, window.since, window.until)
        return self._cards.get((owner, challenge.id, window.name), none)

    def _entered(self, challenge: Challenge) -> bool:
        return not challenge.opt_in or any(
            it.challenge == challenge.id
            and it.since <= self.now
            and (it.until is None or self.now < it.until)
            for it in self._entries
        )

    def _given(self, card: Card) -> Sequence[CardPrize]:
        mine = (card.owner, card.challenge, card.period)
        return [it for it in self._prizes if (it.owner, it.challenge, it.period) == mine]

    def _goals(self, challenge: Challenge, card: Card) -> list[Mapping[str, Any]]:
        goals = challenge.scheme.goals
        stands = {
            (number or len(goals)) - 1: times
            for number, times in enumerate(card.given[: len(goals)])
        }
        return [
            {
                "at": amount(challenge.scheme.count, goal),
                "says": prize_in_words(challenge.prizes[place], self.rulebook, self.language),
                "times": stands.get(place, 0),
            }
            for place, goal in enumerate(goals)
        ]

    def _streak(self, challenge: Challenge, card: Card) -> dict[str, Any]:
        """How long it runs, until which day it has to go on, and when the last one broke."""
        scheme, today = challenge.scheme, local_time(self.rulebook.program, self.now).date()
        found = runs(scheme, card.tally)
        run = running(scheme, card.tally, today)
        last = breaks_on(scheme, found[-1]) if found else None
        return {
            "length": run.length if run else 0,
            "longest": max((it.length for it in found), default=0),
            "forgiven_left": run.spare if run else scheme.forgiven,
            "keep_by": last - timedelta(days=1) if run and last else None,
            "broken_on": last if last and not run else None,
        }
