"""Giving what goals bring and taking it back, in one unit of work: points, vouchers, tiers, rewards.

What is unused is withdrawn; what has been used stays, and its progress is owed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from loyalty_engine.domain.errors import Conflict
from loyalty_engine.domain.ledger import AccountBook, Cause
from loyalty_engine.domain.tiers import Grant
from loyalty_engine.domain.units import Shortfall
from loyalty_engine.ports import CardPrize, Voucher, Work
from loyalty_engine.rulebook.challenges import Challenge
from loyalty_engine.rulebook.prizes import brings
from loyalty_engine.use_cases.challenges.challenge_prizes import (
    NAME,
    Acting,
    Gave,
    booked_as,
    counted_of,
    gave_of,
    not_waiting,
    prize_of,
    rule_of,
    tier_until,
)
from loyalty_engine.use_cases.challenges.challenge_shares import family_of
from loyalty_engine.use_cases.challenges.prize_limits import PrizeLimits
from loyalty_engine.use_cases.deciding.codec import encode
from loyalty_engine.use_cases.deciding.stored_forms import IssuedVoucher
from loyalty_engine.use_cases.points.booking import THAW, convert_full_cards, issue
from loyalty_engine.use_cases.returns.restoring import restored_until
from loyalty_engine.use_cases.returns.unconverting import unconvert
from loyalty_engine.use_cases.vouchers.voucher_issuing import issue_voucher


@dataclass(slots=True)
class Prizing:
    """Gives and takes what goals bring, in one unit of work; `limits` are counted when it is saved.

    `tiers` tells that a tier was given or ended by hand, which somebody has to review.
    """

    acting: Acting
    work: Work
    tiers: int = 0
    limits: PrizeLimits = field(init=False)

    def __post_init__(self) -> None:
        self.limits = PrizeLimits(self.acting, self.work, self.work.now)

    def give(self, challenge: Challenge, prize: CardPrize, book: AccountBook) -> CardPrize:
        """Give what a goal brings; `prize` says which. What a limit has no room for is refused."""
        acting, what = self.acting, prize_of(challenge, prize.goal)
        found = brings(what, acting.at, acting.program)
        points, limit, counted = self.limits.within(challenge, what, dict(found.points))
        if limit and not points:
            return replace(prize, state="refused", gave=encode(Gave(limit=limit)))
        lots = {unit: self._issue(prize, unit, n, book) for unit, n in points.items()}
        family = family_of(self.work, challenge, prize)
        gave = Gave(points, lots, messages=found.messages, limit=limit, family=family)
        kinds = list(found.vouchers)
        if what.tier:
            gave = self._tier(
                prize, gave, what.tier, tier_until(what, self.work.now, acting.program)
            )
        if (reward := acting.rulebook.rewards.get(what.reward)) is not None:
            gave = replace(gave, reward=reward.id)
            if reward.tier:
                until = reward.tier_until(self.work.now, acting.program)
                gave = self._tier(prize, gave, reward.tier, until)
            if reward.voucher:
                kinds.append(reward.voucher)
            if reward.message:
                gave = replace(gave, messages=(*gave.messages, reward.message))
        vouchers = tuple(self._voucher(prize, kind) for kind in kinds)
        self.limits.use(counted)
        return replace(
            prize, state="given", gave=encode(replace(gave, vouchers=vouchers)),
            counted=encode(counted), rulebook=acting.rulebook.hash,
        )  # fmt: skip

    def give_again(self, challenge: Challenge, prize: CardPrize, book: AccountBook) -> CardPrize:
        """Give what was withdrawn: the same points, codes and limits; what was refused, anew."""
        gave, work, acting = gave_of(prize), self.work, self.acting
        prize = replace(
            prize, times=prize.times + 1, given_at=work.now, late=acting.late,
            purchase=acting.purchase, occurred_at=acting.at,
        )  # fmt: skip
        if gave.limit and not gave.points:
            return self.give(challenge, prize, book)
        cause = self._cause(prize)
        book.bring(work.lots_numbered(book.account, gave.lots.values()))
        for unit, points in gave.taken.items():
            left = book.give_back(unit, points, cause) if points else 0
            if left:
                issue(
                    book, acting.program, not_waiting(acting.program.units[unit]), left, cause, ""
                )
        book.settle()
        for digest in self._digests(gave):
            work.withdraw_voucher(digest, False)
        if gave.tier:
            self._grant(prize, gave.tier, gave.tier_until)
        self.limits.use_again(counted_of(prize))
        return replace(prize, state="given", gave=encode(replace(gave, taken={})))

    def withdraw(self, prize: CardPrize, book: AccountBook) -> CardPrize:
        """Take back what is unused; where a voucher has been used all of it stays and is owed."""
        if prize.state == "refused":
            return replace(prize, state="withdrawn")
        gave, work, program = gave_of(prize), self.work, self.acting.program
        digests = self._digests(gave)
        found = work.vouchers(digests) if digests else {}
        if any(it.uses for it in found.values()):
            self._bar(it for it in found.values() if it.uses >= it.most)
            return replace(prize, state="owed")
        for digest, it in found.items():
            if not it.withdrawn:
                work.withdraw_voucher(digest, True)
        taken = {unit: self._take(prize, unit, n, book) for unit, n in gave.points.items()}
        book.settle()
        convert_full_cards(book, program, prize.receiver, None)
        if gave.tier:
            self._grant(prize, gave.tier, work.now, ended=True)
        self.limits.give_back(counted_of(prize))
        return replace(prize, state="withdrawn", gave=encode(replace(gave, taken=taken)))

    def owe_no_more(self, prize: CardPrize) -> CardPrize:
        """What was owed is due: its codes are as good as those of any prize."""
        for digest in self._digests(gave_of(prize)):
            self.work.withdraw_voucher(digest, False)
        return replace(prize, state="given")

    # --- points ----------------------------------------------------------------------------

    def _cause(self, prize: CardPrize) -> Cause:
        member, at = self.acting.member.number, self.acting.at
        return Cause("challenge", member, at, booked_as(prize), prize.challenge)

    def _issue(self, prize: CardPrize, unit: str, points: int, book: AccountBook) -> int:
        program, frozen = self.acting.program, self.acting.member.status == "frozen"
        waits_for = THAW if frozen else None
        tier = self.acting.member.tier.tier
        cause = self._cause(prize)
        lot = issue(book, program, not_waiting(program.units[unit]), points, cause, tier, waits_for)
        book.settle()
        convert_full_cards(book, program, self.acting.member.number, None)
        return lot.number

    def _take(self, prize: CardPrize, unit: str, points: int, book: AccountBook) -> int:
        program, work = self.acting.program, self.work
        declared, cause = program.units[unit], replace(self._cause(prize), at=work.now)
        if declared.shortfall is not Shortfall.PENDING_ONLY:
            unconvert(work, book, declared, points, cause, restored_until(program, work.now))
        return book.take_back(
            unit, points, cause,
            pending_only=declared.shortfall is Shortfall.PENDING_ONLY,
            into_debt=declared.shortfall is Shortfall.DEBT,
        )  # fmt: skip

    # --- vouchers, tiers -------------------------------------------------------------------

    def _voucher(self, prize: CardPrize, kind: str) -> IssuedVoucher:
        acting, rule = self.acting, rule_of(prize.challenge)
        try:
            issued = issue_voucher(
                acting.engine, self.work, acting.name, acting.rulebook, kind,
                member=acting.member, at=acting.at, rule=rule,
            )  # fmt: skip
        except Conflict:
            return IssuedVoucher(rule, kind)
        return issued.kept(rule)

    def _bar(self, codes: Iterable[Voucher]) -> None:
        """Keep codes that are used up from being good again when their use is undone."""
        for it in codes:
            if not it.withdrawn:
                self.work.withdraw_voucher(it.code, True)

    def _digests(self, gave: Gave) -> list[str]:
        codes, name = self.acting.engine.codes, self.acting.name
        return [
            codes.digest(name, codes.code_of(name, it.seed, it.characters, it.gcn or ""))
            for it in gave.vouchers
            if it.seed is not None
        ]

    def _tier(self, prize: CardPrize, gave: Gave, tier: str, until: datetime | None) -> Gave:
        self._grant(prize, tier, until)
        return replace(gave, tier=tier, tier_until=until)

    def _grant(
        self, prize: CardPrize, tier: str, until: datetime | None, *, ended: bool = False
    ) -> None:
        since = self.work.now + timedelta(microseconds=self.tiers)  # one grant for an instant
        if ended:
            until = since
        self.tiers += 1
        by = booked_as(prize) + (", withdrawn" if ended else "")
        grant = Grant(tier, prize.given_at if ended else since, until)
        self.work.add_tier_grant(prize.receiver, grant, f"{NAME} {prize.challenge}", by)
