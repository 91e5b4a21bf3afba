"""A reward that is taken: what it brings at once, its code, its receipt, and what is kept of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from loyalty_engine.domain.ledger import AccountBook, Portion
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.requests import Take
from loyalty_engine.domain.tiers import Grant
from loyalty_engine.ports import MemberRecord, Redemption, Work
from loyalty_engine.rulebook.rewards import Reward
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.telling.languages import in_language
from loyalty_engine.use_cases.answering import instant, shown
from loyalty_engine.use_cases.calling import Engine
from loyalty_engine.use_cases.canonical import fingerprint
from loyalty_engine.use_cases.codes import marked
from loyalty_engine.use_cases.deciding.codec import encode
from loyalty_engine.use_cases.members.standing import review
from loyalty_engine.use_cases.purchases.reserving import Counted
from loyalty_engine.use_cases.spending.rewarding import (
    texts_of,
)
from loyalty_engine.use_cases.vouchers.voucher_issuing import issue_voucher


@dataclass(frozen=True, slots=True)
class Paid:
    """What has been taken for a reward: points by lot, and room in its limits."""

    spent: Mapping[str, list[Portion]]
    counted: list[Counted]


def give_reward(
    work: Work, program: Program, reward: Reward, member: MemberRecord, id: str, language: str
) -> tuple[MemberRecord, dict[str, Any]]:
    """What the reward brings at once: a tier for a while, words to read."""
    gave: dict[str, Any] = {}
    after = member
    if reward.tier:
        until = reward.tier_until(work.now, program)
        grant = Grant(reward.tier, work.now, until)
        work.add_tier_grant(member.number, grant, f"reward {reward.id}", f"redemption {id}")
        after = review(work, program, member)
        gave |= {"tier": reward.tier, "until": until and instant(until)}
    if reward.message:
        gave["message"] = in_language(reward.message, language, program.languages)
    return after, gave


def give_code(
    engine: Engine,
    name: str,
    work: Work,
    rulebook: Rulebook,
    reward: Reward,
    member: MemberRecord,
) -> dict[str, Any]:
    """A code of the reward's kind of voucher; what is kept is what it follows from."""
    issued = issue_voucher(
        engine, work, name, rulebook, reward.voucher, member=member, rule=f"reward:{reward.id}"
    )
    return {
        "voucher": issued.kind,
        "code": marked(issued.seed, issued.characters, issued.gcn),
        "ends_at": issued.ends_at and instant(issued.ends_at),
    }


def redemption_receipt(
    rulebook: Rulebook,
    reward: Reward,
    asked: Take,
    language: str,
    gave: dict[str, Any],
    book: AccountBook,
    work: Work,
) -> dict[str, Any]:
    """What is answered for it, and kept."""
    return {
        "redemption": asked.id,
        "reward": reward.id,
        "kind": reward.kind,
        **texts_of(reward, rulebook.program, language),
        "state": "taken",
        "taken_at": work.now,
        "points": dict(reward.price),
        "money": reward.money,
        "gave": gave,
        "balance": {name: shown(it) for name, it in sorted(book.balances.items())},
        "version": book.version,
        "rulebook": rulebook.hash,
    }


def stored_redemption(
    rulebook: Rulebook,
    reward: Reward,
    member: MemberRecord,
    asked: Take,
    paid: Paid,
    gave: dict[str, Any],
    receipt: bytes,
    work: Work,
) -> Redemption:
    """The redemption as it is kept, with what it takes to undo it."""
    return Redemption(
        member=member.number, id=asked.id, reward=reward.id, kind=reward.kind, state="taken",
        store=asked.store, taken_at=work.now, rulebook=rulebook.hash, money=reward.money,
        cost=reward.cost, fingerprint=fingerprint(asked), spent=encode(paid.spent),
        counted=encode(paid.counted), gave=encode(gave), receipt=receipt, account=member.account,
    )  # fmt: skip
