"""Vouchers for next time that purchases give: given, taken back when they are no longer kept, told."""

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec import UNSET

from loyalty_engine.domain.errors import Conflict
from loyalty_engine.ports import MemberRecord, Work
from loyalty_engine.rulebook.deciding.kept import Kept
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.telling.languages import in_language
from loyalty_engine.use_cases.calling import Engine
from loyalty_engine.use_cases.codes import marked
from loyalty_engine.use_cases.deciding.stored_forms import IssuedVoucher
from loyalty_engine.use_cases.vouchers.voucher_issuing import (
    issue_voucher,
    terms_of,
    withdraw_voucher,
)

Wanted = Sequence[tuple[str, str]]
"""Rules and the kinds of voucher that they give."""


@dataclass(frozen=True, slots=True)
class Giving:
    """Who gives vouchers for a purchase, and to whom."""

    engine: Engine
    program: str
    rulebook: Rulebook
    member: MemberRecord | None
    purchase: str
    at: datetime

    def announced(self, wanted: Wanted) -> tuple[IssuedVoucher, ...]:
        """What a quote would give: kinds without codes; none that could not be given."""
        found = []
        for rule, kind in wanted:
            with suppress(Conflict):
                _, worth = terms_of(self.engine, self.rulebook, kind, self.member, None)
                told = UNSET if worth is None else worth
                found.append(IssuedVoucher(rule, kind, worth=told))
        return tuple(found)

    def given(self, work: Work, wanted: Wanted) -> tuple[IssuedVoucher, ...]:
        """Give vouchers; one that cannot be given stays without a seed."""
        return tuple(self._one(work, rule, kind) for rule, kind in wanted)

    def given_anew(
        self, work: Work, before: Sequence[IssuedVoucher], wanted: Wanted
    ) -> tuple[IssuedVoucher, ...]:
        """What a correction leaves as it was, what it takes back, and what it gives beside."""
        old = list(before)
        found = []
        for pair in wanted:
            same = next((it for it in old if (it.rule, it.kind) == pair), None)
            if same is not None:
                old.remove(same)
            found.append(same or self._one(work, *pair))
        self.take_back(work, old)
        return tuple(found)

    def take_back(self, work: Work, issued: Iterable[IssuedVoucher]) -> list[str]:
        """Take back those that are not used yet; answers their kinds."""
        return [
            it.kind
            for it in issued
            if it.seed is not None
            and withdraw_voucher(
                self.engine, work, self.program, it.seed, it.characters, it.gcn or ""
            )
        ]

    def take_back_unkept(
        self, work: Work, issued: Sequence[IssuedVoucher], before: Kept, after: Kept
    ) -> list[str]:
        """Take back what was kept before and is not after a return; answers the kinds."""
        still = {id(it) for it in no_longer_given(issued, before.vouchers)}
        gone = no_longer_given(issued, after.vouchers)
        return self.take_back(work, [it for it in gone if id(it) not in still])

    def _one(self, work: Work, rule: str, kind: str) -> IssuedVoucher:
        try:
            issued = issue_voucher(
                self.engine, work, self.program, self.rulebook, kind,
                member=self.member, at=self.at, purchase=self.purchase, rule=rule,
            )  # fmt: skip
        except Conflict:
            return IssuedVoucher(rule, kind)
        return issued.kept(rule)


def no_longer_given(
    issued: Sequence[IssuedVoucher], kept: Iterable[tuple[str, str]]
) -> list[IssuedVoucher]:
    """Of the vouchers that a purchase gave, those that what is kept of it does not give."""
    left = Counter(tuple(pair) for pair in kept)
    gone = []
    for it in issued:
        if left[it.rule, it.kind]:
            left[it.rule, it.kind] -= 1
        else:
            gone.append(it)
    return gone


def as_given(wanted: Wanted, issued: Sequence[IssuedVoucher]) -> tuple[IssuedVoucher, ...]:
    """Of these vouchers, those that were given before; the others are not given now."""
    old = list(issued)
    found = []
    for rule, kind in wanted:
        same = next((it for it in old if (it.rule, it.kind) == (rule, kind)), None)
        if same is not None:
            old.remove(same)
        found.append(same or IssuedVoucher(rule, kind))
    return tuple(found)


def told_of(
    rulebook: Rulebook, issued: Iterable[IssuedVoucher], language: str, *, committed: bool
) -> list[dict[str, Any]]:
    """What a receipt says of vouchers for next time: with a code once they are given."""
    rows: list[dict[str, Any]] = []
    for it in issued:
        if committed and it.seed is None:
            continue
        row: dict[str, Any] = {"voucher": it.kind, "rule": it.rule}
        kind = rulebook.voucher_kinds.get(it.kind)
        if kind is not None and kind.title:
            row["title"] = in_language(kind.title, language, rulebook.program.languages)
        if it.seed is not None:
            row["code"] = marked(it.seed, it.characters, it.gcn or "")
            row["ends_at"] = it.ends_at
        if it.worth:
            row["worth"] = it.worth
        rows.append(row)
    return rows
