"""Vouchers for next time: given by purchases, rewards and whoever else has a reason."""

from dataclasses import dataclass
from datetime import datetime

from msgspec import UNSET

from loyalty_engine.domain.errors import Conflict
from loyalty_engine.ports import MemberRecord, Voucher, Work
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.vouchers import VoucherKind
from loyalty_engine.use_cases.calling import Engine
from loyalty_engine.use_cases.deciding.stored_forms import IssuedVoucher


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
    declared, worth = terms_of(engine, rulebook, kind, member, worth)
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


def terms_of(
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
