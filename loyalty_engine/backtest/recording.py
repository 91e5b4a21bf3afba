"""A purchase recorded in memory: the steps of `use_cases.purchases.record_purchase`, without what is only for
those who wait for an answer.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from loyalty_engine.backtest.memory import Memory
from loyalty_engine.backtest.scoring import Scorer
from loyalty_engine.domain.ledger import Cause, Portion
from loyalty_engine.domain.purchase import Purchase, Scalar
from loyalty_engine.ports import MemberRecord, Work
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.use_cases.deciding.case import Case, Question
from loyalty_engine.use_cases.deciding.settling import gains_of, settle_case
from loyalty_engine.use_cases.members.standing import count_purchase, member_facts
from loyalty_engine.use_cases.points.booking import (
    affordable,
    count_limits,
    grant_points,
    open_book,
    save_carries,
    spend_points,
)
from loyalty_engine.use_cases.purchases.storing import stored_purchase
from loyalty_engine.use_cases.writing import save_account

Plugins = Mapping[str, Mapping[str, Scalar]]


class Recorder:
    """Records purchases of members and of guests; only those in `coming` are kept."""

    def __init__(self, memory: Memory, scorer: Scorer, coming: Mapping[str, int]) -> None:
        self._memory = memory
        self._work = cast(Work, memory)
        self._scorer = scorer
        self._coming = coming

    def member(
        self, rulebook: Rulebook, purchase: Purchase, plugins: Plugins, member: MemberRecord
    ) -> None:
        """Record a member's purchase; what is refused is refused before anything is kept."""
        work, program, at = self._work, rulebook.program, purchase.occurred_at
        book = open_book(work, member, work.now)
        spend = affordable(book, program, purchase.spend, at)
        if spend != purchase.spend:
            purchase = replace(purchase, spend=spend)
        facts = member_facts(work, program, member, at)
        case = settle_case(work, Question(rulebook, purchase, member, facts, plugins))
        spent = spend_points(book, spend, Cause("spend", member.number, at, purchase.id))
        grant_points(book, program, case.decision, member, case)
        gains = gains_of(case.decision)
        after = count_purchase(work, program, member, at, gains)
        self._keep(case, member.number, member.account, spent)
        self._memory.count(member.number, purchase.id, at, gains)
        self._scorer.bought(case, member, comes_back=purchase.id in self._coming)
        count_limits(work, case)
        save_carries(work, member.number, case, case.decision)
        self._memory.save_member(save_account(work, after, book))

    def guest(self, rulebook: Rulebook, purchase: Purchase, plugins: Plugins, number: int) -> None:
        """Record a guest's purchase: discounts, no points."""
        case = settle_case(self._work, Question(rulebook, purchase, None, None, plugins))
        self._keep(case, number, None, {})
        self._scorer.bought(case, None, comes_back=purchase.id in self._coming)
        count_limits(self._work, case)

    def _keep(
        self, case: Case, number: int, account: int | None, spent: Mapping[str, list[Portion]]
    ) -> None:
        if case.facts.purchase.id in self._coming:
            stored = stored_purchase(
                case, number=number, account=account, fingerprint=b"", spent=spent,
                flags=case.flags, receipt=b"", now=self._work.now,
            )  # fmt: skip
            self._memory.add_purchase(stored)
