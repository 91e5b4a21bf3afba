"""Vouchers for next time: given by purchases, rewards and whoever else has a reason."""

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec import UNSET

from loyalty_engine.domain.errors import Conflict
from loyalty_engine.ports import MemberRecord, Voucher, Work
from loyalty_engine.rulebook.deciding.kept import Kept
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.telling.languages import in_language
from loyalty_engine.rulebook.vouchers import VoucherKind
from loyalty_engine.use_cases.calling import Engine
from loyalty_engine.use_cases.codes import marked
from loyalty_engine.use_cases.deciding.stored_forms import IssuedVoucher

Wanted = Sequence[tuple[str, str]]
"""Rules and the kinds of voucher that they give."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A voucher that was given. `code` is for its holder and kept nowhere; `seed` names it."""

    kind: str
    seed: int
    characters: int
    code: str
    digest: str
    ends_at: datetime | None
    gcn: str = ""
    worth: int | None = None

    def kept(self, rule: str) -> IssuedVoucher:
        """What is stored of it with what gave it: its code follows from that and the secret."""
        return IssuedVoucher(
            rule, self.kind, self.seed, self.characters, self.ends_at,
            self.gcn or UNSET, self.worth or UNSET,
        )  # fmt: skip


def issue_voucher(
    engine: Engine,
    work: Work,
    program: str,
    rulebook: Rulebook,
    kind: str,
    *,
    member: MemberRecord | None = None,
    at: datetime | None = None,
    purchase: str | None = None,
    rule: str | None = None,
    worth: int | None = None,
) -> Issued:
    """Make a code of single use and give it to `member`, or to whoever has it.

    `at` is when it was earned, by default now; `worth` what it takes off in minor units, by default
    what its file says. Raises `Conflict` (409) where the programme has no such kind of voucher in
    force, where many know its codes, where a worth is missing or of no use, or where the service
    has no secret.
    """
    declared, worth = _terms(engine, rulebook, kind, member, worth)
    seed = engine.new_number()
    code = engine.codes.code_of(program, seed, declared.characters, declared.gcn)
    digest = engine.codes.digest(program, code)
    ends_at = declared.ends_at(at or work.now, rulebook.program)
    work.add_vouchers(
        [
            Voucher(
                digest, kind, at or work.now, member.number if member else None, seed,
                purchase=purchase, rule=rule, ends_at=ends_at, worth=worth,
            )
        ]
    )  # fmt: skip
    return Issued(kind, seed, declared.characters, code, digest, ends_at, declared.gcn, worth)


def _terms(
    engine: Engine, rulebook: Rulebook, kind: str, member: MemberRecord | None, worth: int | None
) -> tuple[VoucherKind, int | None]:
    """What a code is to be and what it is worth; raises `Conflict` where none can be given."""
    declared = issuable(engine, rulebook, kind)
    worth = worth_of(declared, worth)
    if member is None and not declared.transferable:
        raise Conflict(f"{kind!r} is for members only", code="member_missing")
    return declared, worth


def worth_of(declared: VoucherKind, worth: int | None) -> int | None:
    """What a code of this kind is to be worth; raises `Conflict` where that cannot be."""
    if declared.of_worth:
        told = declared.worth if worth is None else worth
        if told is None:
            raise Conflict(f"say what a code of {declared.id!r} is worth", code="worth_missing")
        return told
    if worth is not None:
        raise Conflict(
            f"all codes of {declared.id!r} give what its file says; only worth_off asks for a worth",
            code="worth_of_no_use",
        )
    return None


def issuable(engine: Engine, rulebook: Rulebook, kind: str) -> VoucherKind:
    """The kind of which a code is to be made; raises `Conflict` where none can be."""
    declared = rulebook.voucher_kinds.get(kind)
    if declared is None:
        raise Conflict(f"there is no voucher {kind!r} in force", code="voucher_unknown")
    if declared.shared:
        raise Conflict(f"the codes of {kind!r} are known to many", code="voucher_shared")
    if not engine.codes.ready:
        raise Conflict(
            "no codes can be made without a secret: set LOYALTY_SECRET", code="secret_missing"
        )
    return declared


def withdraw_voucher(
    engine: Engine, work: Work, program: str, seed: int, characters: int, gcn: str = ""
) -> bool:
    """Take a voucher back that was given; False where it has been used.

    What was used stays used, and is not good again when that is undone: it was given for nothing.
    """
    digest = engine.codes.digest(program, engine.codes.code_of(program, seed, characters, gcn))
    found = work.vouchers([digest]).get(digest)
    if found is None:
        return False
    if not found.withdrawn:
        work.withdraw_voucher(digest, True)
    return not found.uses


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
                _, worth = _terms(self.engine, self.rulebook, kind, self.member, None)
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
