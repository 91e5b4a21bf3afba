"""One rulebook over a past: each event by the functions that record real ones, figures kept."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Any, cast

from loyalty_engine.backtest.figures import Figures, Member, Worth
from loyalty_engine.backtest.known import Known
from loyalty_engine.backtest.memory import Memory
from loyalty_engine.backtest.past import (
    Bought,
    Brought,
    CameBack,
    Event,
    Joined,
    Promoted,
    Spent,
)
from loyalty_engine.backtest.recording import Recorder
from loyalty_engine.backtest.scoring import Scorer
from loyalty_engine.domain.entries import Cause
from loyalty_engine.domain.errors import InsufficientPoints, InvalidRequest, LoyaltyError
from loyalty_engine.domain.purchase import Purchase
from loyalty_engine.domain.requests import Return, ReturnLine
from loyalty_engine.ports import Address, MemberRecord, Work
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.use_cases.calling import Caller, Engine
from loyalty_engine.use_cases.deciding import codec
from loyalty_engine.use_cases.members.enrolling import enrol_on_purchase
from loyalty_engine.use_cases.members.standing import review
from loyalty_engine.use_cases.points.booking import open_book
from loyalty_engine.use_cases.points.settle_account import settle_in
from loyalty_engine.use_cases.purchases.checks import check_purchase
from loyalty_engine.use_cases.purchases.history import Opening
from loyalty_engine.use_cases.purchases.play_history import bring, missing
from loyalty_engine.use_cases.returns.record_return import return_in
from loyalty_engine.use_cases.tiers.review_tier import review_in
from loyalty_engine.use_cases.writing import save_account

CLIENT = "backtest"


@dataclass(frozen=True, slots=True)
class Rulebooks:
    """The rulebook of a side, and the one before it up to just before `since`."""

    before: Rulebook
    rulebook: Rulebook
    since: datetime | None = None

    def at(self, program: str, at: datetime) -> Rulebook:
        """The one in force at `at`."""
        return self.before if self.since is not None and at < self.since else self.rulebook

    def current(self, program: str) -> Rulebook:
        """The one in force in the end."""
        return self.rulebook

    def by_hash(self, program: str, hash: str) -> Rulebook:
        """One by its hash."""
        return self.before if hash == self.before.hash else self.rulebook


def lean(rulebook: Rulebook) -> Rulebook:
    """The same rulebook, but nobody is told which rules were not met: there are no receipts."""
    switches = replace(rulebook.program.switches, receipt_not_met=0)
    return replace(rulebook, program=replace(rulebook.program, switches=switches))


def _usable(rulebook: Rulebook, purchase: Purchase) -> Purchase:
    """The purchase without codes that these rules do not have: the till would not take them."""
    known = rulebook.vouchers
    return replace(
        purchase, vouchers=tuple(it for it in purchase.vouchers if it.casefold() in known)
    )


class Side:
    """Plays events in the order of time. `coming` are the purchases of which some come back."""

    def __init__(self, rulebooks: Rulebooks, worth: Worth, coming: Mapping[str, int]) -> None:
        self.figures = Figures()
        program = rulebooks.rulebook.program
        self._rulebooks = rulebooks
        self._program = program
        self._scorer = Scorer(program, worth, self.figures, rulebooks.since)
        units = [*program.units.values(), *rulebooks.before.program.units.values()]
        measures = program.tiers.measures | rulebooks.before.program.tiers.measures
        self.memory = Memory(
            program.name, self._scorer, coming, measures,
            keeps_entries=any(it.converts for it in units),
        )  # fmt: skip
        self._work = cast(Work, self.memory)
        self._recorder = Recorder(self.memory, self._scorer, coming)
        numbers = count(1)
        nothing: Any = None
        self._engine = Engine(
            storage=nothing, rulebooks=rulebooks, hooks=nothing, board=nothing,
            new_number=lambda: next(numbers), new_secret=str,
        )  # fmt: skip
        self._coming = dict(coming)
        self._acts: Mapping[type[Event], Callable[[Any], None]] = {
            Bought: self._buy, CameBack: self._take_back, Joined: self._join,
            Brought: self._bring, Promoted: self._promote, Spent: self._spend,
        }  # fmt: skip

    def play(self, owner: str, event: Event) -> None:
        """Let something happen to `owner`; what is refused is counted, and changes nothing."""
        self.memory.now = event.at
        self._owner = owner
        try:
            self._acts[type(event)](event)
        except LoyaltyError as refusal:
            self.figures.refused[refusal.code] += 1

    # --- what happens ------------------------------------------------------------------------

    def _join(self, it: Joined) -> None:
        program = self._rulebooks.at("", it.at).program
        member = enrol_on_purchase(self._engine, self._work, program, it.purchase)
        if it.attributes or it.language:
            language = it.language or member.language
            told = replace(member, attributes=it.attributes, language=language)
            self.memory.save_member(told)
        for opening in it.openings:
            self._bring_in(opening)

    def _buy(self, it: Bought) -> None:
        purchase = it.purchase
        rulebook = self._rulebooks.at("", purchase.occurred_at)
        if purchase.vouchers:
            purchase = _usable(rulebook, purchase)
        check_purchase(rulebook, purchase, it.at)
        known = self.memory.known.get(self._owner)
        if known is None:
            number = self._engine.new_number()
            self._recorder.guest(rulebook, purchase, it.plugins, number)
            return
        if it.attributes is not None:
            language = it.language or known.record.language
            known.record = replace(known.record, attributes=it.attributes, language=language)
        self._topping_up(
            it.top_up,
            lambda: self._recorder.member(rulebook, purchase, it.plugins, known.record),
        )

    def _spend(self, it: Spent) -> None:
        self._topping_up(it.top_up, lambda: self._take(it, self.memory.known[self._owner].record))

    def _take(self, it: Spent, member: MemberRecord) -> None:
        book = open_book(self._work, member, it.at)
        book.spend(it.unit, it.points, Cause("redeem", member.number, it.at, reason=it.reason))
        self.memory.save_member(save_account(self._work, member, book))

    def _topping_up(self, reason: str | None, act: Callable[[], None]) -> None:
        """Do what needs points; with a reason, those that are not there are brought before it."""
        topped_up: set[str] = set()
        while True:
            try:
                return act()
            except InsufficientPoints as short:
                unit = str(short.values["unit"])
                if reason is None or unit in topped_up:
                    raise
                self._top_up(reason, unit, short)
                topped_up.add(unit)

    def _top_up(self, reason: str, unit: str, short: InsufficientPoints) -> None:
        points = missing(self._work, self._owner, unit, short)
        self._bring_in(Opening("short", unit, points, reason))
        if self._scorer.counts(self.memory.now):
            self.figures.lacking[unit] += points

    def _bring(self, it: Brought) -> None:
        self._bring_in(it.opening)

    def _bring_in(self, opening: Opening) -> None:
        program = self._rulebooks.at("", self.memory.now).program
        bring(self._work, program, self._caller, self._owner, opening)

    def _promote(self, it: Promoted) -> None:
        known = self.memory.known[self._owner]
        program = self._rulebooks.at("", it.at).program
        if it.grant.tier not in {tier.name for tier in program.tiers.tiers}:
            raise InvalidRequest("these rules have no such tier", code="tier_unknown")
        known.grants.append(it.grant)
        known.record = review(self._work, program, known.record)

    def _take_back(self, it: CameBack) -> None:
        back = it.back or self._all_of(it)
        if back is not None:
            return_in(self._engine, self._work, self._caller, it.purchase, back)
            self.figures.returns += self._scorer.counts(it.at)
        self._coming[it.purchase] -= 1
        if not self._coming[it.purchase]:
            self.memory.forget_purchase(it.purchase)
            self._scorer.forget(it.purchase)

    def _all_of(self, it: CameBack) -> Return | None:
        stored = self.memory.purchase(it.purchase)
        left = codec.kept_of(stored.kept).lines if stored else {}
        lines: Sequence[ReturnLine] = [ReturnLine(line, milli) for line, milli in left.items()]
        return Return("all", it.at, tuple(lines)) if lines else None

    @property
    def _caller(self) -> Caller:
        return Caller(self.memory.program, CLIENT, self.memory.now)

    # --- the end -----------------------------------------------------------------------------

    def finish(self, last: datetime) -> Iterator[Member]:
        """Let time pass up to `last`, and tell of every member; then all of them are forgotten."""
        self.memory.now = last
        for name, known in self.memory.known.items():
            yield self._finished(name, known, last)
        self.memory.forget()
        self._scorer.forget_members()

    def _finished(self, name: str, known: Known, last: datetime) -> Member:
        number = known.record.number
        changes = [it.next_change_at for it in known.balances.values() if it.next_change_at]
        if any(it <= last for it in changes):
            settle_in(self._work, self._program, number)
        due = known.record.tier.due
        if due is not None and due <= last:
            review_in(self._engine, self._work, self._program, number)
        record = self._work.find_member(Address("member", name))
        assert record is not None, "nobody leaves a backtest"
        return self._scorer.finished(name, record, known.balances)
