"""What stands between a member and a reward, and how much of the reward is left."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from loyalty_engine.domain.errors import InvalidRequest
from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.ledger import AccountBook
from loyalty_engine.domain.limits import Limit, Scope
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purchase import Purchase
from loyalty_engine.domain.requests import Take
from loyalty_engine.ports import CounterKey, MemberRecord, View
from loyalty_engine.rulebook.deciding.eligible import unmet
from loyalty_engine.rulebook.deciding.limits import period_name
from loyalty_engine.rulebook.rewards import Reward
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.telling.languages import in_language, language_of
from loyalty_engine.rulebook.telling.sentences import missing
from loyalty_engine.use_cases.deciding.codec import local_time
from loyalty_engine.use_cases.deciding.counting import in_order
from loyalty_engine.use_cases.members.standing import GONE, member_facts

STOCK = "/stock/"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a reward cannot be taken now: a code, and a sentence in the member's language."""

    code: str
    says: str


def reward_facts(
    view: View, program: Program, member: MemberRecord, at: datetime, store: str, touchpoint: str
) -> Facts:
    """What conditions may look at: the member, the place and the time, and an empty basket."""
    purchase = Purchase("", at, program.currency, (), store=store, touchpoint=touchpoint)
    return Facts(
        purchase=purchase,
        local=local_time(program, at),
        member=member_facts(view, program, member, at),
        counting=program.counting,
    )


def counted_in(
    reward: Reward, member: MemberRecord | None, store: str, day: date
) -> dict[CounterKey, tuple[str, Limit]]:
    """Where taking the reward is counted, in the order in which counters are locked.

    Without a member, or a store, what is counted for each of them is left out.
    """
    found: dict[CounterKey, tuple[str, Limit]] = {}
    for name, limit in reward.limits.items():
        owner = _owner(limit.scope, member, store)
        if owner is not None:
            found[CounterKey(owner, name, period_name(limit.period, day))] = (name, limit)
    return {key: found[key] for key in in_order(found)}


def _owner(scope: Scope, member: MemberRecord | None, store: str) -> str | None:
    match scope:
        case Scope.MEMBER:
            return None if member is None else f"member:{member.number}"
        case Scope.HOUSEHOLD:
            return None if member is None else f"account:{member.account}"
        case Scope.STORE:
            return f"store:{store}" if store else None
    return "all"


def full_up(
    counted: Mapping[CounterKey, tuple[str, Limit]],
    used: Mapping[CounterKey, int],
    language: str,
) -> list[Reason]:
    """The limits that let nobody, or not this member, take one more."""
    reasons = []
    for key, (name, limit) in counted.items():
        if used.get(key, 0) >= limit.ceiling:
            code = "reward_sold_out" if STOCK in name else "reward_limit_reached"
            reasons.append(Reason(code, language_of(language).phrases[code]))
    return reasons


def eligibility(program: Program, reward: Reward, facts: Facts, language: str) -> list[Reason]:
    """Which of the reward's dates and conditions are not met."""
    reasons = []
    if not reward.live_on(facts.local.date()):
        reasons.append(Reason("reward_not_live", language_of(language).phrases["reward_not_live"]))
    for condition in unmet(reward.when, facts):
        says = missing(condition, language, program)
        reasons.append(Reason("reward_not_eligible", says))
    return reasons


def standing_reasons(member: MemberRecord, language: str) -> list[Reason]:
    """Whether the member may spend at all."""
    if member.status in GONE:
        return [Reason("member_left", language_of(language).phrases["member_left"])]
    if member.status == "frozen":
        return [Reason("member_frozen", language_of(language).phrases["member_frozen"])]
    return []


def short_of(reward: Reward, book: AccountBook, at: datetime) -> dict[str, int]:
    """How many points of each unit the member lacks."""
    lacks = {unit: price - book.spendable(unit, at) for unit, price in reward.price.items()}
    return {unit: points for unit, points in lacks.items() if points > 0}


def texts_of(reward: Reward, program: Program, language: str) -> dict[str, Any]:
    """The reward's texts in one language; those that it does not have are left out."""
    texts = {
        "title": reward.title,
        "text": reward.text,
        "picture": reward.picture,
    }
    return {
        key: in_language(told, language, program.languages) for key, told in texts.items() if told
    }


def offered(rulebook: Rulebook, asked: Take) -> Reward:
    """The reward that is asked for; what contradicts it is refused."""
    reward = rulebook.rewards.get(asked.reward)
    if reward is None:
        raise InvalidRequest(
            f"the programme has no reward {asked.reward!r}", code="reward_unknown",
            pointer="/reward",
        )  # fmt: skip
    if asked.paid != reward.money:
        raise InvalidRequest(
            f"{reward.money} is to be paid beside the points, and {asked.paid} was",
            code="reward_payment_differs", pointer="/paid", due=reward.money,
        )  # fmt: skip
    if not asked.store and any(it.scope is Scope.STORE for it in reward.limits.values()):
        raise InvalidRequest(
            "this reward is counted in each store; say which one it is taken in",
            code="store_missing", pointer="/store",
        )  # fmt: skip
    return reward
