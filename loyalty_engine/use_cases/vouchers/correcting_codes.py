"""Codes and vouchers of a purchase that is corrected: what stays, what comes back, what is new."""

from dataclasses import dataclass
from typing import Any

from loyalty_engine.domain.purchase import Purchase
from loyalty_engine.ports import MemberRecord, Work
from loyalty_engine.rulebook.deciding.kept import Kept
from loyalty_engine.use_cases.calling import Caller, Engine
from loyalty_engine.use_cases.deciding.case import Case, Question
from loyalty_engine.use_cases.deciding.stored_forms import IssuedVoucher
from loyalty_engine.use_cases.vouchers.deciding_with_codes import (
    Decided,
    decide_codes,
    giving,
    tell_codes,
)
from loyalty_engine.use_cases.vouchers.presenting import count_refused
from loyalty_engine.use_cases.vouchers.using_codes import give_back, purchase_use, use_up, uses_of
from loyalty_engine.use_cases.vouchers.vouchers_won import no_longer_given


@dataclass(frozen=True, slots=True)
class Corrected:
    """A corrected purchase as decided, and the vouchers for next time that it gives now."""

    decided: Decided
    issued: tuple[IssuedVoucher, ...]

    @property
    def case(self) -> Case:
        """The purchase as decided."""
        return self.decided.case

    def tell(self, receipt: dict[str, Any], caller: Caller, language: str) -> None:
        """Put codes and vouchers into the receipt."""
        tell_codes(receipt, self.decided, self.issued, caller, language, committed=True)


def correct_codes(
    work: Work,
    engine: Engine,
    caller: Caller,
    question: Question,
    old: Purchase,
    issued: tuple[IssuedVoucher, ...],
) -> Corrected:
    """Decide a correction of `old`: its codes are free for it to use, and free again if it does not."""
    uses = []
    if old.vouchers:
        uses = uses_of(work, engine, caller.program, question.rulebook, old)
    own = {it.code for it in uses}
    decided = decide_codes(work, engine, caller, question, own=own)
    codes = decided.presented.codes
    used = {it.digest for it in codes}
    give_back(work, [it for it in uses if it.code not in used])
    if decided.asker is not None:
        use_up(work, codes, purchase_use(old.id), question.member, own=own)
        count_refused(work, decided.asker, decided.presented, work.now)
    wanted = decided.case.decision.vouchers
    if not wanted and not issued:
        return Corrected(decided, ())
    who = giving(engine, caller, decided, question.member)
    return Corrected(decided, who.given_anew(work, issued, wanted))


def leave_kept(
    work: Work,
    engine: Engine,
    caller: Caller,
    coded: Corrected,
    member: MemberRecord | None,
    after: Kept,
) -> None:
    """Of the vouchers that a corrected purchase gives, those are good that its kept part gives."""
    issued = [it for it in coded.issued if it.seed is not None]
    if not issued:
        return
    gone = no_longer_given(issued, after.vouchers)
    giving(engine, caller, coded.decided, member).take_back(work, gone)
    for it in issued:
        if not any(it is other for other in gone) and it.seed is not None:
            code = engine.codes.code_of(caller.program, it.seed, it.characters, it.gcn or "")
            work.withdraw_voucher(engine.codes.digest(caller.program, code), False)
