"""Take a reward: points (and money) for what it brings, once for each id."""

from collections.abc import Mapping

from loyalty_engine.domain.errors import Conflict
from loyalty_engine.domain.expiry import REDEMPTION
from loyalty_engine.domain.ledger import Cause
from loyalty_engine.domain.limits import Limit
from loyalty_engine.domain.requests import Take
from loyalty_engine.ports import Address, CounterKey, MemberRecord, Redemption, Taken, Work
from loyalty_engine.rulebook.rewards import Reward
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.use_cases.answering import to_json, with_member
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.canonical import fingerprint
from loyalty_engine.use_cases.events import member_event
from loyalty_engine.use_cases.idempotency import (
    operation_of,
    refusal_of,
    remember_answer,
    replay_of,
)
from loyalty_engine.use_cases.members.guarding import may_redeem
from loyalty_engine.use_cases.members.show_member import known
from loyalty_engine.use_cases.points.booking import open_book, spend_points
from loyalty_engine.use_cases.points.renewing import renew
from loyalty_engine.use_cases.purchases.reserving import Counted, lapse_due
from loyalty_engine.use_cases.spending.reward_taken import (
    Paid,
    give_code,
    give_reward,
    redemption_receipt,
    stored_redemption,
)
from loyalty_engine.use_cases.spending.rewarding import (
    Reason,
    counted_in,
    eligibility,
    full_up,
    offered,
    reward_facts,
    standing_reasons,
)
from loyalty_engine.use_cases.writing import Written, save_account, shown_after, write


def redeem_reward(engine: Engine, caller: Caller, asked: Take) -> Answer:
    """Take a reward (201), or repeat what was answered under this id (200).

    Raises `InvalidRequest` (no such reward, another amount of money, no store named), `NotFound`
    (no such member), `InsufficientPoints`, and `Conflict`: not offered now, not for this member,
    sold out, taken too often, another redemption under the id.
    """
    rulebook = engine.rulebooks.current(caller.program)

    def check() -> None:
        offered(rulebook, asked)
        engine.hooks.guard(caller.program, "redeem_reward", None, True)

    refusal = refusal_of(check)

    def act(work: Work) -> Written:
        operation = operation_of(caller, 201)
        if operation and (known_one := work.remember(operation)):
            return Written(replay_of(work, caller, known_one))
        member = known(work, Address("member", asked.member))
        before = work.redemption(asked.id)
        if before is not None:
            written = _repeat(work, before, asked)
        elif refusal is not None:
            raise refusal
        else:
            reward = offered(rulebook, asked)
            written = _redeem(engine, caller.program, work, rulebook, reward, member, asked)
        remember_answer(work, operation, written.answer)
        return written

    try:
        return write(engine, caller.program, caller.now, act)
    except Taken as taken:
        raise _exists(asked.id) from taken


def _exists(id: str) -> Conflict:
    return Conflict(
        f"redemption {id!r} stands for something else; take a new id", code="redemption_exists"
    )


def _repeat(work: Work, before: Redemption, asked: Take) -> Written:
    if before.fingerprint != fingerprint(asked):
        raise _exists(before.id)
    member = work.member(before.member)
    return Written(Answer(200, with_member(before.receipt, member.id if member else None), True))


def _redeem(
    engine: Engine,
    name: str,
    work: Work,
    rulebook: Rulebook,
    reward: Reward,
    member: MemberRecord,
    asked: Take,
) -> Written:
    program = rulebook.program
    facts = reward_facts(work, program, member, work.now, asked.store, asked.touchpoint)
    assert facts.member is not None, "a reward is for members"
    language = facts.member.language
    _refuse(standing_reasons(member, language))
    may_redeem(program, member, work.now)
    _refuse(eligibility(program, reward, facts, language))
    counted = counted_in(reward, member, asked.store, facts.local.date())
    used = work.counters(counted)
    _refuse(full_up(counted, used, language))
    book = open_book(work, member, work.now)
    if any(balance.held for balance in book.balances.values()):
        lapse_due(work, member, book)
    cause = Cause("redeem", member.number, work.now, reason=f"reward {reward.id}")
    paid = Paid(spend_points(book, reward.price, cause), _count(work, counted))
    after, gave = give_reward(work, program, reward, member, asked.id, language)
    if program.renewing:
        renew(work, book, program, after, REDEMPTION, work.now)
    if reward.voucher:
        gave |= give_code(engine, name, work, rulebook, reward, member)
    receipt = redemption_receipt(rulebook, reward, asked, language, gave, book, work)
    redemption = stored_redemption(
        rulebook, reward, member, asked, paid, gave, to_json(receipt), work
    )
    work.add_address(Address("redemption", asked.id), member.number)
    work.save_redemption(redemption)
    after = save_account(work, after, book)
    if after.tier != member.tier:
        work.save_member(after)
    told = {
        "redemption": asked.id, "reward": reward.id, "kind": reward.kind, "store": asked.store,
        "points": dict(reward.price), "money": reward.money, "cost": reward.cost,
        "gave": {key: it for key, it in gave.items() if key != "code"},
        "tier": {"before": member.tier.tier, "after": after.tier.tier},
    }  # fmt: skip
    work.announce(
        member_event("reward_redeemed", member.number, asked.id, book.version, work.now, told)
    )
    body = with_member(redemption.receipt, member.id)
    return Written(Answer(201, body), shown_after(program, after, book))


def _refuse(reasons: list[Reason]) -> None:
    if reasons:
        says = "; ".join(it.says for it in reasons)
        raise Conflict(f"the reward cannot be taken: {says}", code=reasons[0].code)


def _count(work: Work, counted: Mapping[CounterKey, tuple[str, Limit]]) -> list[Counted]:
    for key, (_, limit) in counted.items():
        work.use(key, 1, limit.ceiling)
    return [Counted(key, 1, limit.ceiling) for key, (_, limit) in counted.items()]
